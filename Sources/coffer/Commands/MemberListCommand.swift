import ArgumentParser
import Vault

extension MemberCommand {
  struct List: Performing {
    static let configuration = CommandConfiguration(
      commandName: "list",
      abstract: "List who is in the vault, and what they may do.",
      discussion: """
          coffer member list
          coffer member list --all --format json

        The six words are those that coffer identity shows there.
        """,
      aliases: ["ls"])

    @Flag(name: .long, help: "Removed ones too.")
    var all = false

    @Option(name: .long, help: "text or json.")
    var format: ListFormat = .text

    @OptionGroup var unlock: UnlockOptions
    @OptionGroup var output: OutputOptions

    private struct Row {
      let member: Member
      let name: String
      let since: Arrival?
      /// Who let it in.
      let by: String
    }

    func perform(_ console: Console) throws -> Int32 {
      let workspace = try Workspace.find()
      let vault = try workspace.vault()
      let cached = try vault.read { (snapshot) throws(VaultError) in try snapshot.cachedDirectory() }
      let directory =
        try cached ?? Unlocking(vault: vault, folders: workspace.folders, options: unlock).session().directory
      let environments = try vault.read { (snapshot) throws(VaultError) in try snapshot.environments(directory) }
      let rows = try vault.read { (snapshot) throws(VaultError) in try self.rows(snapshot, directory) }
      switch format {
      case .text: try console.data(text: Table.text(rows.map { Self.cells($0, environments) }))
      case .json: try console.data(text: JSONText.array(rows.map { Self.json($0, environments) }).text + "\n")
      }
      return 0
    }

    private func rows(_ snapshot: Snapshot, _ directory: EnvironmentKey) throws(VaultError) -> [Row] {
      let arrivals = try snapshot.arrivals()
      var rows: [Row] = []
      for member in snapshot.control.members where all || member.isActive {
        let since = arrivals[member.id]
        rows.append(
          Row(
            member: member, name: try snapshot.memberName(member.id, directory) ?? "", since: since,
            by: try since.flatMap { (since) throws(VaultError) in try snapshot.memberName(since.author, directory) }
              ?? ""
          ))
      }
      return rows
    }

    private static func cells(_ row: Row, _ environments: [Snapshot.NamedEnvironment]) -> [String] {
      [
        row.name, row.member.kind.text,
        row.member.isActive ? MemberCommand.text(row.member.roles, environments) : "removed",
        row.since.map { "\(Age.text(since: $0.time))\(row.by == row.name ? "" : " by \(row.by)")" } ?? "",
        row.member.kind == .person ? row.member.keys.words.joined(separator: " ") : "",
      ]
    }

    private static func json(_ row: Row, _ environments: [Snapshot.NamedEnvironment]) -> JSONText {
      let roles = environments.compactMap { environment in
        row.member.roles[environment.id].map { (environment.name, JSONText.string("\($0)")) }
      }
      return .object([
        ("name", .string(row.name)), ("kind", .string(row.member.kind.text)), ("active", .bool(row.member.isActive)),
        ("vault_admin", .bool(row.member.may(.admin, in: .directory))),
        ("roles", .object(row.member.isActive ? roles : [])),
        ("since", row.since.map { .string(Age.timestamp($0.time)) } ?? .null),
        ("by", row.since == nil ? .null : .string(row.by)),
        ("words", .string(row.member.keys.words.joined(separator: " "))),
      ])
    }
  }
}

extension Member.Kind {
  /// As lists say it.
  var text: String {
    switch self {
    case .person: "person"
    case .machine: "token"
    case .recovery: "recovery"
    }
  }
}
