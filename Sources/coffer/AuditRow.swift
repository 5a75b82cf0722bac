import Audit
import Leaks
import Platform
import Rotation
import Vault

/// One line of `coffer audit`: a change by the vault's log, or a reading or launch by this device's file.
struct AuditRow {
  struct Name {
    let name: String
    /// Nil where none is in use any more, or it does not matter.
    let version: UInt32?
  }

  /// Somebody let in, changed or shut out.
  struct Membership {
    let name: String
    let act: LogEvent.Membership.Act
    /// By environment.
    let roles: [(environment: String, role: Role)]
    /// What it may do, in words; empty for nothing any more.
    let rights: String
    /// The only names that a token reads; nil for all.
    let only: [String]?

    var text: String {
      switch act {
      case .added: "added \(name): \(rights)"
      case .changed: "\(name) may now: \(rights)"
      case .removed: "removed \(name)"
      }
    }
  }

  /// Nil: this device's.
  let sequence: UInt64?
  /// Milliseconds since 1970, by the clock of whoever wrote it.
  let time: UInt64
  let kind: String
  /// Who signed it; nil for what this device recorded.
  let author: String?
  /// Nil for what concerns the vault as a whole.
  let environment: String?
  let names: [Name]
  let members: [Membership]
  /// What else there is to say.
  let detail: String
  /// The process, for what this device recorded.
  let reader: AuditEvent.Reader?
  let command: String?

  init(_ event: AuditEvent) {
    sequence = nil
    time = event.time
    kind = event.kind.rawValue
    author = nil
    environment = event.environment
    names = event.names.map { Name(name: $0.name, version: $0.version) }
    members = []
    detail = event.command ?? ""
    reader = event.reader
    command = event.command
  }

  init(_ event: LogEvent, _ labels: AuditLabels) throws(VaultError) {
    sequence = event.sequence
    time = event.time
    kind = event.kind.rawValue
    author = try labels.member(event.author)
    let members = try event.members.map { (item) throws(VaultError) in try labels.membership(item) }
    var names: [Name] = []
    var environment = event.environment == .directory ? nil : try labels.environment(event.environment)
    var detail = ""
    for item in event.items {
      let name = item.name ?? item.index.brief
      if let subject = labels.subject(of: name) {
        names.append(Name(name: subject.name, version: nil))
        environment = try subject.environment.map { (id) throws(VaultError) in try labels.environment(id) }
        detail = subject.detail
      } else {
        names.append(Name(name: name, version: item.version))
      }
    }
    switch event.kind {
    case .found: detail = members.map(\.name).joined(separator: ", ")
    case .member, .token: detail = members.map(\.text).joined(separator: "; ")
    case .epoch: detail = event.epoch == 1 ? "made" : "key \(event.epoch ?? 0)"
    case .remove where event.items.isEmpty: detail = "the whole environment"
    default: break
    }
    self.names = names
    self.members = event.kind == .epoch ? [] : members
    self.environment = environment
    self.detail = detail
    reader = nil
    command = nil
  }

  /// Columns of text: time, kind, environment, author, names, rest.
  var text: String {
    let list = names.map { $0.name + ($0.version.map { " \($0)" } ?? "") }.joined(separator: ", ")
    let columns = [
      Age.timestamp(time), Self.padded(kind, 8), Self.padded(environment ?? "-", 11),
      Self.padded(author ?? "this device", 11),
      list, detail,
    ]
    var line = columns.filter { !$0.isEmpty }.map(Wording.line).joined(separator: "  ")
    while line.hasSuffix(" ") { line.removeLast() }
    return line + "\n"
  }

