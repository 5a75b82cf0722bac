import Project
import Testing

@Suite struct ManifestEditorTests {
  static let drafts = [
    VariableDraft(name: "API_KEY", description: "for \"us\"\\", provider: "openai"),
    VariableDraft(
      name: "PORT", type: .port, isSecret: false, defaultValue: "3000",
      values: ["production": "80"], isRequired: false),
    VariableDraft(
      name: "DATABASE_URL", type: .url, schemes: ["postgres", "postgresql"], provider: "postgres"),
  ]

  @Test func `missing names are appended and nothing else changes`() throws {
    let text = try ManifestEditor.declaring(
      Self.drafts + [VariableDraft(name: "API_KEY", description: "a second time")], in: shopManifest
    )
    #expect(text.hasPrefix(shopManifest))
    #expect(
      text.dropFirst(shopManifest.count) == """

        [variables.API_KEY]
        description = "for \\"us\\"\\\\"
        provider = "openai"

        """)
    #expect(try ManifestEditor.declaring(Self.drafts, in: text) == text)
  }

  @Test(arguments: [
    "", "vault = 'x'", "vault = 'x'\n", "# c\r\nvault = 'x'\r\n", "[variables]\nA.file = true",
    "[launch]\nallow = []\n# end",
  ])
  func `an append keeps every byte and the line ends`(_ before: String) throws {
    let after = try ManifestEditor.declaring(Self.drafts, in: before)
    #expect(Array(after.utf8).starts(with: Array(before.utf8)))
    let manifest = try Manifest(text: after)
    for draft in Self.drafts {
      let variable = try #require(manifest.variable(named: draft.name))
      #expect(variable.description == draft.description)
      #expect(variable.type == draft.type)
      #expect(variable.schemes == draft.schemes)
      #expect(variable.isSecret == draft.isSecret)
      #expect(variable.defaultValue == draft.defaultValue)
      #expect(variable.values == draft.values)
      #expect(variable.isRequired(in: "x") == draft.isRequired)
    }
    if before.contains("\r\n") {
      #expect(after.utf8.count { $0 == 10 } == after.utf8.count { $0 == 13 })
    }
  }

  @Test func `an inline table of variables cannot be appended to`() {
    let error = #expect(throws: ProjectError.self) {
      try ManifestEditor.declaring(Self.drafts, in: "variables = { A = { file = true } }\n")
    }
    guard case .editRefused = error else {
      Issue.record("another error: \(String(describing: error))")
      return
    }
  }

  @Test(arguments: ["A-B", "A\nB", "", "a b"])
  func `a draft that would not read back is refused`(_ name: String) {
    #expect(throws: ProjectError.self) {
      try ManifestEditor.declaring([VariableDraft(name: name)], in: "vault = 'x'\n")
    }
  }

  @Test func `literals of a secret are refused`() {
    #expect(throws: ProjectError.self) {
      try ManifestEditor.declaring([VariableDraft(name: "A", values: ["p": "x"])], in: "")
    }
  }

  @Test func `a new manifest reads back`() throws {
    let text = try ManifestEditor.newManifest(
      vaultName: "my \"shop\"", vaultID: "7Q4M-2KXD", salt: "c2FsdA==", drafts: Self.drafts)
    let manifest = try Manifest(text: text)
    #expect(manifest.vault == .init(name: "my \"shop\"", id: "7Q4M-2KXD"))
    #expect(manifest.scanSalt == "c2FsdA==")
    #expect(manifest.variables.map(\.name) == ["API_KEY", "PORT", "DATABASE_URL"])
    #expect(throws: ProjectError.self) {
      try ManifestEditor.newManifest(vaultName: "a", vaultID: "b c", salt: "", drafts: [])
    }
  }
}
