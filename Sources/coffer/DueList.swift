import Leaks
import Project
import Vault

/// What `coffer rotate --due` lists: every value that has to be replaced, why, and the command that does it.
struct DueList {
  private let workspace: Workspace
  /// Only this environment's; nil for all.
  private let environment: String?
  private let due: DueRotations

  /// Takes what is unlocked; asks for the passphrase where that does not open all it is about.
  init(_ workspace: Workspace, _ environment: EnvironmentOptions, _ unlock: UnlockOptions) throws {
    let vault = try workspace.vault()
    let asked = environment.environment
    let kept = try vault.read { (snapshot) throws(VaultError) -> Session? in
      guard let kept = try snapshot.keptSession() else { return nil }
      let wanted = try snapshot.environments(kept.directory).filter { asked == nil || $0.name == asked }
      return wanted.allSatisfy { kept.environments[$0.id] != nil } ? kept : nil
    }
    let session = try kept ?? Unlocking(vault: vault, folders: workspace.folders, options: unlock).session()
    let manifest = workspace.manifest
    due = try vault.read { (snapshot) throws(VaultError) in
      if let asked { _ = try snapshot.environment(named: asked, directory: session.directory) }
      return try DueRotations(snapshot, manifest, session)
    }
    self.workspace = workspace
    self.environment = asked
  }

  /// - Parameter name: the vault's name; nil for all.
  /// - Returns: the exit code: 1 when something is due.
  func show(_ name: String?, _ format: ListFormat, _ console: Console) throws -> Int32 {
    let items = due.all.filter {
      (environment == nil || $0.environment == environment) && (name == nil || $0.name == name)
    }
    let strangers = environment == nil && name == nil ? due.strangers : []
    switch format {
    case .text:
      let elsewhere = strangers.map { ["not in the vault", $0.title, "", "has leaked: \($0.fingerprint)"] }
      try console.data(text: Table.text(items.map(cells) + elsewhere))
      let locked = due.locked.filter { environment == nil || $0 == environment }
      if !locked.isEmpty { console.warn("not looked into, for want of a key: \(locked.joined(separator: ", "))") }
      if items.isEmpty && strangers.isEmpty { console.note("nothing is due") }
    case .json:
      let elsewhere = strangers.map { leak in
        JSONText.object([
          ("environment", .null), ("name", .null), ("version", .null), ("reason", .string("leak")),
          ("text", .string("\(leak.title) has leaked: \(leak.fingerprint)")), ("seen_by", .null), ("command", .null),
        ])
      }
      try console.data(text: JSONText.array(items.map(json) + elsewhere).text + "\n")
    }
    return items.isEmpty && strangers.isEmpty ? 0 : 1
  }

  private func cells(_ item: DueRotations.Due) -> [String] {
    [
      item.environment, item.name, item.version.map { "version \($0)" } ?? "", item.reason.text(), command(item),
    ]
  }

  private func json(_ item: DueRotations.Due) -> JSONText {
    .object([
      ("environment", .string(item.environment)), ("name", .string(item.name)),
      ("version", item.version.map { .number(Int($0)) } ?? .null), ("reason", .string(item.reason.word)),
      ("text", .string(item.reason.text())), ("seen_by", item.reason.seenBy), ("command", .string(command(item))),
    ])
  }

  private func command(_ item: DueRotations.Due) -> String {
    let variable = workspace.manifest.variables.first { $0.vaultName == item.name }?.name ?? item.name
    return "coffer rotate \(variable) -e \(item.environment)" + (item.option.map { " " + $0 } ?? "")
  }
}
