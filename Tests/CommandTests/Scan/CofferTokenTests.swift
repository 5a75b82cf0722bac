import Testing

/// Coffer's own tokens in a repository.
@Suite struct CofferTokenTests {
  @Test func `a token that was committed is found, and its checksum is right`() throws {
    let vault = try Sandbox.withVault()
    let token = try String(vault.succeed("token", "create", "-e", "production").stdout.dropLast())
    let repository = try ScannedRepository()
    try repository.commit("COFFER_TOKEN=\(token)\n", to: "deploy.env")
    try repository.commit("COFFER_TOKEN=\n", to: "deploy.env", message: "take it out")
    let found = try repository.scan()
    #expect(found.findings.count == 1, "\(found.result)")
    let finding = try #require(found.findings.first)
    #expect(finding["rule"] as? String == "coffer-token" && finding["confidence"] as? String == "high", "\(finding)")
    #expect(finding["checksum"] as? String == "valid", "\(finding)")
    #expect(Marker(token).form(in: found.result.output) == nil)
  }
}
