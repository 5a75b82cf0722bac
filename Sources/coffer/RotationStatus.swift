import Leaks
import Rotation
import Vault

/// How far rotations are: of every name the last one, or all of one name.
struct RotationStatus {
  private let open: OpenEnvironment
  /// Only this environment's; nil for all.
  private let environment: String?

  init(_ open: OpenEnvironment, _ environment: EnvironmentOptions) {
    self.open = open
    self.environment = environment.environment
  }

  private struct Row {
    let record: RotationRecord
    let environment: String
    /// Who made each step.
    let authors: [String]
  }

  /// - Parameter name: the vault's name; nil for all.
  /// - Returns: the exit code.
  func show(_ name: String?, _ format: ListFormat, _ console: Console) throws -> Int32 {
    let rows = try rows(of: name)
    switch format {
    case .text:
      try console.data(text: Table.text(rows.map(Self.cells)))
      let open = rows.count { $0.record.step.isOpen }
      console.note(
        rows.isEmpty ? "no rotations" : "\(Wording.count(rows.count, "rotation")), \(open) open")
    case .json: try console.data(text: JSONText.array(rows.map(Self.json)).text + "\n")
    }
    return 0
  }

  /// The newest change first.
  private func rows(of name: String?) throws -> [Row] {
    let rows = try open.vault.read { (snapshot) throws(VaultError) in
      let directory = open.session.directory
      var names: [EnvironmentID: String] = [:]
      for environment in try snapshot.environments(directory) { names[environment.id] = environment.name }
      var rows: [Row] = []
      for record in try RotationLedger(directory).all(in: snapshot).reversed() {
        var authors: [String] = []
        for mark in record.marks { authors.append(try snapshot.memberName(mark.author, directory) ?? "unknown") }
        rows.append(
          Row(record: record, environment: names[record.environment] ?? "a removed environment", authors: authors))
      }
      return rows
    }
    let wanted = rows.filter { environment == nil || $0.environment == environment }
    if let name { return wanted.filter { $0.record.name == name } }
    var seen: Set<[String]> = []
    return wanted.filter { row in
      seen.insert([row.environment, row.record.name]).inserted || row.record.step.isOpen
    }
  }

  private static func cells(_ row: Row) -> [String] {
    let record = row.record
    return [
      record.name, row.environment, record.step.description,
      "version \(record.from)" + (record.to.map { " to \($0)" } ?? ""),
      Age.text(since: record.marks.last?.time ?? 0), missing(record.step), record.leak.map { "leak \($0)" } ?? "",
    ]
  }

  /// What is to do next.
  private static func missing(_ step: RotationStep) -> String {
    switch step {
    case .planned: "next: bring the new value"
    case .pending: "next: put it where it is checked"
    case .set: "next: test it"
    case .tested: "next: promote it"
    case .promoted: "next: roll it out"
    case .rolledOut: "next: revoke the old value"
    case .revoked: "next: prove the old value dead"
    case .unproven: "the old value was not proven dead"
    case .dead, .aborted: ""
    }
  }

  private static func json(_ row: Row) -> JSONText {
    let record = row.record
    return .object([
      ("id", .string(record.id.description)), ("name", .string(record.name)), ("environment", .string(row.environment)),
      ("step", .string(record.step.description)), ("open", .bool(record.step.isOpen)),
      ("from", .number(Int(record.from))), ("to", record.to.map { .number(Int($0)) } ?? .null),
      ("playbook", .string(record.playbook)),
      ("generator", record.generator.isEmpty ? .null : .string(record.generator)),
      ("leak", record.leak.map { .string($0.description) } ?? .null),
      ("test", record.test.map { .string($0 == .passed ? "passed" : "skipped") } ?? .null),
      (
        "steps",
        .array(
          zip(record.marks, row.authors).map { mark, author in
            .object([
              ("step", .string(mark.step.description)), ("time", .string(Age.timestamp(mark.time))),
              ("author", .string(author)),
            ])
          })
      ),
    ])
  }
}
