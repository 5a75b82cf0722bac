import Detection
import Findings
import Git
import Platform
import Synchronization

/// A scan of chosen blobs, each with the places that are told of it: what is staged, what a range of commits brings in.
struct BlobScan {
  /// Where a blob or a commit's text stands.
  struct Spot: Sendable {
    var source: Place.Source
    var file: [UInt8]?
    var commit: CommitMark?
    var reach: Place.Reach
  }

  /// What is searched, each object once, with all its spots.
  struct Texts {
    private(set) var ids: [ObjectID] = []
    private(set) var spots: [[Spot]] = []
    private var numbers: [ObjectID: Int] = [:]

    mutating func add(_ id: ObjectID, _ spot: Spot) {
      guard !ObjectID.known.contains(id) else { return }
      if let number = numbers[id] {
        spots[number].append(spot)
      } else {
        numbers[id] = ids.count
        ids.append(id)
        spots.append([spot])
      }
    }
  }

  private(set) var sightings = Sightings()
  private(set) var bytes: UInt64 = 0
  private(set) var readCount = 0
  /// What could not be read, and why.
  private(set) var failures: [(id: ObjectID, error: GitError)] = []
  private(set) var pointers: [Int32] = []

  /// Searches each object once; texts are numbered by their place in `ids`.
  static func run(_ ids: [ObjectID], _ repository: Repository, _ tools: ScanTools) throws(ScanError) -> BlobScan {
    tools.counter.begin(.reading, expected: ids.count)
    let turns = Turns(ids.count)
    let whole = Mutex(BlobScan())
    try Workers.run(count: min(tools.threads, max(1, ids.count))) { (_) throws(ScanError) in
      let search = try TextSearch(tools)
      let reader = try reading { () throws(GitError) in try repository.makeReader() }
      var part = BlobScan()
      while let place = turns.take() {
        do throws(GitError) {
          let isText = try reader.read(ids[place]) { (kind, text) in
            guard kind == .blob || kind == .commit else { return false }
            if LFSPointer.matches(text) { part.pointers.append(Int32(place)) }
            search.search(text, number: Int32(place))
            tools.counter.add(1, bytes: text.byteCount)
            return true
          }
          guard isText else { throw GitError.damaged(ids[place]) }
          part.readCount += 1
        } catch {
          part.failures.append((ids[place], error))
        }
      }
      part.sightings = search.sightings
      part.bytes = search.bytes
      let done = part
      whole.withLock { $0.merge(done) }
    }
    return whole.withLock { $0 }
  }

  private mutating func merge(_ part: BlobScan) {
    sightings.merge(part.sightings)
    bytes += part.bytes
    readCount += part.readCount
    failures += part.failures
    pointers += part.pointers
  }

  /// Findings and coverage, with each sighting at all spots of its text.
  /// - Parameter spots: for each of `ids`.
  func outcome(
    _ ids: [ObjectID], _ spots: [[Spot]], gaps: [Coverage.Gap], isPartial: Bool, _ tools: ScanTools
  ) throws(ScanError) -> ScanOutcome {
    let judge = PlaceJudge(tools.matcher)
    var placed: [FindingAssembly.Placed] = []
    for sighting in sightings.all {
      for spot in spots[Int(sighting.text)] {
        let place = Place(
          source: spot.source, file: spot.file, line: sighting.line, column: sighting.column, commit: spot.commit,
          reach: spot.reach, object: ids[Int(sighting.text)].hex, offset: sighting.offset)
        if let judged = judge.placed(sighting, sightings.secrets, place) { placed.append(judged) }
      }
    }
    var coverage = Coverage()
    coverage.blobs = .init(expected: ids.count, read: readCount)
    coverage.bytes = bytes
    coverage.gaps = (gaps + ownGaps(spots, isPartial: isPartial)).sorted { $0.kind.order < $1.kind.order }
    let findings = try FindingAssembly(tools).findings(of: sightings, placed, threads: tools.threads)
    return ScanOutcome(findings: findings, coverage: coverage, allowedInline: sightings.allowedCount)
  }

  private func ownGaps(_ spots: [[Spot]], isPartial: Bool) -> [Coverage.Gap] {
    var gaps: [Coverage.Gap] = []
    var missing: [String] = []
    var damaged: [String] = []
    var large: [[UInt8]] = []
    for failure in failures.sorted(by: { $0.id < $1.id }) {
      switch failure.error {
      case .missing: missing.append(failure.id.hex)
      case .tooLarge: large.append(Array(failure.id.hex.utf8))
      default: damaged.append(failure.id.hex)
      }
    }
    if !missing.isEmpty { gaps.append(.absent(missing.count, ids: missing, isPartial: isPartial)) }
    if !damaged.isEmpty { gaps.append(.damaged(damaged.count, names: damaged)) }
    if !large.isEmpty { gaps.append(.tooLarge(large.count, names: large, limit: Repository.sizeLimit)) }
    if !pointers.isEmpty {
      gaps.append(.lfs(pointers.count, names: pointers.sorted().compactMap { spots[Int($0)].first?.file }))
    }
    return gaps + sightings.gaps
  }
}
