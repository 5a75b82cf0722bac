import Testing

/// Secrets lie in memory that is never swapped to disk; where the limit forbids that, one line says so.
@Suite struct LockedMemoryTests {
  private static let warning = "coffer: warning: secret memory could not be locked (RLIMIT_MEMLOCK)"

  @Test func `a limit on locked memory is told once, and stops nothing`() throws {
    // Root is not limited.
    let sandbox = try Sandbox.withVault(as: .nobody, unlocked: false)
    try sandbox.succeed("set", "TOKEN", input: .text("the value"))
    try sandbox.write("A=1\nB=2\nC=3\n", to: ".env", mode: 0o600)
    for words in [
      ["set", "TOKEN"], ["get", "TOKEN"], ["list"], ["import", ".env", "--yes"], ["export"],
      ["run", "--", "printenv", "TOKEN"],
    ] {
      let input: Input = words[0] == "set" ? .text("another value") : .none
      let result = try sandbox.run(["prlimit", "--memlock=0:0", sandbox.program] + words, input: input)
      #expect(result.succeeded, "\(result)")
      let warnings = result.stderr.split(separator: "\n").filter { $0.hasPrefix(Self.warning) }
      #expect(warnings.count == 1, "\(result)")
    }
    let unlimited = try sandbox.coffer("get", "TOKEN")
    #expect(unlimited.stdout == "another value" && unlimited.stderr.isEmpty, "without the limit: \(unlimited)")
  }
}
