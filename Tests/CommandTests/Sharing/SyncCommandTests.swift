import Foundation
import Glibc
import Testing

/// Machines that write on their own, and come together through a folder.
@Suite struct SyncCommandTests {
  @Test func `three people's vaults come to the same`() throws {
    let scene = try SharingScene()
    let owner = scene.owner
    let (bob, carol) = (try scene.join("Bob"), try scene.join("Carol"))
    try scene.syncAll(owner, bob, carol)
    try owner.store(["A": "owner's"])
    try bob.store(["B": "bob's", "BB": "bob's second"])
    try carol.store(["C": "carol's"])
    try scene.syncAll(owner, bob, carol, owner, bob, carol, owner, bob)
    for sandbox in [owner, bob, carol] {
      #expect(try ["A", "B", "BB", "C"].map(sandbox.value) == ["owner's", "bob's", "bob's second", "carol's"])
      #expect(try sandbox.coffer("verify").succeeded)
      // Nothing has to be opened: nobody is asked.
      let quiet = try sandbox.run(["coffer", "sync", scene.folder], setting: ["COFFER_PASSPHRASE_FILE": nil])
      #expect(quiet.succeeded && quiet.stderr == "nothing new\n", "\(quiet)")
    }
    #expect(scene.bundles.count == 3)
    let sizes = try scene.bundles.map { try TestFiles.read($0).count }
    #expect(Set(sizes).count == 1, "the same log, sealed to the same members")
  }

