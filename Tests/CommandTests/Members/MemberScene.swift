import Testing

/// A vault and the people around it, each with folders, an identity and a project of her own; the vault's file is carried by hand.
struct MemberScene {
  /// Somebody who has a public key.
  struct Person {
    let sandbox: Sandbox
    let key: String
    let words: String
  }

  let owner: Sandbox

  init() throws { owner = try Sandbox.withVault() }

  /// Somebody new, who has no vault yet.
  func person() throws -> Person {
    let sandbox = try Sandbox()
    try sandbox.makeIdentity()
    let shown = try sandbox.succeed("identity")
    let words = try #require(shown.stderr.firstMatch(of: /its words: ([a-z ]+)\n/), "\(shown)")
    return Person(sandbox: sandbox, key: shown.stdout.trimmed, words: String(words.1))
  }

  /// Lets somebody in, and hands over the vault.
  func member(_ name: String, _ roles: String...) throws -> Person {
    let person = try person()
    let added = try owner.run(["coffer", "member", "add", name, person.key, "--words", person.words] + roles)
    guard added.succeeded else { throw HarnessError("not let in: \(added)") }
    try hand(to: person)
    return person
  }

  /// Copies the vault as it is now to somebody, whose project is linked to it.
  func hand(to person: Person) throws {
    let sandbox = person.sandbox
    try carry(from: owner, to: sandbox)
    try sandbox.write(owner.text(of: "coffer.toml"), to: "coffer.toml")
    try sandbox.succeed("link", "--yes", "--accept-older")
  }

  /// Copies the vault's file. Nobody may have it open.
  func carry(from one: Sandbox, to other: Sandbox) throws {
    let (from, to) = (one.cofferHome + "/data", other.cofferHome + "/data")
    TestFiles.removeTree(to)
    for path in TestFiles.tree(from) where !TestFiles.isFolder(path) && !path.hasSuffix("-shm") {
      let copy = to + path.dropFirst(from.count)
      try TestFiles.makeFolder(parent(of: copy), mode: 0o700)
      try TestFiles.copy(path, to: copy)
    }
  }
}

extension String {
  /// Without the line end.
  fileprivate var trimmed: String { split(separator: "\n").joined() }
}
