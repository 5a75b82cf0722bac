import Testing

/// A vault, its people on machines of their own, and a folder between them.
struct SharingScene {
  let members: MemberScene
  /// The shared folder.
  let folder: String

  var owner: Sandbox { members.owner }

  init() throws {
    members = try MemberScene()
    // One user's keyring holds one signing seed of a vault: unlocked, people on one machine would sign for each other.
    try members.owner.succeed("lock")
    folder = members.owner.root + "/shared"
    try TestFiles.makeFolder(folder, mode: 0o700)
  }

  /// Lets somebody in by a bundle of her own.
  func join(_ name: String, _ roles: String...) throws -> Sandbox {
    let person = try members.person()
    let added = try owner.run(["coffer", "member", "add", name, person.key, "--words", person.words] + roles)
    guard added.succeeded else { throw HarnessError("not let in: \(added)") }
    let file = owner.root + "/\(name).cofferbundle"
    try owner.succeed("bundle", name, "-o", file)
    try person.sandbox.write(owner.text(of: "coffer.toml"), to: "coffer.toml")
    try person.sandbox.succeed("join", file, "--yes")
    return person.sandbox
  }

  @discardableResult
  func sync(_ sandbox: Sandbox, _ words: String...) throws -> RunResult {
    try sandbox.run(["coffer", "sync", folder] + words)
  }

  /// Syncs one after the other; all must be done without conflict.
  func syncAll(_ sandboxes: Sandbox...) throws {
    for sandbox in sandboxes {
      let result = try sync(sandbox)
      guard result.succeeded else { throw HarnessError("not synced: \(result)") }
    }
  }

  /// The bundles in the folder.
  var bundles: [String] { TestFiles.tree(folder).filter { $0.hasSuffix(".cofferbundle") } }
}

extension Sandbox {
  func value(_ name: String) throws -> String { try succeed("get", name).stdout }
}
