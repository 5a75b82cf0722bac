import Findings
import Glibc
import Platform

/// One text: standard input.
package enum StreamScan {
  /// More is refused, in bytes: a stream is held in memory whole, since a secret may stand anywhere in it.
  package static let limit = 1 << 30

  /// - Throws: `ScanError.tooLarge`, `.unreadable`.
  package static func run(descriptor: Int32, _ tools: ScanTools) throws(ScanError) -> ScanOutcome {
    tools.counter.begin(.reading, expected: 0)
    let bytes: [UInt8]
    do throws(SystemError) { bytes = try Files.readToEnd(descriptor, limit: limit) } catch {
      guard error.code != EFBIG else { throw .tooLarge(limit: limit) }
      throw .unreadable(path: "standard input", error)
    }
    let search = try TextSearch(tools)
    unsafe search.search(bytes.span.bytes, number: 0)
    tools.counter.add(1, bytes: bytes.count)
    var coverage = Coverage()
    coverage.files = .init(expected: 1, read: 1)
    coverage.bytes = UInt64(bytes.count)
    coverage.gaps = search.sightings.gaps
    let placed = search.sightings.all.map { sighting in
      FindingAssembly.Placed(
        sighting: sighting,
        place: Place(source: .stdin, file: nil, line: sighting.line, column: sighting.column, offset: sighting.offset))
    }
    let findings = try FindingAssembly(tools).findings(of: search.sightings, placed, threads: tools.threads)
    return ScanOutcome(findings: findings, coverage: coverage, allowedInline: search.sightings.allowedCount)
  }
}
