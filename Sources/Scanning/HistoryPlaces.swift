import Detection
import Findings
import Git

/// Every place of every sighting in a history: by the commit that brought it in, or by whatever else holds it.
struct HistoryPlaces {
  private(set) var placed: [FindingAssembly.Placed] = []
  private let inventory: Inventory
  private let reader: ObjectReader
  private let judge: PlaceJudge
  private var marks: [Int32: CommitMark] = [:]
  /// The first bytes of a blob, which tell what kind of file it is.
  private var starts: [Int32: [UInt8]] = [:]

  init(
    _ read: ObjectReading, _ traced: HistoryScan.Traced, _ inventory: Inventory, _ reader: ObjectReader,
    _ judge: PlaceJudge
  ) {
    self.inventory = inventory
    self.reader = reader
    self.judge = judge
    var inText: [Int32: [Sighting]] = [:]
    var ofSecret: [Seen: [Sighting]] = [:]
    for sighting in read.sightings.all {
      inText[sighting.text, default: []].append(sighting)
      ofSecret[Seen(text: sighting.text, secret: sighting.secret), default: []].append(sighting)
    }
    let secrets = read.sightings.secrets
    for introduction in traced.introductions.introductions where introduction.secret < secrets.count {
      for sighting in ofSecret[Seen(text: introduction.blob, secret: introduction.secret)] ?? [] {
        add(sighting, secrets, place(introduction, sighting, traced))
      }
    }
    for hanging in traced.introductions.hanging where hanging.secret < secrets.count {
      for sighting in ofSecret[Seen(text: hanging.blob, secret: hanging.secret)] ?? [] {
        var place = place(.blob, hanging.path, sighting)
        place.reach = Place.Reach(hanging.reach)
        place.wasPushed = hanging.isRemote ? true : nil
        add(sighting, secrets, place)
      }
    }
    for blob in traced.introductions.homeless {
      for sighting in inText[blob] ?? [] {
        let path = traced.staged[blob]
        var place = place(path == nil ? .blob : .index, path, sighting)
        place.reach = path == nil ? .unreachable : .index
        add(sighting, secrets, place)
      }
    }
    for (text, sightings) in inText {
      if let position = traced.commits.position(ofNumber: text) {
        for sighting in sightings { add(sighting, secrets, message(position, sighting, traced)) }
      } else if read.tags[text] != nil {
        for sighting in sightings { add(sighting, secrets, tag(text, sighting, traced)) }
      }
    }
  }

  /// One secret in one text.
  private struct Seen: Hashable {
    let text: Int32
    let secret: Int32
  }

  private mutating func add(_ sighting: Sighting, _ secrets: [Sighting.Secret], _ place: Place) {
    if let judged = judge.placed(sighting, secrets, place, start: { start(of: sighting.text) }) {
      placed.append(judged)
    }
  }

  private func place(_ source: Place.Source, _ file: [UInt8]?, _ sighting: Sighting) -> Place {
    Place(
      source: source, file: file, line: sighting.line, column: sighting.column,
      object: inventory.id(of: sighting.text).hex, offset: sighting.offset)
  }

  private mutating func place(
    _ introduction: Introductions.Introduction, _ sighting: Sighting, _ traced: HistoryScan.Traced
  ) -> Place {
    var place = place(introduction.reach == .note ? .note : .blob, introduction.path, sighting)
    place.commit = mark(of: traced.commits.number(introduction.commit))
    place.isInHead = introduction.isInHead
    place.wasPushed = introduction.wasPushed
    place.reach = Place.Reach(introduction.reach)
    return place
  }

  private mutating func message(_ position: Int32, _ sighting: Sighting, _ traced: HistoryScan.Traced) -> Place {
    var place = place(.commitMessage, nil, sighting)
    place.commit = mark(of: sighting.text)
    place.isInHead = traced.headReach.reach(position) == .reference
    place.wasPushed = traced.reach.wasPushed(position)
    place.reach = Place.Reach(traced.reach.reach(position))
    return place
  }

  private func tag(_ number: Int32, _ sighting: Sighting, _ traced: HistoryScan.Traced) -> Place {
    var place = place(.tagMessage, nil, sighting)
    place.reach = Place.Reach(traced.tips.tags[number] ?? .unreachable)
    return place
  }

  private mutating func mark(of number: Int32) -> CommitMark {
    if let mark = marks[number] { return mark }
    let id = inventory.id(of: number)
    let author = try? CommitAuthor(of: id, reader)
    let mark = CommitMark(
      id: id.hex, author: author?.name ?? [], date: author?.authored.seconds ?? 0, offset: author?.authored.zone ?? 0)
    marks[number] = mark
    return mark
  }

  private mutating func start(of blob: Int32) -> [UInt8] {
    if let start = starts[blob] { return start }
    let start = (try? reader.read(inventory.id(of: blob)) { (_, bytes) in bytes.start(PathJudge.headCount) }) ?? []
    starts[blob] = start
    return start
  }
}

extension Place.Reach {
  init(_ reach: Reach) {
    switch reach {
    case .reference: self = .reference
    case .stash: self = .stash
    case .note: self = .note
    case .reflog: self = .reflog
    case .unreachable: self = .unreachable
    }
  }
}

extension RawSpan {
  /// The first bytes, so many at most.
  func start(_ count: Int) -> [UInt8] {
    unsafe extracting(first: Swift.min(count, byteCount)).withUnsafeBytes { unsafe Array($0) }
  }
}
