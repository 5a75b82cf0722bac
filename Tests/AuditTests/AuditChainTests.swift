import Platform
import Testing

@testable import Audit

@Suite struct AuditChainTests {
  @Test func `what was written verifies, and says what is not chained yet`() throws {
    let home = AuditHome()
    #expect(try home.file.verify().map(\.lines) == [0])
    try home.add(1...5)
    try home.add(6...8, chaining: false)
    let check = try #require(try home.file.verify().last)
    #expect(check == AuditCheck(path: home.file.path, lines: 8, unchained: 3, unreadable: 0, problem: nil))
    try home.add(9...9)
    #expect(try home.file.verify().last?.unchained == 0)
    #expect(try home.events.flatMap(\.names).map(\.version) == Array(1...9))
    #expect(try Files.mode(home.file.path) == 0o600 && Files.mode(home.root + "/state/audit") == 0o700)
  }

  @Test func `every byte that is changed before the last checkpoint shows`() throws {
    let home = AuditHome()
    try home.add(1...3)
    let whole = try home.bytes(home.file.path)
    for place in whole.indices {
      var changed = whole
      changed[place] ^= 1
      try home.write(changed, to: home.file.path)
      let problem = try #require(try home.file.verify().last?.problem, "byte \(place)")
      guard case .changed = problem else {
        Issue.record("byte \(place): \(problem)")
        return
      }
    }
  }

  @Test func `what is cut, cut out, inserted or swapped shows`() throws {
    let home = AuditHome()
    try home.add(1...4)
    let whole = try home.bytes(home.file.path)
    let chain = try home.bytes(home.file.chain.path)
    let lines = whole.split(separator: 0x0A).map { Array($0) + [0x0A] }
    for (faulty, isCut) in [
      (lines[0] + lines[1] + lines[2], true), (Array(whole.dropLast(2)), true), ([], true),
      (lines[1] + lines[2] + lines[3] + lines[0], false), (lines[0] + whole, false),
    ] {
      try home.write(faulty, to: home.file.path)
      let problem = try home.file.verify().last?.problem
      if case .cut(let missing) = problem { #expect(isCut && missing == whole.count - faulty.count) }
      #expect(problem != nil && (isCut == (problem == .cut(missing: whole.count - faulty.count))))
      // It still does when more was written since.
      try home.add(5...5)
      #expect(try home.file.verify().last?.problem != nil)
      try home.write(chain, to: home.file.chain.path)
    }
    try home.write(whole, to: home.file.path)
    #expect(try home.file.verify().last?.problem == nil)
  }

  @Test func `a chain that was changed shows, and one that a crash tore goes on`() throws {
    let home = AuditHome()
    try home.add(1...3)
    let chain = try home.bytes(home.file.chain.path)
    let lines = chain.split(separator: 0x0A).map { Array($0) + [0x0A] }
    for faulty in [
      lines[1] + lines[2], lines[0] + lines[2], lines[1] + lines[0], lines[0] + lines[0], Array("x\n".utf8),
    ] {
      try home.write(faulty, to: home.file.chain.path)
      #expect(try home.file.verify().last?.problem != nil)
    }
    try home.write(chain + Array(lines[2].prefix(40)), to: home.file.chain.path)
    #expect(try home.file.verify().last?.problem == nil)
    try home.add(4...5)
    #expect(
      try home.file.verify().last
        == AuditCheck(path: home.file.path, lines: 5, unchained: 0, unreadable: 0, problem: nil))
  }

  @Test func `without its chain nothing is as written, and a chain begun anew says from when on`() throws {
    let home = AuditHome()
    // One launch chains nothing but the beginning.
    try home.add(1...3, chaining: false)
    #expect(try home.file.verify().last?.problem == nil && home.file.verify().last?.unchained == 2)
    for emptied in [false, true] {
      if emptied { try home.write([], to: home.file.chain.path) } else { try Files.remove(home.file.chain.path) }
      let check = try #require(try home.file.verify().last)
      #expect(check.problem == .unproven(until: nil) && check.lines == 3 && check.unchained == 3)
    }
    // As long after the first line as no process takes to chain it.
    let later = try AuditChain.Checkpoint(
      after: nil, over: home.bytes(home.file.path)[...], end: home.bytes(home.file.path).count,
      time: Clock.now() + 60_000)
    try home.write(later.line, to: home.file.chain.path)
    #expect(try home.file.verify().last?.problem == .unproven(until: later.time))
    try home.add(4...4)
    #expect(try home.file.verify().last?.problem == .unproven(until: later.time))
    // The older file of the two has a chain as well.
    try Files.rename(home.file.path, to: home.file.olderPath)
    try home.write([], to: home.file.olderChain.path)
    try Files.remove(home.file.chain.path)
    try home.add(5...5)
    #expect(try home.file.verify().map(\.problem) == [.unproven(until: nil), nil])
  }

  @Test func `a torn last line is passed over and ended by the next`() throws {
    let home = AuditHome()
    try home.add(1...2)
    let line = AuditLine.encode(AuditHome.event(9))[0]
    try home.write(home.bytes(home.file.path) + line.prefix(50), to: home.file.path)
    #expect(try home.events.count == 2)
    #expect(try home.file.verify().last?.unreadable == 1)
    try home.add(3...3)
    #expect(try home.events.flatMap(\.names).map(\.version) == [1, 2, 3])
    let check = try #require(try home.file.verify().last)
    #expect(check == AuditCheck(path: home.file.path, lines: 3, unchained: 0, unreadable: 1, problem: nil))
  }

  @Test func `a file that became too large is moved aside with its chain, once`() throws {
    let home = AuditHome(mostBytes: 20_000)
    while try home.file.verify().count == 1 { try home.file.add(AuditHome.event(1, names: 100), chaining: true) }
    try home.add(1...2)
    let checks = try home.file.verify()
    #expect(checks.map(\.path) == [home.file.olderPath, home.file.path] && checks.allSatisfy { $0.problem == nil })
    #expect(checks.last?.lines == 2 && checks.first?.unchained == 0)

    // Interrupted between the two renames: the next that chains ends the move.
    try Files.rename(home.file.olderChain.path, to: home.file.chain.path)
    #expect(try home.file.verify().map(\.problem) == [nil, nil])
    try home.add(3...4)
    #expect(try home.file.verify().map(\.problem) == [nil, nil] && home.file.verify().last?.unchained == 0)
    #expect(try home.file.verify().last?.lines == 4)

    // The older file shows a change as well, and its absence.
    var older = try home.bytes(home.file.olderPath)
    older[1000] ^= 1
    try home.write(older, to: home.file.olderPath)
    #expect(try home.file.verify().first?.problem != nil)
    try Files.remove(home.file.olderPath)
    #expect(try home.file.verify().first?.problem == .cut(missing: older.count))
  }

  @Test func `a launch chains only what has come together`() throws {
    let home = AuditHome()
    let event = AuditHome.event(1, names: 100)
    for _ in 0..<100 { try home.file.add(event, chaining: false) }
    let check = try #require(try home.file.verify().last)
    #expect(check.problem == nil && check.lines == 100 && check.unchained > 0 && check.unchained < 80)
  }

  @Test func `links and open modes are refused`() throws {
    let home = AuditHome()
    try home.add(1...1)
    try Files.writeAtomically(home.file.path, [], mode: 0o644)
    #expect(throws: FileError.refused(.looseMode(0o644), path: home.file.path)) { try home.add(2...2) }
  }
}
