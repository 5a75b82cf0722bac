import Testing

/// What somebody who was removed is told, when the removal has reached the device.
@Suite struct RemovedMemberTests {
  @Test func `it says since when, by whom, and what to do`() throws {
    let scene = try SharingScene()
    let bob = try scene.join("Bob")
    try scene.owner.succeed("member", "remove", "Bob", "--yes")
    try scene.syncAll(scene.owner)
    try scene.members.carry(from: scene.owner, to: bob)
    let list = try scene.owner.succeed("member", "list").stdout
    let owner = list.split(separator: " ").first.map(String.init) ?? ""
    let words = try #require(try scene.owner.succeed("identity").stderr.firstMatch(of: /its words: ([a-z ]+)\n/)).1
    for command in [["member", "list"], ["get", "A"], ["set", "A"], ["unlock"]] {
      let told = try bob.run(["coffer"] + command, input: .text("x"))
      #expect(told.code == 5 && told.output.isEmpty, "\(told)")
      #expect(
        told.stderr.contains("your identity is no member of this vault any more: removed by \(owner) on 2"), "\(told)")
      #expect(told.stderr.contains("hint: if that is a mistake, an admin of the vault lets you in again"), "\(told)")
    }
    // Without the passphrase nobody's name opens.
    let synced = try bob.run(["coffer", "sync", scene.folder], setting: ["COFFER_PASSPHRASE_FILE": nil])
    #expect(synced.code == 5 && synced.output.isEmpty, "\(synced)")
    #expect(
      synced.stderr.contains("no member of this vault any more: removed by the member whose words are \(words) on 2"),
      "\(synced)")
    #expect(!synced.stderr.contains("nothing new"), "\(synced)")
    // Let in again, he is a member like any other; of one who never was, nothing is said.
    try scene.owner.succeed("lock")
    let key = try bob.succeed("identity")
    let his = try #require(key.stderr.firstMatch(of: /its words: ([a-z ]+)\n/)).1
    let line = key.stdout.split(separator: "\n").joined()
    try scene.owner.succeed("member", "add", "Bob", line, "--words", String(his))
    try scene.syncAll(scene.owner)
    try scene.members.carry(from: scene.owner, to: bob)
    #expect(try bob.coffer("sync", scene.folder).succeeded)
    #expect(try bob.coffer("member", "list").succeeded)
  }
}
