import Glibc
import Testing

/// A vault of the first layout, as an earlier Coffer left it, under this one.
@Suite struct MigrationTests {
  /// The committed vault of version 1 with a project that names it.
  static func golden() throws -> Sandbox {
    let sandbox = try Sandbox()
    let folder = Binaries.packageFolder + "/Tests/Vectors/golden-v1"
    for path in TestFiles.tree(folder) where !TestFiles.isFolder(path) {
      let target = sandbox.cofferHome + path.dropFirst(folder.count)
      try TestFiles.makeFolder(parent(of: target), mode: 0o700)
      try TestFiles.write(TestFiles.read(path), to: target, mode: 0o600)
    }
    sandbox.environment["COFFER_PASSPHRASE_FILE"] = sandbox.cofferHome + "/passphrase"
    let short = try #require(parent(of: sandbox.vaultFile).split(separator: "/").last)
    try sandbox.write("vault = \"golden \(short)\"\n", to: "coffer.toml")
    try sandbox.succeed("link", "--yes")
    return sandbox
  }

  private func version(_ sandbox: Sandbox) throws -> UInt8 { try TestFiles.read(sandbox.vaultFile)[63] }
  private func backup(_ sandbox: Sandbox) -> String {
    parent(of: sandbox.vaultFile) + "/before-schema-2.cofferbackup"
  }

  @Test func `reading and launching leave it, and the first change moves it on`() throws {
    let sandbox = try Self.golden()
    for words in [["verify"], ["list"], ["run", "--", "true"], ["get", "DATABASE_URL"]] {
      let result = try sandbox.run(["coffer"] + words)
      #expect(result.succeeded, "\(result)")
    }
    #expect(try version(sandbox) == 1)
    try sandbox.succeed("set", "NEW", input: .text("value"))
    #expect(try version(sandbox) == 2)
    #expect(TestFiles.mode(backup(sandbox)) == 0o600)
    #expect(try sandbox.coffer("get", "NEW").stdout == "value")
    // What it was before comes back from it.
    try sandbox.succeed("restore", backup(sandbox), "--accept-older", "--yes")
    #expect(try sandbox.coffer("get", "NEW").code == 1)
  }

  @Test func `a dry run says what would be, and migrate does it`() throws {
    let sandbox = try Self.golden()
    let before = try FolderState(of: sandbox.cofferHome)
    let dry = try sandbox.succeed("migrate", "--dry-run")
    #expect(dry.stderr.contains("layout 1 would become 2") && dry.stderr.contains(backup(sandbox)), "\(dry)")
    for path in before.paths where !TestFiles.isFolder(path) && !path.hasSuffix("-shm") {
      #expect(try TestFiles.read(path) == before.bytes(of: path), "\(path)")
    }
    #expect(!TestFiles.exists(backup(sandbox)))
    try sandbox.succeed("migrate")
    #expect(try version(sandbox) == 2)
    try sandbox.succeed("verify")
    #expect(try sandbox.succeed("migrate").stderr.contains("nothing to do"))
  }

  @Test(.enabled(if: Binaries.isRoot && Conditions.mounts, "no small disk can be mounted here"))
  func `a full disk leaves the layout, and whatever is read goes on`() throws {
    let sandbox = try Self.golden()
    let value = try sandbox.succeed("get", "DATABASE_URL").stdout
    let script = """
      cp -a "$DATA" "$DATA.aside" && mount -t tmpfs -o size=1m none "$DATA" && cp -a "$DATA.aside/." "$DATA" || exit 77
      for room in 0 4 16 32 40 48 64; do
        rm -f "$DATA/fill"; head -c 2M /dev/zero >"$DATA/fill" 2>/dev/null; truncate -s -${room}K "$DATA/fill"
        "$COFFER" migrate 2>&1; echo "migrate $?"; "$COFFER" get DATABASE_URL; echo
      done
      rm "$DATA/fill"; "$COFFER" migrate; echo "migrate $?"; "$COFFER" verify; echo "verify $?"
      find "$DATA" -name '*.coffer-*'
      """
    let result = try sandbox.run(
      ["unshare", "-m", "sh", "-c", script],
      setting: ["DATA": sandbox.cofferHome + "/data", "COFFER": sandbox.program])
    let lines = result.stdout.split(separator: "\n").map(String.init)
    let codes = lines.filter { $0.hasPrefix("migrate ") }
    #expect(codes.count == 8 && codes.first == "migrate 2" && codes.last == "migrate 0", "\(result)")
    #expect(lines.filter { $0 == value }.count == 7 && lines.last == "verify 0", "\(result)")
    #expect(result.stdout.contains("No space left on device") || result.stdout.contains("full"), "\(result)")
  }
}