  @Test func `a conflict names both sides, and is settled either way`() throws {
    let scene = try SharingScene()
    try scene.owner.store(["X": "common", "Y": "common"])
    let bob = try scene.join("Bob")
    try scene.owner.store(["X": "owner's", "Y": "owner's", "Z": "more", "W": "more"])
    try bob.store(["X": "bob's", "Y": "bob's"])
    try scene.syncAll(scene.owner)
    let before = try FolderState(of: bob.cofferHome, scene.folder)
    let refused = try scene.sync(bob)
    #expect(refused.code == 1 && refused.stderr.contains("2 conflicts: nothing was changed here"), "\(refused)")
    let lines = refused.stdout.split(separator: "\n")
    #expect(lines.count == 2, "\(refused)")
    #expect(
      lines.first?.wholeMatch(of: /X in development: you set version 2 on [-0-9T:Z]+; .+ set version 2 on [-0-9T:Z]+/)
        != nil,
      "\(refused)")
    #expect(try bob.value("X") == "bob's" && !bob.coffer("get", "Z").succeeded)
    let dry = try scene.sync(bob, "--mine", "--dry-run")
    #expect(dry.succeeded && dry.stderr.contains("2 changes of yours would be made again"), "\(dry)")
    #expect(try bob.value("X") == "bob's" && !bob.coffer("get", "Z").succeeded)
    for (words, x, y) in [
      (["--mine"], "bob's", "bob's"), (["--theirs"], "owner's", "owner's"),
      (["--mine=X", "--theirs=Y"], "bob's", "owner's"),
      (["--theirs", "--mine=Y"], "owner's", "bob's"),
    ] {
      try before.restore()
      let settled = try bob.run(["coffer", "sync", scene.folder] + words)
      #expect(settled.succeeded, "\(settled)")
      #expect(try bob.value("X") == x && bob.value("Y") == y && bob.value("Z") == "more", "\(words)")
      #expect(try bob.succeed("history", "X").stdout.split(separator: "\n").count == 3, "\(words)")
      #expect(try bob.coffer("verify").succeeded)
    }
    #expect(try bob.coffer("sync", scene.folder, "--mine", "--theirs").code == 2)
    try scene.syncAll(scene.owner)
    #expect(try scene.owner.value("Y") == "bob's")
  }

  @Test func `a longer log of whoever was removed does not push the removal out`() throws {
    let scene = try SharingScene()
    let (bob, carol) = (try scene.join("Bob"), try scene.join("Carol"))
    try scene.syncAll(scene.owner, bob, carol)
    let removed = try scene.owner.coffer("member", "remove", "Bob", "--yes")
    try #require(removed.succeeded, "\(removed)")
    for number in 1...8 { try bob.store(["EVIL": "\(number)"]) }
    try scene.syncAll(bob)
    // Carol goes along with Bob before she hears of it.
    try scene.syncAll(carol)
    #expect(try carol.value("EVIL") == "8")
    let owners = try scene.sync(scene.owner)
    #expect(owners.succeeded && owners.stderr.contains("8 changes of Bob refused: no member any more"), "\(owners)")
    let carols = try scene.sync(carol)
    #expect(carols.succeeded && carols.stderr.contains("of Bob refused"), "\(carols)")
    #expect(carols.stderr.contains("the vault as it was before is kept: "), "\(carols)")
    #expect(try !carol.coffer("get", "EVIL").succeeded && carol.coffer("verify").succeeded)
    // He cannot open what is new, and stays where he is.
    let his = try scene.sync(bob)
    #expect(his.succeeded && his.stderr.contains("sealed to others"), "\(his)")
    #expect(his.stderr.contains("or you were removed") && !his.stderr.contains("nothing new"), "\(his)")
    try scene.owner.store(["NEW": "value"])
    try scene.syncAll(scene.owner)
    _ = try scene.sync(bob)
    #expect(try !bob.coffer("get", "NEW").succeeded)
  }

  @Test func `a newcomer is not told of a removal where one bundle knows of them`() throws {
    let scene = try SharingScene()
    let carol = try scene.join("Carol")
    try scene.syncAll(scene.owner, carol)
    let bob = try scene.join("Bob")
    // Carol does not know of Bob yet.
    try carol.store(["LATE": "x"])
    try scene.syncAll(carol)
    let early = try scene.sync(bob)
    #expect(early.succeeded && early.stderr.contains("they do not know yet that you are in"), "\(early)")
    try scene.owner.succeed(
      "bundle", "Bob", "-o", parent(of: try #require(scene.bundles.first)) + "/owner.cofferbundle")
    let later = try scene.sync(bob)
    #expect(later.succeeded && later.stderr.contains("was skipped"), "\(later)")
    #expect(!later.stderr.contains("removed"), "\(later)")
    try scene.syncAll(scene.owner, carol, scene.owner, bob)
    #expect(try bob.value("LATE") == "x")
  }

  @Test func `old, damaged and foreign bundles change nothing, and copies are read`() throws {
    let scene = try SharingScene()
    let bob = try scene.join("Bob")
    try scene.syncAll(scene.owner)
    let bundle = try #require(scene.bundles.first)
    let old = try TestFiles.read(bundle)
    try scene.owner.store(["A": "new"])
    try scene.syncAll(scene.owner, bob)
    let new = try TestFiles.read(bundle)
    #expect(try bob.value("A") == "new")
    // An old one, put back.
    try TestFiles.write(old, to: bundle)
    for sandbox in [bob, scene.owner] {
      let result = try scene.sync(sandbox)
      #expect(result.succeeded, "\(result)")
      #expect(try sandbox.value("A") == "new")
    }
    // The owner's is written anew; a cloud drive keeps a copy under another name.
    try scene.owner.store(["A": "newer"])
    try scene.syncAll(scene.owner)
    let folder = parent(of: bundle)
    try TestFiles.write(TestFiles.read(bundle), to: folder + "/x (1).cofferbundle")
    for path in scene.bundles where !path.contains("(1)") { unlink(path) }
    try TestFiles.write(Array(new.dropLast(1000)), to: folder + "/half.cofferbundle")
    try TestFiles.write([], to: folder + "/empty.cofferbundle")
    try TestFiles.write(Array("hello".utf8), to: folder + "/text.cofferbundle")
    var flipped = new
    flipped[new.count - 400] ^= 1
    try TestFiles.write(flipped, to: folder + "/flipped.cofferbundle")
    let other = try SharingScene()
    try other.syncAll(other.owner)
    try TestFiles.write(TestFiles.read(try #require(other.bundles.first)), to: folder + "/other.cofferbundle")
    #expect(symlink("/etc/passwd", folder + "/link.cofferbundle") == 0)
    #expect(mkfifo(folder + "/fifo.cofferbundle", 0o600) == 0)
    let result = try scene.sync(bob)
    #expect(result.succeeded, "\(result)")
    for name in ["half", "empty", "text", "other"] {
      #expect(result.stderr.contains("coffer: warning: \(name).cofferbundle was skipped: "), "\(name): \(result)")
    }
    #expect(try bob.value("A") == "newer" && bob.coffer("verify").succeeded)
  }

  @Test func `a folder that is not there, or cannot be written`() throws {
    let scene = try SharingScene()
    let gone = try scene.owner.coffer("sync", scene.owner.root + "/unplugged")
    #expect(gone.code == 2 && gone.stderr.contains("is not a folder, or not there"), "\(gone)")
    let sandbox = try Sandbox.withVault(as: .nobody)
    try sandbox.store(["A": "1"])
    let folder = sandbox.root + "/readonly"
    try TestFiles.makeFolder(folder, mode: 0o555)
    let refused = try sandbox.coffer("sync", folder)
    #expect(refused.code == 2 && refused.stderr.contains("bundle could not be written"), "\(refused)")
    #expect(refused.stderr.contains("Permission denied"), "\(refused)")
    #expect(try sandbox.value("A") == "1")
  }

  @Test func `who holds the history that is gone on from is told that the other side decides`() throws {
    let scene = try SharingScene()
    let bob = try scene.join("Bob")
    try scene.owner.store(["X": "owner's", "Y": "1", "Z": "1"])
    try bob.store(["X": "bob's"])
    try scene.syncAll(scene.owner)
    #expect(try scene.sync(bob).code == 1)
    let first = try scene.sync(scene.owner)
    #expect(first.succeeded && first.stderr.contains("they come with Bob's next coffer sync"), "\(first)")
    // Also when the bundle was dealt with before.
    for choice in ["--mine", "--theirs", "--mine=X"] {
      let result = try scene.sync(scene.owner, choice)
      #expect(result.succeeded && !result.stderr.contains("nothing new"), "\(choice): \(result)")
      #expect(result.stderr.contains("what both sides changed, Bob decides"), "\(choice): \(result)")
      #expect(result.stderr.contains("hint: there: coffer sync FOLDER --mine, or --theirs"), "\(choice): \(result)")
      #expect(try scene.owner.value("X") == "owner's")
    }
    #expect(try scene.sync(scene.owner).stderr == "nothing new\n")
    try #require(try scene.sync(bob, "--mine").succeeded)
    try scene.syncAll(scene.owner)
    #expect(try scene.owner.value("X") == "bob's")
    let settled = try scene.sync(scene.owner, "--mine")
    #expect(settled.succeeded && settled.stderr == "nothing new\n", "\(settled)")
  }

  @Test(.enabled(if: Binaries.isRoot && Conditions.mounts, "no small disk can be mounted here"))
  func `a full disk is told, and nothing else`() throws {
    let scene = try SharingScene()
    try scene.owner.store(["A": "1"])
    let result = try scene.owner.run([
      "unshare", "-m", "sh", "-c",
      """
      mount -t tmpfs -o size=64k none "$1" && "$2" sync "$1" || exit 77
      rm -r "$1"/* && { head -c 100000 /dev/zero > "$1/full"; exec "$2" sync "$1"; }
      """, "sh", scene.folder, scene.owner.program,
    ])
    #expect(result.code == 2 && result.output.isEmpty, "\(result)")
    let lines = result.stderr.split(separator: "\n").drop { !$0.hasPrefix("coffer: ") }
    #expect(lines.count == 1, "\(result)")
    #expect(lines.first?.contains("bundle could not be written") == true, "\(result)")
    #expect(lines.first?.contains("No space left on device") == true, "\(result)")
    #expect(
      result.stderr.components(separatedBy: "nothing new").count == 2, "only the first, which had room: \(result)")
  }

  @Test func `killed at random times, the vault is the old one or the new one`() throws {
    let scene = try SharingScene()
    let bob = try scene.join("Bob")
    try scene.owner.store(["A": "1", "B": "2", "C": "3"])
    try bob.store(["D": "bob's"])
    try scene.syncAll(scene.owner)
    let before = try FolderState(of: bob.cofferHome, scene.folder)
    let clean = try scene.sync(bob)
    try #require(clean.succeeded, "\(clean)")
    for round in 1...20 {
      try before.restore()
      let child = try bob.start(bob.program, "sync", scene.folder)
      // Deriving the key comes first, half a second or so; what matters is after that.
      usleep(UInt32.random(in: 200_000...1_200_000))
      child.kill()
      let found = try ["A", "B", "C"].map { try bob.coffer("get", $0).stdout }
      #expect(found == ["", "", ""] || found == ["1", "2", "3"], "round \(round): \(found)")
      #expect(try bob.value("D") == "bob's", "round \(round)")
      let verified = try bob.coffer("verify")
      #expect(verified.succeeded, "round \(round): \(verified)")
    }
    try scene.syncAll(bob, scene.owner)
    #expect(try scene.owner.value("D") == "bob's" && bob.value("A") == "1")
  }

  @Test(.enabled(if: Trace.isPossible, "strace cannot work here"))
  func `what a killed one left in the folder goes with the next`() throws {
    let scene = try SharingScene()
    try scene.owner.store(["A": "1"])
    try scene.syncAll(scene.owner)
    try scene.owner.store(["A": "2"])
    let killed = try scene.owner.run(
      Trace.prefix(to: "/dev/null", calls: ["rename"], more: ["-e", "inject=rename:signal=KILL:when=1"])
        + [scene.owner.program, "sync", scene.folder])
    #expect(!killed.succeeded)
    func left() -> [String] { TestFiles.tree(scene.folder).filter { $0.contains(".cofferbundle.coffer-") } }
    #expect(left().count == 1, "\(killed)")
    try scene.syncAll(scene.owner)
    #expect(left().isEmpty && scene.bundles.count == 1)
  }

  @Test func `two syncs at once, and writers meanwhile`() throws {
    let scene = try SharingScene()
    let bob = try scene.join("Bob")
    try scene.owner.store(["A": "1", "B": "2"])
    try scene.syncAll(scene.owner)
    try bob.store(["C": "0"])
    try bob.write(
      """
      #!/bin/sh
      "$COFFER" sync "$1" & one=$!
      "$COFFER" sync "$1" & two=$!
      for n in 1 2 3 4 5 6 7 8; do printf $n | "$COFFER" set C || exit 9; done
      wait $one || exit 7
      wait $two || exit 8
      """, to: "both.sh", mode: 0o755)
    let result = try bob.run([bob.path("both.sh"), scene.folder], setting: ["COFFER": bob.program])
    #expect(result.succeeded, "\(result)")
    // Which log was the longer one is chance: what the other's author has to make again comes with the author's next, once the longer
    // one is in the folder.
    try scene.syncAll(scene.owner, bob, scene.owner, bob)
    #expect(try bob.value("C") == "8" && bob.value("A") == "1" && bob.coffer("verify").succeeded)
    #expect(try bob.succeed("history", "C").stdout.split(separator: "\n").count == 9)
  }

  @Test func `a second machine of one person, and the backup that follows`() throws {
    let scene = try SharingScene()
    let second = try Sandbox()
    let identity = second.root + "/identity"
    try scene.owner.succeed("identity", "export", identity)
    try second.succeed("identity", "import", identity)
    try second.write(scene.owner.text(of: "coffer.toml"), to: "coffer.toml")
    try scene.syncAll(scene.owner)
    try second.succeed("join", try #require(scene.bundles.first), "--yes")
    try second.succeed("backup", "--folder", second.root + "/backups")
    try scene.owner.store(["A": "1", "B": "2"])
    try second.store(["C": "3"])
    try scene.syncAll(scene.owner)
    let result = try scene.sync(second)
    #expect(result.succeeded && result.stderr.contains("1 change of yours was made again"), "\(result)")
    #expect(!result.stderr.contains("warning"), "\(result)")
    try scene.syncAll(scene.owner)
    #expect(try scene.owner.value("C") == "3" && second.value("A") == "1")
    let restored = try second.coffer("backup")
    #expect(restored.succeeded, "\(restored)")
  }
}
