import Glibc
import Testing

/// `coffer backup`, and the backup that follows every change.
@Suite struct BackupTests {
  @Test func `a backup follows every change`() throws {
    let sandbox = try Sandbox.prepared()
    let folder = sandbox.root + "/backups"
    let made = try sandbox.succeed("backup", "--folder", folder)
    let file = try #require(sandbox.onlyFile(in: folder))
    #expect(file.hasSuffix("/shared-\(try SharedVault.shared().id).cofferbackup") && made.stderr.contains(file))
    #expect(TestFiles.mode(file) == 0o600)
    for (words, input) in [
      (["set", "A"], Input.text("one")), (["import", "-", "--yes"], .text("B=2\nC=3\n")),
      (["rm", "B", "--yes"], .none),
      (["set", "A", "--generate", "hex:16"], .none), (["rollback", "A", "1"], .none), (["env", "add", "qa"], .none),
    ] {
      let before = try sandbox.sequence(of: file)
      let result = try sandbox.run(["coffer"] + words, input: input)
      #expect(result.succeeded && !result.stderr.contains("backup"), "\(result)")
      let after = try sandbox.sequence(of: file)
      let entries = try sandbox.entries()
      #expect(after > before && after == entries, "\(words)")
    }
    // Reading changes nothing.
    let bytes = try TestFiles.read(file)
    for words in [["get", "A"], ["list"], ["run", "--", "true"]] { _ = try sandbox.run(["coffer"] + words) }
    #expect(try TestFiles.read(file) == bytes)
    #expect(sandbox.onlyFile(in: folder) == file, "something was left beside it")

    let other = try sandbox.otherMachine()
    try other.succeed("restore", file, "--yes")
    #expect(try other.coffer("get", "A").stdout == "one")
    #expect(try other.entries() == sandbox.entries())

    try sandbox.succeed("backup", "--no-folder")
    try sandbox.succeed("set", "A", input: .text("later"))
    #expect(try TestFiles.read(file) == bytes)
    let alone = try sandbox.coffer("backup")
    #expect(alone.code == 2 && alone.stderr.contains("no backup folder") && alone.stderr.contains(file), "\(alone)")
  }

  @Test func `init makes the first backup, and asks for nothing without a terminal`() throws {
    let sandbox = try Sandbox()
    let folder = sandbox.root + "/new/backups"
    let made = try sandbox.succeed("init", "--name", "a/b c.d", "--yes", "--backup-folder", folder)
    #expect(made.stderr.contains("made the folder \(folder), which was not there\n"), "\(made)")
    #expect(try !sandbox.succeed("backup", "--folder", folder).stderr.contains("made the folder"))
    let file = try #require(sandbox.onlyFile(in: folder))
    #expect(made.stderr.contains(file) && file.contains("/a-b-c-d-"), "\(made)")
    #expect(try sandbox.sequence(of: file) == sandbox.entries())
    let none = try Sandbox()
    try none.succeed("init", "--name", "shop", "--yes")
    #expect(TestFiles.tree(none.cofferHome + "/state/backups").isEmpty)
    // A folder that cannot be is refused before there is a vault.
    let refused = try Sandbox()
    let result = try refused.coffer("init", "--name", "shop", "--yes", "--backup-folder", "/dev/null")
    #expect(result.code == 2 && TestFiles.tree(refused.cofferHome).isEmpty, "\(result)")
  }

  @Test func `at a terminal init asks for a folder`() throws {
    let sandbox = try Sandbox()
    let terminal = try sandbox.terminal("coffer", "init", "--name", "shop")
    try terminal.expect("Make a vault named shop")
    try terminal.send("y\r")
    try terminal.expect("Backup folder (empty: none): ")
    try terminal.send("~/Backups\r")
    try terminal.expect("backup, after every change: \(sandbox.home)/Backups/shop-")
    #expect(terminal.finish() == .exit(0), "\(terminal)")
  }

