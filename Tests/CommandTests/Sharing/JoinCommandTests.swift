import Testing

/// A vault that comes to somebody by a bundle.
@Suite struct JoinCommandTests {
  @Test func `a newcomer joins, reads and writes`() throws {
    let scene = try SharingScene()
    try scene.owner.store(["TOKEN": "the value"])
    let words = try #require(scene.owner.succeed("identity").stderr.firstMatch(of: /its words: ([a-z ]+)\n/)).1
    let person = try scene.members.person()
    let added = try scene.owner.run(["coffer", "member", "add", "Bob", person.key, "--words", person.words])
    try #require(added.succeeded, "\(added)")
    let file = scene.owner.root + "/bob.cofferbundle"
    let sealed = try scene.owner.succeed("bundle", "Bob", "-o", file)
    #expect(sealed.stderr.contains("sealed to Bob: \(file)\n") && sealed.output.isEmpty, "\(sealed)")
    let bob = person.sandbox
    try bob.write(scene.owner.text(of: "coffer.toml"), to: "coffer.toml")
    let joined = try bob.succeed("join", file, "--yes")
    #expect(joined.stderr.contains("(founder): \(words)\n"), "\(joined)")
    #expect(joined.stderr.contains("you may read development\n") && joined.stderr.contains("linked\n"), "\(joined)")
    #expect(try bob.value("TOKEN") == "the value")
    try bob.succeed("set", "TOKEN", input: .text("bob's"))
    #expect(try bob.coffer("verify").succeeded)
    // Again, it is a sync of the one bundle: nothing goes back.
    #expect(try bob.coffer("join", file, "--yes").succeeded)
    #expect(try bob.value("TOKEN") == "bob's")
  }

  @Test func `who is asked and says no gets nothing`() throws {
    let scene = try SharingScene()
    let person = try scene.members.person()
    try scene.owner.succeed("member", "add", "Bob", person.key, "--words", person.words)
    let file = scene.owner.root + "/bob.cofferbundle"
    try scene.owner.succeed("bundle", "-o", file)
    let alone = try person.sandbox.coffer("join", file)
    #expect(alone.code == 1 && alone.stderr.contains("--yes joins without asking"), "\(alone)")
    let terminal = try person.sandbox.terminal("coffer", "join", file)
    try terminal.expect("Join it?")
    try terminal.send("n\r")
    #expect(terminal.finish() == .exit(1), "\(terminal)")
    #expect(!TestFiles.exists(person.sandbox.cofferHome + "/data"))
  }

  @Test func `a bundle of another vault, for others, or damaged is refused`() throws {
    let scene = try SharingScene()
    let bob = try scene.join("Bob")
    let file = scene.owner.root + "/Bob.cofferbundle"
    let stranger = try scene.members.person().sandbox
    let closed = try stranger.coffer("join", file, "--yes")
    #expect(closed.code == 5 && closed.stderr.contains("sealed to others"), "\(closed)")
    // A coffer.toml that names another vault: a mistake, or a trap.
    let text = try scene.owner.text(of: "coffer.toml")
    let id = try #require(text.firstMatch(of: /vault = "shop ([0-9A-Z-]+)"/)).1
    TestFiles.removeTree(bob.cofferHome + "/data")
    try bob.write(text.replacing(id, with: "0000-0000-0000"), to: "coffer.toml")
    let other = try bob.coffer("join", file, "--yes")
    #expect(other.code == 4 && other.stderr.contains("coffer.toml names vault 0000-0000-0000"), "\(other)")
    try bob.write(text, to: "coffer.toml")
    let bytes = try TestFiles.read(file)
    for (what, damaged) in [
      ("cut", Array(bytes.dropLast(100))), ("longer", bytes + [0]), ("empty", []), ("no bundle", Array("text".utf8)),
      ("flipped", bytes.enumerated().map { $0.offset == bytes.count - 500 ? $0.element ^ 1 : $0.element }),
    ] {
      let path = bob.root + "/damaged"
      try TestFiles.write(damaged, to: path)
      let result = try bob.coffer("join", path, "--yes")
      #expect(result.code == 4 && result.output.isEmpty, "\(what): \(result)")
      #expect(result.stderr.contains("the bundle is damaged"), "\(what): \(result)")
      #expect(!TestFiles.exists(bob.cofferHome + "/data"), "\(what)")
    }
    try bob.succeed("join", file, "--yes")
  }

  @Test func `a bundle tells nothing, and replaces nothing else`() throws {
    let scene = try SharingScene()
    let marker = Marker()
    try scene.owner.succeed("set", "CANARY_NAME", input: .text(marker.text))
    try scene.owner.succeed("env", "add", "canaryland")
    _ = try scene.join("Bobcanary")
    let file = scene.owner.root + "/all.cofferbundle"
    try scene.owner.succeed("bundle", "-o", file)
    try scene.owner.succeed("bundle", "-o", file)
    let bytes = try TestFiles.read(file)
    #expect(marker.form(in: bytes) == nil)
    for text in ["CANARY_NAME", "canaryland", "Bobcanary", "development", "shop"] {
      #expect(String(decoding: bytes, as: UTF8.self).contains(text) == false, "\(text)")
    }
    try scene.owner.write("mine", to: "notes.txt")
    let refused = try scene.owner.coffer("bundle", "-o", "notes.txt")
    #expect(refused.code == 2 && refused.stderr.contains("is not replaced"), "\(refused)")
    #expect(try scene.owner.text(of: "notes.txt") == "mine")
    let unknown = try scene.owner.coffer("bundle", "Nobody", "-o", file)
    #expect(unknown.code != 0 && unknown.stderr.contains("Nobody"), "\(unknown)")
  }
}
