import Glibc
import Testing

/// `coffer restore`: forward by itself, back only on the user's word, and never by replacing what others have open.
@Suite struct RestoreTests {
  /// A vault with TOKEN at "one", backed up, and at "two" since.
  private func scene() throws -> (sandbox: Sandbox, older: String) {
    let sandbox = try Sandbox.prepared()
    try sandbox.succeed("set", "TOKEN", input: .text("one"))
    let older = sandbox.root + "/older.cofferbackup"
    try sandbox.succeed("backup", older)
    try sandbox.succeed("set", "TOKEN", input: .text("two"))
    return (sandbox, older)
  }

  @Test func `what is older is refused, and accepted what was here is kept`() throws {
    let (sandbox, older) = try scene()
    let newest = try sandbox.entries()
    let refused = try sandbox.coffer("restore", older, "--yes")
    #expect(refused.code == 4 && refused.stderr.contains("rollback"), "\(refused)")
    for text in ["ends at entry \(newest - 1) of 20", "the vault here at entry \(newest) of 20", "--accept-older"] {
      #expect(refused.stderr.contains(text), "\(text): \(refused)")
    }
    #expect(try sandbox.coffer("get", "TOKEN").stdout == "two")
    let unasked = try sandbox.coffer("restore", older, "--accept-older")
    #expect(unasked.code == 1, "\(unasked)")

    let accepted = try sandbox.succeed("restore", older, "--accept-older", "--yes")
    let kept = try #require(accepted.stderr.firstMatch(of: /what was here is kept: (.*)/).map { String($0.1) })
    #expect(try sandbox.coffer("get", "TOKEN").stdout == "one")
    try sandbox.succeed("run", "--", "true")
    #expect(try sandbox.entries() == newest - 1)
    // The way back is no rollback.
    try sandbox.succeed("restore", kept)
    #expect(try sandbox.coffer("get", "TOKEN").stdout == "two")
    // Another history is refused alike.
    try sandbox.succeed("restore", older, "--accept-older", "--yes")
    try sandbox.succeed("set", "TOKEN", input: .text("another two"))
    let forked = try sandbox.coffer("restore", kept)
    #expect(forked.code == 4 && forked.stderr.contains("history differs from entry \(newest) on"), "\(forked)")
    try sandbox.succeed("restore", kept, "--accept-older", "--yes")
    #expect(try sandbox.coffer("get", "TOKEN").stdout == "two")
    try sandbox.succeed("verify")
  }

  @Test func `an older vault.db put back is brought forward by a newer backup`() throws {
    let sandbox = try Sandbox.prepared()
    try sandbox.succeed("set", "TOKEN", input: .text("one"))
    let before = try FolderState(of: sandbox.cofferHome + "/data")
    try sandbox.succeed("set", "TOKEN", input: .text("two"))
    let newer = sandbox.root + "/newer.cofferbackup"
    try sandbox.succeed("backup", newer)
    try before.restore()
    #expect(try sandbox.coffer("get", "TOKEN").code == 4)
    let restored = try sandbox.succeed("restore", newer)
    #expect(restored.stderr.contains("restored: the vault was at entry"), "\(restored)")
    #expect(try sandbox.coffer("get", "TOKEN").stdout == "two")
  }

  @Test func `an empty machine gets the vault, and the folder is linked`() throws {
    let (sandbox, older) = try scene()
    let other = try sandbox.otherMachine()
    let unlinked = try other.succeed("restore", older)
    #expect(unlinked.stderr.contains("coffer link"), "\(unlinked)")
    #expect(try other.coffer("get", "TOKEN").code == 5)
    try other.succeed("restore", older, "--yes")
    #expect(try other.coffer("get", "TOKEN").stdout == "one")
    #expect(TestFiles.mode(other.vaultFile) == 0o600)
    // A device that has seen more is not taken back, even when its file is gone.
    remove(sandbox.vaultFile)
    for suffix in ["-wal", "-shm"] { remove(sandbox.vaultFile + suffix) }
    let lost = try sandbox.coffer("restore", older)
    #expect(lost.code == 4 && lost.stderr.contains("this device has seen entry"), "\(lost)")
    try sandbox.succeed("restore", older, "--accept-older", "--yes")
    #expect(try sandbox.coffer("get", "TOKEN").stdout == "one")
  }

  @Test func `a copied vault_db is a backup too`() throws {
    let (sandbox, _) = try scene()
    let copy = sandbox.root + "/copy.db"
    for suffix in ["", "-wal"] where TestFiles.exists(sandbox.vaultFile + suffix) {
      try TestFiles.write(TestFiles.read(sandbox.vaultFile + suffix), to: copy + suffix, mode: 0o444)
    }
    let other = try sandbox.otherMachine()
    try other.succeed("restore", copy, "--yes")
    #expect(try other.coffer("get", "TOKEN").stdout == "two")
    #expect(TestFiles.entries(other.cofferHome + "/state").allSatisfy { !$0.contains("restoring.") })
    #expect(TestFiles.mode(copy) == 0o444)
  }

  @Test func `a damaged vault is moved aside`() throws {
    let (sandbox, older) = try scene()
    let newest = sandbox.root + "/newest.cofferbackup"
    try sandbox.succeed("backup", newest)
    var bytes = try TestFiles.read(sandbox.vaultFile)
    bytes[bytes.count / 2] ^= 1
    try TestFiles.write(bytes, to: sandbox.vaultFile, mode: 0o600)
    #expect(try sandbox.coffer("get", "TOKEN").code == 4)
    #expect(try sandbox.coffer("restore", older).code == 4)
    let restored = try sandbox.succeed("restore", newest)
    let aside = try #require(restored.stderr.firstMatch(of: /it is (.*) now/).map { String($0.1) })
    #expect(try TestFiles.read(aside) == bytes)
    #expect(try sandbox.coffer("get", "TOKEN").stdout == "two")
    try sandbox.succeed("set", "TOKEN", input: .text("three"))
    try sandbox.succeed("verify")
  }

