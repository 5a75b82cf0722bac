import Vault

/// What somebody who was shut out has seen and is in use still: the answer of `member remove`, `member role` and `token revoke`, and a
/// part of what `rotate --due` lists until each was replaced.
struct SeenList {
  /// One name.
  private struct Row {
    let environment: String
    let exposure: Exposure
  }

  private let rows: [Row]

  /// - Parameters:
  ///   - session: with the keys as they are now, those that shutting out gave.
  init(_ vault: Vault, _ session: Session, of member: MemberID) throws(VaultError) {
    rows = try vault.read { (snapshot) throws(VaultError) in
      var names: [EnvironmentID: String] = [:]
      for environment in try snapshot.environments(session.directory) { names[environment.id] = environment.name }
      return try snapshot.exposed(session, to: member).map {
        Row(environment: names[$0.environment] ?? "", exposure: $0)
      }
    }
  }

  /// Writes the list to standard output, and what to do about it to standard error.
  /// - Parameter name: who has seen it.
  func show(_ name: String, _ format: ListFormat, _ console: Console) throws {
    switch format {
    case .text:
      try console.data(
        text: Table.text(
          rows.map { row in
            [
              row.environment, row.exposure.name, row.exposure.current.map { "version \($0)" } ?? "",
              row.exposure.pending.map { "version \($0) pending" } ?? "",
            ]
          }))
    case .json:
      try console.data(
        text: JSONText.array(
          rows.map { row in
            .object([
              ("environment", .string(row.environment)), ("name", .string(row.exposure.name)),
              ("version", row.exposure.current.map { .number(Int($0)) } ?? .null),
              ("pending", row.exposure.pending.map { .number(Int($0)) } ?? .null),
            ])
          }
        ).text + "\n")
    }
    guard !rows.isEmpty else {
      console.note("nothing that \(name) could read has a value")
      return
    }
    console.note(
      "\(name) could read \(rows.count == 1 ? "this value, and may have kept it" : "these \(rows.count) values, and may have kept them")"
    )
    console.hint("what was seen has to be replaced: coffer rotate --due lists what is left")
  }
}