  var json: String {
    func text(_ text: String?) -> JSONText { text.map { .string($0) } ?? .null }
    var fields: [(String, JSONText)] = [
      ("source", .string(sequence == nil ? "device" : "log")), ("time", .string(Timestamp.text(time, precise: true))),
      ("kind", .string(kind)), ("environment", text(environment)),
      ("names", .array(names.map { .object([("name", .string($0.name)), ("version", Self.number($0.version))]) })),
    ]
    if let sequence {
      fields += [("sequence", Self.number(sequence)), ("author", text(author)), ("detail", .string(detail))]
      if !members.isEmpty { fields.append(("members", .array(members.map(\.json)))) }
    }
    if let reader {
      fields += [
        ("command", text(command)), ("host", .string(reader.host)), ("boot", text(reader.boot)),
        ("pid", .number(Int(reader.process))), ("start", Self.number(reader.start)), ("run", .string(reader.run)),
      ]
    }
    return JSONText.object(fields).line + "\n"
  }

  private static func number(_ number: (some FixedWidthInteger)?) -> JSONText {
    number.flatMap { Int(exactly: $0) }.map { .number($0) } ?? .null
  }

  private static func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }
}

extension AuditRow.Membership {
  fileprivate var json: JSONText {
    .object([
      ("name", .string(name)), ("act", .string(act.rawValue)),
      ("roles", .object(roles.map { ($0.environment, .string("\($0.role)")) })), ("rights", .string(rights)),
      ("only", only.map { .array($0.map { .string($0) }) } ?? .null),
    ])
  }
}

/// What members, environments, leaks and rotations are called.
struct AuditLabels {
  struct Subject {
    let name: String
    let environment: EnvironmentID?
    let detail: String
  }

  private let snapshot: Snapshot
  private let directory: EnvironmentKey
  private let environments: [Snapshot.NamedEnvironment]
  private var subjects: [String: Subject] = [:]
  /// The names of each token that is limited to some.
  private let scopes: [MemberID: [String]]

  init(_ snapshot: Snapshot, _ directory: EnvironmentKey) throws(VaultError) {
    self.snapshot = snapshot
    self.directory = directory
    environments = try snapshot.environments(directory)
    // Scopes sealed under an earlier key of the directory do not open: as with names below, the row is shown without.
    scopes = ((try? snapshot.tokens(directory)) ?? []).reduce(into: [:]) { $0[$1.member] = $1.names }
    for record in try RotationLedger(directory).all(in: snapshot) {
      subjects["rotation/\(record.id)"] = Subject(
        name: record.name, environment: record.environment, detail: "rotation \(record.id.description.prefix(8))")
    }
    for record in try LeakLedger(directory).all(in: snapshot) {
      subjects["leak/\(record.fingerprint)"] = Subject(
        name: record.home?.name ?? record.title, environment: record.home?.environment,
        detail: "leak \(record.fingerprint)")
    }
  }

  /// What a record of the ledger is about; nil for a variable's name.
  func subject(of name: String) -> Subject? {
    // Which versions somebody who was shut out had seen: `coffer rotate --due` shows it.
    name.hasPrefix("setting/access-ended/")
      ? Subject(name: "what was seen", environment: nil, detail: "") : subjects[name]
  }

  func member(_ id: MemberID) throws(VaultError) -> String {
    // A name that was sealed under an earlier key of the directory does not open.
    do throws(VaultError) {
      if let name = try snapshot.memberName(id, directory) { return name }
    } catch { guard case .locked = error else { throw error } }
    return id.brief
  }

  /// With the roles in environments that are there still.
  func membership(_ item: LogEvent.Membership) throws(VaultError) -> AuditRow.Membership {
    let isOut = item.act == .removed
    let scope = scopes[item.member]
    return AuditRow.Membership(
      name: try member(item.member), act: item.act,
      roles: isOut
        ? []
        : environments.compactMap { environment in
          item.roles[environment.id].map { (environment.name, $0) }
        },
      rights: isOut
        ? ""
        : MemberCommand.text(item.roles, environments) + (scope.map { ", only " + $0.joined(separator: ", ") } ?? ""),
      only: isOut ? nil : scope)
  }

  func environment(_ id: EnvironmentID) throws(VaultError) -> String {
    try snapshot.environmentName(id, directory) ?? id.brief
  }
}