  @Test func `a folder that cannot be written to is a warning, and the change is made`() throws {
    let sandbox = try Sandbox(as: .nobody)
    try sandbox.makeIdentity()
    let folder = sandbox.home + "/backups"
    try sandbox.succeed("init", "--name", "shop", "--yes", "--backup-folder", folder)
    let file = try #require(sandbox.onlyFile(in: folder))
    let before = try TestFiles.read(file)
    chmod(folder, 0o500)
    let result = try sandbox.coffer("set", "TOKEN", input: .text("value"))
    #expect(result.succeeded && result.stderr.contains("coffer: warning: the change is made, and the backup is not: "))
    #expect(result.stderr.contains("Permission denied"), "\(result)")
    #expect(try TestFiles.read(file) == before)
    #expect(try sandbox.coffer("backup").code == 2)
    chmod(folder, 0o700)
    rename(folder, folder + ".unmounted")
    let gone = try sandbox.coffer("set", "TOKEN", input: .text("another"))
    #expect(gone.succeeded && gone.stderr.contains("coffer: warning: "), "\(gone)")
    #expect(!TestFiles.exists(folder), "a folder that is not mounted must not be made anew")
    rename(folder + ".unmounted", folder)
    try sandbox.succeed("set", "TOKEN", input: .text("third"))
    #expect(try sandbox.sequence(of: file) == sandbox.entries())
  }

  @Test(.enabled(if: Binaries.isRoot && Conditions.mounts, "no small disk can be mounted here"))
  func `a full disk leaves the backup of before, and the change is made`() throws {
    let sandbox = try Sandbox.prepared()
    let folder = sandbox.root + "/small"
    try TestFiles.makeFolder(folder)
    let script = """
      mount -t tmpfs -o size=64k none "$FOLDER" && "$COFFER" backup -q --folder "$FOLDER" || exit 77
      cp "$FOLDER"/*.cofferbackup "$FOLDER.before"
      head -c 60000 /dev/urandom | base64 | "$COFFER" set TOKEN; echo "set $?"
      cmp "$FOLDER"/*.cofferbackup "$FOLDER.before"; echo "same $?"; ls "$FOLDER" | wc -l
      "$COFFER" verify; echo "verify $?"
      """
    let result = try sandbox.run(
      ["unshare", "-m", "sh", "-c", script], setting: ["FOLDER": folder, "COFFER": sandbox.program])
    #expect(result.stdout == "set 0\nsame 0\n1\nverify 0\n", "\(result)")
    #expect(result.stderr.contains("No space left on device"), "\(result)")
  }

  @Test func `backups taken while eight processes write are each one state of the vault`() throws {
    let sandbox = try Sandbox.prepared()
    try sandbox.succeed("import", "-", "--yes", input: .text("A=0\nB=0\n"))
    let script = """
      for w in 1 2 3 4 5 6 7 8; do
        (for n in 1 2 3 4 5; do printf "A=$w.$n\\nB=$w.$n\\n" | "$COFFER" import -q - --yes || echo failed; done) &
      done
      for b in 1 2 3 4 5 6; do "$COFFER" backup -q "$ROOT/$b.cofferbackup" || echo no backup; done; wait
      """
    let result = try sandbox.run(
      ["sh", "-c", script], setting: ["COFFER": sandbox.program, "ROOT": sandbox.root], seconds: 240)
    #expect(result.succeeded && result.stdout.isEmpty && result.stderr.isEmpty, "\(result)")
    var last: UInt64 = 0
    for number in 1...6 {
      let file = sandbox.root + "/\(number).cofferbackup"
      let sequence = try sandbox.sequence(of: file)
      #expect(sequence >= last)
      last = sequence
      let other = try sandbox.otherMachine()
      try other.succeed("restore", file, "--yes")
      #expect(try other.entries() == sequence)
      let values = try ["A", "B"].map { try other.succeed("get", $0).stdout }
      #expect(values[0] == values[1], "\(values)")
    }
  }

