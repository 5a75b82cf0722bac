import ArgumentParser
import Audit
import Launch
import Platform
import Policies
import Project
import Sealing
import Vault

struct ImportCommand: Performing {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Move the values of a dotenv file into the vault.",
    discussion: """
      Shows what it will do, stores everything in one step or nothing, declares new names in coffer.toml, and \
      offers to keep the file out of git and Docker images and to delete it. Settings that are no secrets \
      (PORT, NODE_ENV and the like) go into coffer.toml instead.

        coffer import .env
        coffer import .env.production -e production --dry-run
        coffer import .env --yes --delete

      $ in a value is kept as it is, never expanded.
      """)

  @Argument(help: "The dotenv file, or - for standard input.")
  var path: String

  @OptionGroup var environment: EnvironmentOptions

  @Flag(name: .customLong("dry-run"), help: "Only show what would be done.")
  var dryRun = false

  @Flag(name: .shortAndLong, help: "Import, and add the file to .gitignore and .dockerignore, without asking.")
  var yes = false

  @Flag(name: .customLong("no-declare"), help: "Leave coffer.toml as it is.")
  var noDeclare = false

  @Flag(name: .long, help: "Delete the file afterwards.")
  var delete = false

  @OptionGroup var unlock: UnlockOptions
  @OptionGroup var output: OutputOptions

  func perform(_ console: Console) throws -> Int32 {
    let workspace = try Workspace.find()
    _ = try workspace.linkedVault()
    let file = try DotenvFile(path, environment: environment.name)
    guard !file.assignments.isEmpty else { throw Failure("\(path) assigns nothing", code: 1) }
    let open = try OpenEnvironment(workspace, environment, unlock, signing: true)
    let environment = open.name
    let plan = try Plan(file, workspace, open, declares: !noDeclare)
    open.note(.compare, plan.compared, workspace, console)
    show(plan, file, console)
    try warnOfRefusedNames(file, workspace, console)
    if dryRun {
      console.note("dry run: nothing was changed")
      return 0
    }
    guard try console.confirm("Import into \(environment)?", assumed: yes, default: true) else {
      throw Failure("nothing was imported", hints: console.canAsk ? [] : ["--yes imports without asking"], code: 1)
    }
    if !plan.stored.isEmpty {
      try open.write { (transaction, key) throws(VaultError) in _ = try transaction.put(plan.stored, key) }
    }
    do { _ = try workspace.declaring(plan.drafts) } catch {
      console.note("\(plan.stored.count) stored in \(environment), none declared in coffer.toml")
      throw error
    }
    console.note(
      "\(plan.stored.count) stored in \(environment), \(plan.drafts.count) declared in coffer.toml"
        + (plan.unchanged.isEmpty ? "" : ", \(plan.unchanged.count) unchanged"))
    if path != "-", SecretInput.isRegular(path) { try tidy(workspace, console) }
    return 0
  }

  /// What an import does, decided before anything is changed.
  private struct Plan {
    var stored: [Transaction.NewValue] = []
    var added: [String] = []
    var changed: [String] = []
    var unchanged: [String] = []
    /// Settings whose value is in coffer.toml, or goes there.
    var settings: [String] = []
    var drafts: [VariableDraft] = []
    /// What was read of the vault, to be compared.
    let compared: [AuditEvent.Name]

    init(_ file: DotenvFile, _ workspace: Workspace, _ open: OpenEnvironment, declares: Bool) throws {
      let names = file.effective.map { workspace.vaultName($0.name) }
      let found = try open.read { (snapshot, key) throws(VaultError) in try snapshot.versionedValues(names, key) }
      compared = zip(names, found).compactMap { name, found in found.map { AuditEvent.Name(name, $0.version) } }
      let held = found.map { $0?.value }
      for (assignment, current) in zip(file.effective, held) {
        let value = try file.value(assignment)
        let name = workspace.vaultName(assignment.name)
        let declared = workspace.manifest.variable(named: assignment.name)
        let draft = declares && !workspace.declares(assignment.name) ? file.draft(assignment.name) : nil
        if let draft { drafts.append(draft) }
        if try Self.isSetting(value, declared, draft, open.name), current == nil {
          settings.append(assignment.name)
          continue
        }
        if declared?.isFile != true {
          try value.bytes.withBytes { (bytes) throws(LaunchError) in
            try LaunchLimits.check(name: name, valueCount: bytes.byteCount, containsNUL: false)
          }
        }
        if let current, value.bytes.withBytes({ current.bytes.matches($0) }) {
          unchanged.append(assignment.name)
          continue
        }
        if current == nil { added.append(assignment.name) } else { changed.append(assignment.name) }
        stored.append(Transaction.NewValue(name: name, value: value))
      }
    }

    /// Whether coffer.toml says, or will say, this very value in the clear.
    private static func isSetting(
      _ value: Secret, _ declared: Variable?, _ draft: VariableDraft?, _ environment: String
    ) throws -> Bool {
      let literal: String?
      if let declared {
        switch declared.literal(in: environment) {
        case .value(let text), .defaultValue(let text): literal = declared.isSecret ? nil : text
        case .vault, nil: literal = nil
        }
      } else {
        literal = draft.flatMap { $0.isSecret ? nil : $0.values[environment] ?? $0.defaultValue }
      }
      guard let literal else { return false }
      return value.bytes.withBytes { $0.array == Array(literal.utf8) }
    }
  }

  private func show(_ plan: Plan, _ file: DotenvFile, _ console: Console) {
    let environment = environment.name
    var rows: [[String]] = []
    for name in plan.added { rows.append(["  new", name, "into the vault, \(environment)"]) }
    for name in plan.changed { rows.append(["  changed", name, "a new version in the vault, \(environment)"]) }
    for name in plan.settings { rows.append(["  setting", name, "not secret: in coffer.toml"]) }
    for name in plan.unchanged { rows.append(["  unchanged", name, ""]) }
    console.note(Table.text(rows).split(separator: "\n").joined(separator: "\n"))
    for assignment in file.assignments {
      let place = "\(path):\(assignment.line): \(assignment.name)"
      if let line = assignment.duplicateOfLine {
        console.warn("\(place) was set on line \(line) already; the last one counts")
      }
      if assignment.mentionsDollar { console.warn("\(place) contains $: kept as it is, not expanded") }
      if assignment.mentionsHash { console.warn("\(place) contains # after no blank: kept; some readers cut there") }
    }
  }

  /// A launch would stop at them: better known now.
  private func warnOfRefusedNames(_ file: DotenvFile, _ workspace: Workspace, _ console: Console) throws {
    let policy = try LaunchPolicy(toml: Policies.launch())
    do throws(LaunchError) {
      try policy.check(file.effective.map(\.name), allowing: Set(workspace.manifest.allowedNames))
    } catch {
      let failure = Wording.failure(error)
      console.warn(failure.message)
      for hint in failure.hints { console.hint(hint) }
    }
  }

  /// The file still holds every value in the clear: keep it out of git and images, and remove it.
  private func tidy(_ workspace: Workspace, _ console: Console) throws {
    // As it was named: a link in a cloned repository leads anywhere, and its target's name may be anything.
    let folder = try Files.canonical(Files.parent(of: path))
    let name = path.split(separator: "/").last.map(String.init) ?? path
    if let root = Self.workTree(above: folder) {
      try ignore("/" + name, in: folder + "/.gitignore", mentioning: name, console)
      console.hint(
        "if \(name) was ever committed, its values are in the git history of \(root): they have to be replaced")
    }
    if Files.exists(folder + "/Dockerfile") || Files.exists(folder + "/.dockerignore") {
      try ignore(name, in: folder + "/.dockerignore", mentioning: name, console)
    }
    guard Files.kind(of: folder + "/" + name) == .regular else {
      console.warn("\(path) is a link to \(Wording.line(try Files.canonical(path))): it is left as it is")
      return
    }
    let question = "Delete \(path)? Its values are in the vault now."
    if try delete || (!yes && console.confirm(question, assumed: false)) {
      try Files.remove(folder + "/" + name)
      console.note("deleted \(path) (a disk or a backup may still hold its old bytes)")
    } else {
      console.hint("\(path) still holds the values in the clear: coffer import \(path) --delete removes it")
    }
  }

  private func ignore(_ line: String, in list: String, mentioning name: String, _ console: Console) throws {
    let shown = list.split(separator: "/").last.map(String.init) ?? list
    // A list that is a link is somebody's trick (git itself does not follow it), and an odd name could be one.
    let isOdd = !name.utf8.allSatisfy { byte in
      (0x61...0x7A).contains(byte | 0x20) || (0x30...0x39).contains(byte) || [0x2D, 0x2E, 0x5F].contains(byte)
    }
    let kind = Files.kind(of: list)
    guard !isOdd, kind == nil || kind == .regular else {
      console.warn(
        "\(shown) was left as it is: " + (isOdd ? "the file's name is an odd one" : "it is not a regular file"))
      return
    }
    let bytes = kind == .regular ? try Files.read(list, limit: 1 << 20) : []
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n").map { $0.filter { $0 != "\r" } }
    let covering = [name, "/" + name] + (name.hasPrefix(".env") ? [".env*", "/.env*", "*.env*"] : [])
    guard !lines.contains(where: { covering.contains($0) }) else { return }
    guard try console.confirm("Add \(name) to \(shown)?", assumed: yes, default: true) else { return }
    let separator: [UInt8] = bytes.isEmpty || bytes.last == 0x0A ? [] : [0x0A]
    try Files.writeAtomically(
      list, bytes + separator + Array((line + "\n").utf8), mode: nil)
    console.note("added \(name) to \(shown)")
  }

  /// The root of the git work tree that holds `folder`; nil outside of one.
  static func workTree(above folder: String) -> String? {
    var folder = folder
    while true {
      if Files.exists(folder + "/.git") { return folder }
      if folder == "/" { return nil }
      folder = Files.parent(of: folder)
    }
  }
}
