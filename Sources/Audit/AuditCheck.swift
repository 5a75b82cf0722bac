package import Platform

/// What computing the chain of an audit file again showed.
package struct AuditCheck: Equatable, Sendable {
  /// What is wrong with a file.
  package enum Problem: Equatable, Sendable {
    /// The file is shorter than it was: `missing` bytes at its end at least.
    case cut(missing: Int)
    /// Something was changed, cut out or inserted between the checkpoints of these times (milliseconds since 1970; nil: the file's
    /// beginning).
    case changed(after: UInt64?, until: UInt64)
    /// Checkpoints cannot be read, or do not follow from one another.
    case chain
    /// Nothing shows whether what was written before this time (milliseconds since 1970; nil: any of it) was changed: its checkpoints are
    /// gone, or were begun anew then.
    case unproven(until: UInt64?)
  }

  /// The file that was checked.
  package let path: String
  /// Lines that hold an event, or a part of one.
  package let lines: Int
  /// Of them, those after the last checkpoint: nothing shows whether they were changed.
  package let unchained: Int
  /// Lines that cannot be read.
  package let unreadable: Int
  /// Nil when all is as it was written.
  package let problem: Problem?
}

extension AuditFile {
  /// Computes the chain again, of the file and of the older one, where there is one.
  /// - Throws: `FileError`.
  package func verify() throws(FileError) -> [AuditCheck] {
    var before = try chains()
    while true {
      // The chain was read first: what is added to the log meanwhile is only not chained yet.
      let checks = [try check(olderPath, chain: before.older), try check(path, chain: before.newer)]
      // Who has just written the first line is about to chain it.
      if checks[1].problem == .unproven(until: nil) { Clock.sleep(milliseconds: 100) }
      let after = try chains()
      // A file that was moved aside meanwhile is looked at again, under its new name.
      guard after.older != before.older || before.newer?.isEmpty != after.newer?.isEmpty else {
        return checks.filter { $0.path == path || Files.kind(of: $0.path) != nil || $0.problem != nil }
      }
      before = after
    }
  }

  /// - Returns: nil for a file whose chain cannot be begun yet.
  private func chains() throws(FileError) -> (older: [UInt8], newer: [UInt8]?) {
    let newer = try contents(chain.path)
    guard Files.kind(of: olderPath) != nil, Files.kind(of: olderChain.path) == nil else {
      return (try contents(olderChain.path), newer)
    }
    // A move that was interrupted between its two renames: the chain is still the older file's.
    return (newer, nil)
  }

  private func check(_ path: String, chain: [UInt8]?) throws(FileError) -> AuditCheck {
    let log = try contents(path)
    let checkpoints = AuditChain.checkpoints(chain ?? [])
    let end = min(checkpoints?.last?.end ?? 0, log.count)
    let chained = Self.count(log[..<end])
    let rest = Self.count(log[end...])
    return AuditCheck(
      path: path, lines: chained.lines + rest.lines, unchained: rest.lines,
      unreadable: chained.unreadable + rest.unreadable, problem: chain == nil ? nil : Self.problem(log, checkpoints))
  }

  private static func count(_ bytes: ArraySlice<UInt8>) -> (lines: Int, unreadable: Int) {
    var count = (lines: 0, unreadable: 0)
    for line in bytes.split(separator: 0x0A) {
      if AuditLine(decoding: line) == nil { count.unreadable += 1 } else { count.lines += 1 }
    }
    return count
  }

  /// From the first line until the chain is begun, in milliseconds: the process that wrote it does so at once.
  private static let beginning: UInt64 = 5000

  private static func problem(_ log: [UInt8], _ checkpoints: [AuditChain.Checkpoint]?) -> AuditCheck.Problem? {
    guard let checkpoints else { return .chain }
    var last: AuditChain.Checkpoint?
    for checkpoint in checkpoints {
      let start = last?.end ?? 0
      guard checkpoint.end > start else { return .chain }
      guard checkpoint.end <= log.count else {
        return .cut(missing: (checkpoints.last?.end ?? checkpoint.end) - log.count)
      }
      let computed = AuditChain.Checkpoint(
        after: last, over: log[start..<checkpoint.end], end: checkpoint.end, time: checkpoint.time)
      guard computed == checkpoint else { return .changed(after: last?.time, until: checkpoint.time) }
      last = checkpoint
    }
    guard let first = log.split(separator: 0x0A).lazy.compactMap({ AuditLine(decoding: $0) }).first else { return nil }
    guard let begun = checkpoints.first?.time else { return .unproven(until: nil) }
    return begun > first.event.time &+ beginning ? .unproven(until: begun) : nil
  }
}
