import Testing

/// What `make dist` leaves runs where there is nothing: an empty root, as in a container from scratch.
@Suite(.enabled(if: Binaries.staticCoffer != nil, "make dist builds it"))
struct StaticBinaryTests {
  @Test func `it keeps a secret and launches with it in an empty root`() throws {
    let program = try #require(Binaries.staticCoffer)
    guard let root = try EmptyRoot(holding: program) else { return }

    let version = try root.coffer("--version")
    #expect(version.succeeded && !version.stdout.isEmpty, "\(version)")

    let made = try root.coffer("init", "--name", "empty", "--yes")
    #expect(made.succeeded, "\(made)")
    let set = try root.coffer("set", "TOKEN", input: .text("kept in an empty root"))
    #expect(set.succeeded, "\(set)")
    // The only program there is Coffer itself: launched with the secret, it says its version.
    let launched = try root.coffer("run", "--", "/coffer", "--version")
    #expect(launched.succeeded && launched.stdout == version.stdout, "\(launched)")
    let value = try root.coffer("get", "TOKEN")
    #expect(value.succeeded && value.stdout.hasPrefix("kept in an empty root"), "\(value)")
    #expect(TestFiles.exists(root.folder + "/coffer.toml"))
  }
}
