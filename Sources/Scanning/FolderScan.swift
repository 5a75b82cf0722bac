import Detection
import Findings
import Glibc
import KnownValues
import Platform
import Synchronization

/// All files of a folder, without git.
package enum FolderScan {
  /// Larger files are told and not read, in bytes.
  package static let fileLimit = 256 << 20

  /// - Parameter skipping: names of folders that are left out, at any depth.
  /// - Throws: `ScanError.unreadable` when the folder itself cannot be listed.
  package static func run(
    _ folder: String, skipping: Set<String> = [".git"], _ tools: ScanTools
  ) throws(ScanError) -> ScanOutcome {
    tools.counter.begin(.listing, expected: 0)
    let walk = FolderWalk(folder, skipping: skipping)
    if let failure = walk.failures.first(where: { $0.path.isEmpty }) {
      throw .unreadable(path: folder, SystemError(operation: "open", path: folder, code: failure.code))
    }
    tools.counter.begin(.reading, expected: walk.files.count)
    let turns = Turns(walk.files.count)
    let gathered = Mutex(Gathered())
    try Workers.run(count: tools.threads) { (_) throws(ScanError) in
      let search = try TextSearch(tools)
      var unreadable: [(path: [UInt8], error: SystemError)] = []
      while let place = turns.take() {
        let file = walk.files[place]
        do throws(SystemError) {
          let bytes = try FolderWalk.read(file.path, under: folder, limit: fileLimit)
          unsafe search.search(bytes.span.bytes, number: Int32(place))
          tools.counter.add(1, bytes: bytes.count)
        } catch {
          unreadable.append((file.path, error))
        }
      }
      let failed = unreadable
      gathered.withLock { $0.take(search, failed) }
    }
    let result = gathered.withLock { $0 }
    var coverage = Coverage()
    coverage.files = .init(
      expected: walk.files.count + walk.failures.count, read: walk.files.count - result.unreadable.count)
    coverage.bytes = result.bytes
    coverage.gaps = gaps(result.unreadable, walk.failures) + result.sightings.gaps
    let judge = PlaceJudge(tools.matcher)
    let placed = result.sightings.all.compactMap { sighting -> FindingAssembly.Placed? in
      let path = walk.files[Int(sighting.text)].path
      return judge.placed(
        sighting, result.sightings.secrets,
        Place(source: .worktree, file: path, line: sighting.line, column: sighting.column, offset: sighting.offset))
    }
    let findings = try FindingAssembly(tools).findings(of: result.sightings, placed, threads: tools.threads)
    return ScanOutcome(
      findings: findings, coverage: coverage, allowedInline: result.sightings.allowedCount)
  }

  private struct Gathered: Sendable {
    var sightings = Sightings()
    var bytes: UInt64 = 0
    var unreadable: [(path: [UInt8], error: SystemError)] = []

    mutating func take(_ search: TextSearch, _ failed: [(path: [UInt8], error: SystemError)]) {
      sightings.merge(search.sightings)
      bytes += search.bytes
      unreadable += failed
    }
  }

  private static func gaps(
    _ unreadable: [(path: [UInt8], error: SystemError)], _ failures: [FolderWalk.Failure]
  ) -> [Coverage.Gap] {
    let large = unreadable.filter { $0.error.code == EFBIG }.map(\.path)
    let other = unreadable.filter { $0.error.code != EFBIG }.map(\.path) + failures.map(\.path)
    var gaps: [Coverage.Gap] = []
    if !large.isEmpty { gaps.append(.tooLarge(large.count, names: large, limit: fileLimit)) }
    if !other.isEmpty { gaps.append(.unreadable(other.count, names: other)) }
    return gaps
  }
}