  @Test func `whoever has the file open goes on with it`() throws {
    let (sandbox, older) = try scene()
    let script = """
      import sqlite3, subprocess, sys
      # Read-only: it knows nothing of page checksums, and must not move the log into the file.
      db = sqlite3.connect("file:" + sys.argv[1] + "?mode=ro", uri=True, isolation_level=None)
      count = lambda: db.execute("SELECT count(*) FROM log").fetchone()[0]
      db.execute("BEGIN")
      before = count()
      subprocess.run([sys.argv[2], "restore", sys.argv[3], "--accept-older", "--yes"], check=True)
      assert count() == before, "its state must not change under it"
      db.execute("COMMIT")
      assert count() == before - 1, "and after it, it sees the new one"
      """
    let result = try sandbox.run(["python3", "-c", script, sandbox.vaultFile, sandbox.program, older])
    #expect(result.succeeded, "\(result)")
    #expect(try sandbox.coffer("get", "TOKEN").stdout == "one")
  }

  @Test func `readers and writers beside a restore see one state or the other`() throws {
    let (sandbox, older) = try scene()
    let newest = sandbox.root + "/newest.cofferbackup"
    try sandbox.succeed("backup", newest)
    let script = """
      (for n in 1 2 3 4 5; do "$COFFER" restore -q "$OLDER" --accept-older --yes || echo failed
        "$COFFER" restore -q "$NEWEST" || echo failed; done; touch done) &
      while [ ! -e done ]; do "$COFFER" get TOKEN; echo; done; wait
      """
    let result = try sandbox.run(
      ["sh", "-c", script], setting: ["COFFER": sandbox.program, "OLDER": older, "NEWEST": newest], seconds: 120)
    #expect(result.stderr.isEmpty, "\(result)")
    #expect(Set(result.stdout.split(separator: "\n")).isSubset(of: ["one", "two"]), "\(result)")
    try sandbox.succeed("verify")
  }

  @Test func `what is no backup, or a damaged one, changes nothing`() throws {
    let (sandbox, older) = try scene()
    let before = try FolderState(of: sandbox.cofferHome)
    func refused(_ bytes: [UInt8], code: Int32, _ text: String) throws {
      let file = sandbox.root + "/broken"
      try TestFiles.write(bytes, to: file)
      let result = try sandbox.coffer("restore", file, "--accept-older", "--yes")
      #expect(result.code == code && result.stderr.contains(text), "\(result)")
    }
    let good = try TestFiles.read(older)
    try refused([], code: 2, "neither a backup nor a vault's file")
    try refused(Array("TOKEN=value\n".utf8), code: 2, "neither a backup nor a vault's file")
    try refused(Array("SQLite format 3\0".utf8) + [UInt8](repeating: 7, count: 9000), code: 4, "damaged")
    try refused(Array(good.dropLast()), code: 4, "the backup is damaged")
    try refused(Array(good[..<(good.count / 2)]), code: 4, "the backup is damaged")
    for place in stride(from: 9, to: good.count, by: 501) {
      var bytes = good
      bytes[place] ^= 0x10
      try refused(bytes, code: 4, "the backup is damaged")
    }
    let missing = try sandbox.coffer("restore", sandbox.root + "/none")
    #expect(missing.code == 2 && missing.stderr.contains("No such file"), "\(missing)")
    for path in before.paths where !TestFiles.isFolder(path) && !path.hasSuffix("-shm") {
      #expect(try TestFiles.read(path) == before.bytes(of: path), "\(path)")
    }
  }

  @Test(.enabled(if: Binaries.isRoot && Conditions.mounts, "no small disk can be mounted here"))
  func `a full disk leaves the vault, and no kept files`() throws {
    let sandbox = try Sandbox.prepared()
    try sandbox.succeed("set", "TOKEN", input: .text("old"))
    try sandbox.succeed("backup", sandbox.root + "/older")
    try sandbox.succeed("set", "TOKEN", input: .text("new"))
    let script = """
      cp -a "$DATA" "$DATA.aside" && mount -t tmpfs -o size=256k none "$DATA" && cp -a "$DATA.aside/." "$DATA" || exit 77
      for room in 0 4 16 32 48 64; do
        rm -f "$DATA/fill"; head -c 1M /dev/zero >"$DATA/fill" 2>/dev/null; truncate -s -${room}K "$DATA/fill"
        "$COFFER" restore "$1" --accept-older --yes; echo "$? $("$COFFER" get TOKEN) $(ls "$DATA"/* | grep -c kept)"
      done
      rm "$DATA/fill"; "$COFFER" verify || exit
      "$COFFER" restore "$1" --accept-older --yes; echo "$? $("$COFFER" get TOKEN) $(ls "$DATA"/* | grep -c kept)"
      """
    let result = try sandbox.run(
      ["unshare", "-m", "sh", "-c", script, "sh", sandbox.root + "/older"],
      setting: ["DATA": sandbox.cofferHome + "/data", "COFFER": sandbox.program])
    let lines = result.stdout.split(separator: "\n")
    #expect(lines.count == 7 && lines.first == "2 new 0" && lines.last == "0 old 1", "\(result)")
    #expect(lines.dropLast().allSatisfy { $0 == "2 new 0" || $0 == "0 old 1" }, "\(result)")
    #expect(result.stderr.contains("No space left on device"), "\(result)")
  }
}
