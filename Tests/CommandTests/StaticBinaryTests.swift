import Testing

/// What `make dist` leaves runs where there is nothing: an empty root, as in a container from scratch.
@Suite(
  .enabled(if: Binaries.staticCoffer != nil, "make dist builds it"),
  .enabled(if: Conditions.changesRoot, "nobody may change the root here"))
struct StaticBinaryTests {
  private static let value = "kept in an empty root"

  @Test(.enabled(if: Conditions.compilesStatically, "no static C program can be compiled here"))
  func `it keeps a secret and launches with it in an empty root`() throws {
    let root = try EmptyRoot(holding: #require(Binaries.staticCoffer))
    // All that it can launch there: a program that says what it was given.
    try root.compile(
      """
      #include <stdio.h>
      #include <stdlib.h>
      int main(int count, char **words) {
        for (int i = 1; i < count; i++) { char *value = getenv(words[i]); printf("%s=%s\\n", words[i], value ? value : "(none)"); }
        return 7;
      }
      """, as: "show")

    let version = try root.coffer("--version")
    #expect(version.succeeded && !version.stdout.isEmpty, "\(version)")
    let made = try root.coffer("init", "--name", "empty", "--yes")
    #expect(made.succeeded, "\(made)")
    let set = try root.coffer("set", "TOKEN", input: .text(Self.value))
    #expect(set.succeeded, "\(set)")
    let bare = try root.coffer("run", "--only", "NONE", "--", "/show", "TOKEN")
    #expect(bare.code == 125 && bare.output.isEmpty, "\(bare)")
    let launched = try root.coffer("run", "--", "/show", "TOKEN", "COFFER_PASSPHRASE_FILE")
    #expect(launched.code == 7, "\(launched)")
    #expect(launched.stdout == "TOKEN=\(Self.value)\nCOFFER_PASSPHRASE_FILE=(none)\n", "\(launched)")
    let value = try root.coffer("get", "TOKEN")
    #expect(value.succeeded && value.stdout == Self.value, "\(value)")
    #expect(TestFiles.exists(root.folder + "/coffer.toml"))
  }
}
