import Glibc
import Testing

/// Killed at moments at which they touch the disk: who was let in by a recovery, or shut out by a removal, is so as a whole or not at all.
@Suite struct EnrolmentInterruptionTests {
  private static let calls = ["pwrite64", "fdatasync", "rename", "renameat2"]

  /// The first, the middle and the last moment of each call that `command` makes.
  private func moments(
    _ sandbox: Sandbox, _ command: [String], descriptors: [Int32: [UInt8]] = [:]
  ) throws -> [(call: String, number: Int)] {
    let trace = sandbox.root + "/trace"
    let clean = try sandbox.run(
      Trace.prefix(to: trace, calls: Self.calls) + [sandbox.program] + command, descriptors: descriptors)
    try #require(clean.succeeded, "\(clean)")
    return try Trace(file: trace).counts.sorted { $0.key < $1.key }.flatMap { call, count in
      Set([1, (count + 1) / 2, count]).sorted().map { (call, $0) }
    }
  }

  private func kill(
    _ sandbox: Sandbox, _ command: [String], at moment: (call: String, number: Int), descriptors: [Int32: [UInt8]] = [:]
  ) throws {
    let result = try sandbox.run(
      Trace.prefix(
        to: "/dev/null", calls: [moment.call],
        more: ["-e", "inject=\(moment.call):signal=KILL:when=\(moment.number)"]) + [sandbox.program] + command,
      descriptors: descriptors)
    #expect(!result.succeeded, "\(moment): \(result)")
  }

  @Test(.enabled(if: Trace.isPossible, "strace cannot work here"))
  func `a recovery that was killed is ended by another`() throws {
    let lost = try Sandbox()
    try lost.makeIdentity()
    let words = try lost.succeed("init", "--name", "shop", "--yes").output
    try lost.succeed("set", "TOKEN", input: .text("of development"))
    let backup = lost.root + "/the.cofferbackup"
    try lost.succeed("backup", backup)
    let fresh = try lost.otherMachine(withIdentity: false)
    try fresh.makeIdentity()
    let before = try FolderState(of: fresh.cofferHome, fresh.project)
    let command = ["recover", backup, "--phrase-fd", "5", "--yes"]
    let stored = try lost.entries()
    var seen: Set<String> = []
    for moment in try moments(fresh, command, descriptors: [5: words]) {
      try before.restore()
      try kill(fresh, command, at: moment, descriptors: [5: words])
      if TestFiles.exists(fresh.vaultFile) {
        let verified = try fresh.coffer("verify")
        // Without a link there is nothing to verify from here.
        seen.insert(verified.succeeded ? "linked" : "placed")
      } else {
        seen.insert("nothing")
      }
      let again = try fresh.run(["coffer"] + command, descriptors: [5: words])
      #expect(again.succeeded, "\(moment): \(again)")
      // Enrolled once, whenever the first was killed.
      #expect(try fresh.entries() == stored + 1, "\(moment)")
      #expect(try fresh.coffer("get", "TOKEN").stdout == "of development", "\(moment)")
    }
    #expect(seen.contains("nothing") && seen.count > 1, "\(seen)")
  }

  @Test(.enabled(if: Trace.isPossible, "strace cannot work here"))
  func `a removal that was killed has happened, or not`() throws {
    let scene = try MemberScene()
    let owner = scene.owner
    try owner.store(["TOKEN": "value"])
    _ = try scene.member("Bob", "--read", "development")
    let before = try FolderState(of: owner.cofferHome, owner.project)
    let command = ["member", "remove", "Bob", "--yes"]
    var seen: Set<Bool> = []
    let entries = try owner.entries()
    let moments = try moments(owner, command)
    let removed = try owner.entries()
    for moment in moments {
      try before.restore()
      try kill(owner, command, at: moment)
      let isRemoved = try !owner.succeed("member", "list").stdout.contains("Bob")
      seen.insert(isRemoved)
      #expect(try owner.entries() == (isRemoved ? removed : entries), "\(moment)")
      let value = try owner.coffer("get", "TOKEN")
      #expect(value.stdout == "value", "\(moment): \(value)")
      if !isRemoved { #expect(try owner.run(["coffer"] + command).succeeded, "\(moment)") }
      #expect(try owner.entries() == removed, "\(moment)")
      // New values are sealed to whoever is left.
      try owner.succeed("set", "TOKEN", input: .text("newer"))
      #expect(try owner.coffer("get", "TOKEN").stdout == "newer", "\(moment)")
    }
    #expect(seen == [true, false], "every kill came too early or too late: it proves nothing")
  }
}