  @Test func `changes at once leave the newest state in the folder`() throws {
    let sandbox = try Sandbox.prepared()
    let folder = sandbox.root + "/backups"
    try sandbox.succeed("backup", "--folder", folder)
    let script = """
      for w in 1 2 3 4 5 6; do
        (for n in 1 2 3; do printf "$n" | "$COFFER" set NAME_$w 2>&1 | grep warning; done) &
      done; wait
      """
    let result = try sandbox.run(["sh", "-c", script], setting: ["COFFER": sandbox.program], seconds: 240)
    #expect(result.stdout.isEmpty, "\(result)")
    let file = try #require(sandbox.onlyFile(in: folder))
    #expect(try sandbox.sequence(of: file) == sandbox.entries())
    let other = try sandbox.otherMachine()
    try other.succeed("restore", file, "--yes")
    try other.succeed("verify")
  }

  @Test func `nothing but an older backup of the same history is replaced`() throws {
    let sandbox = try Sandbox.prepared()
    let file = sandbox.root + "/the.cofferbackup"
    func refused(_ text: String) throws {
      let before = try TestFiles.read(file)
      let result = try sandbox.coffer("backup", file)
      #expect(result.code == 2 && result.stderr.contains(text), "\(result)")
      #expect(try TestFiles.read(file) == before)
    }
    try TestFiles.write(Array("a letter to somebody".utf8), to: file)
    try refused("is no backup")
    try TestFiles.write([], to: file)
    try refused("is no backup")
    remove(file)
    let stranger = try Sandbox()
    try stranger.makeIdentity()
    try stranger.succeed("init", "--name", "strange", "--yes")
    try stranger.succeed("backup", file)
    try refused("is a backup of vault")
    remove(file)
    symlink(sandbox.identityFile, file)
    let linked = try sandbox.coffer("backup", file)
    #expect(linked.code == 4 && linked.stderr.contains("symbolic link"), "\(linked)")
    remove(file)
    // Over an older one, and over what was one and is damaged.
    try sandbox.succeed("backup", file)
    try sandbox.succeed("set", "A", input: .text("1"))
    try sandbox.succeed("backup", file)
    #expect(try sandbox.sequence(of: file) == sandbox.entries())
    let older = sandbox.root + "/older.cofferbackup"
    try TestFiles.copy(file, to: older)
    var bytes = try TestFiles.read(file)
    bytes[200] ^= 1
    try TestFiles.write(bytes, to: file)
    try sandbox.succeed("backup", file)
    // Not over a newer one, nor over another history.
    try sandbox.succeed("set", "A", input: .text("2"))
    try sandbox.succeed("backup", file)
    try sandbox.succeed("restore", older, "--accept-older", "--yes")
    try refused("is a backup of a later state")
    try sandbox.succeed("set", "A", input: .text("another 2"))
    try refused("is a backup of another history")
    let forced = try sandbox.succeed("backup", file, "--yes")
    #expect(forced.stderr.contains("what was there is \(sandbox.root)/the."), "\(forced)")
    #expect(try sandbox.sequence(of: file) == sandbox.entries())
  }

  @Test func `a damaged vault is not backed up over a good backup`() throws {
    let sandbox = try Sandbox.prepared()
    try sandbox.succeed("set", "A", input: .text("value"))
    let file = sandbox.root + "/the.cofferbackup"
    try sandbox.succeed("backup", file)
    let good = try TestFiles.read(file)
    var bytes = try TestFiles.read(sandbox.vaultFile)
    bytes[bytes.count / 2] ^= 1
    try TestFiles.write(bytes, to: sandbox.vaultFile, mode: 0o600)
    let result = try sandbox.coffer("backup", file)
    #expect(result.code == 4 && result.stderr.contains("damaged"), "\(result)")
    #expect(try TestFiles.read(file) == good)
  }
}
