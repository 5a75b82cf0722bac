import ArgumentParser
import Audit
import Project
import Rotation
import Sealing
import Vault

struct EnvironmentCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "env",
    abstract: "List, add, copy and remove environments.",
    subcommands: [List.self, Add.self, Copy.self, Remove.self])

  /// Lower-case, so that `Production` is no second production.
  private static func checkName(_ name: String) throws {
    let isName =
      !name.isEmpty && name.utf8.count <= 32 && name.first != "-"
      && name.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D || $0 == 0x5F }
    guard isName else {
      throw Failure("an environment's name has small letters, digits, - and _ only, 32 at most")
    }
  }

  struct List: Performing {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "List the vault's environments.", aliases: ["ls"])

    @Option(name: .long, help: "text or json.")
    var format: ListFormat = .text

    @OptionGroup var unlock: UnlockOptions
    @OptionGroup var output: OutputOptions

    func perform(_ console: Console) throws -> Int32 {
      let workspace = try Workspace.find()
      let vault = try workspace.vault()
      let cached = try vault.read { (snapshot) throws(VaultError) in
        try snapshot.cachedDirectory().map { (directory) throws(VaultError) in
          try snapshot.environments(directory).map(\.name)
        }
      }
      let names: [String]
      if let cached {
        names = cached
      } else {
        let session = try Unlocking(vault: vault, folders: workspace.folders, options: unlock).session()
        names = try vault.read { (snapshot) throws(VaultError) in
          try snapshot.environments(session.directory).map(\.name)
        }
      }
      switch format {
      case .text: try console.data(text: names.map { $0 + "\n" }.joined())
      case .json: try console.data(text: JSONText.array(names.map { .string($0) }).text + "\n")
      }
      return 0
    }
  }

  struct Add: Performing {
    static let configuration = CommandConfiguration(commandName: "add", abstract: "Add an empty environment.")

    @Argument(help: "Its name.")
    var name: String

    @OptionGroup var unlock: UnlockOptions
    @OptionGroup var output: OutputOptions

    func perform(_ console: Console) throws -> Int32 {
      try EnvironmentCommand.checkName(name)
      let workspace = try Workspace.find()
      let vault = try workspace.vault()
      let session = try Unlocking(vault: vault, folders: workspace.folders, options: unlock).session()
      try Standing(vault, session).checkVaultAdmin()
      try vault.write(session) { (transaction) throws(VaultError) in
        let names = try transaction.snapshot().environments(session.directory).map(\.name)
        guard !names.contains(name) else { throw .environmentExists(name) }
        _ = try transaction.addEnvironment(name, directory: session.directory)
      }
      console.note("added \(name)")
      return 0
    }
  }

  struct Copy: Performing {
    static let configuration = CommandConfiguration(
      commandName: "copy",
      abstract: "Copy the values of one environment to another.",
      discussion: """
          coffer env copy development preview --regenerate

        Names that the other environment has already are left as they are, unless --overwrite. With \
        --regenerate, values that coffer made are made anew instead of copied.
        """)

    @Argument(help: "From this environment.")
    var source: String

    @Argument(help: "To this one; it is added if there is none.")
    var target: String

    @Flag(name: .long, help: "Make fresh values where coffer can.")
    var regenerate = false

    @Flag(name: .long, help: "Replace values that the other environment has (as new versions).")
    var overwrite = false

    @Flag(name: .shortAndLong, help: "Do not ask.")
    var yes = false

    @OptionGroup var unlock: UnlockOptions
    @OptionGroup var output: OutputOptions

    func perform(_ console: Console) throws -> Int32 {
      try EnvironmentCommand.checkName(target)
      guard source != target else { throw Failure("both are \(source)") }
      let workspace = try Workspace.find()
      let vault = try workspace.vault()
      let session = try Unlocking(vault: vault, folders: workspace.folders, options: unlock).session()
      let standing = try Standing(vault, session)
      try standing.check(.read, in: source)
      if standing.knows(target) { try standing.check(.write, in: target) } else { try standing.checkVaultAdmin() }
      guard
        try console.confirm("Copy the values of \(source) to \(target)?", assumed: yes || !overwrite, default: true)
      else { throw Failure("nothing was copied", hints: ["--yes copies without asking"], code: 1) }
      let copied = try vault.write(session) { (transaction) throws(VaultError) in
        try copy(in: transaction, session)
      }
      workspace.trail(vault, console).note(.copy, in: source, copied.read)
      console.note(
        "\(Wording.count(copied.same.count + copied.fresh.count, "value")) to \(target): \(copied.fresh.count) fresh, "
          + "\(copied.same.count) the same, \(copied.kept) left as they were")
      if !copied.same.isEmpty, target == "production" || source == "production" {
        console.warn("one value in two environments: \(copied.same.joined(separator: ", "))")
      }
      return 0
    }

    private struct Copied {
      var same: [String] = []
      var fresh: [String] = []
      var kept = 0
      var read: [AuditEvent.Name] = []
    }

    private func copy(in transaction: Transaction, _ session: Session) throws(VaultError) -> Copied {
      let snapshot = try transaction.snapshot()
      let from = try snapshot.key(source, in: session)
      let entries = try snapshot.entries(from)
      let existing = try snapshot.environments(session.directory).first { $0.name == target }
      let to: EnvironmentKey
      var present: Set<String> = []
      if existing != nil {
        to = try snapshot.key(target, in: session)
        present = Set(try snapshot.entries(to).map(\.name))
      } else {
        to = try transaction.addEnvironment(target, directory: session.directory)
      }
      let values = try snapshot.versionedValues(entries.map(\.name), from)
      var copied = Copied()
      var new: [Transaction.NewValue] = []
      for (entry, value) in zip(entries, values) {
        if present.contains(entry.name), !overwrite {
          copied.kept += 1
        } else if regenerate, let generator = Generator(entry.generator) {
          let fresh: Secret
          do { fresh = Secret(try generator.make()) } catch { throw .sealing(error) }
          new.append(Transaction.NewValue(name: entry.name, value: fresh, generator: entry.generator))
          copied.fresh.append(entry.name)
        } else if let value {
          new.append(Transaction.NewValue(name: entry.name, value: value.value, generator: entry.generator))
          copied.same.append(entry.name)
          copied.read.append(AuditEvent.Name(entry.name, value.version))
        }
      }
      _ = try transaction.put(new, to)
      return copied
    }
  }

  struct Remove: Performing {
    static let configuration = CommandConfiguration(
      commandName: "remove",
      abstract: "Take a whole environment out of use.",
      discussion: "Nothing brings it back but a copy of the vault.",
      aliases: ["rm"])

    @Argument(help: "Its name.")
    var name: String

    @Flag(name: .shortAndLong, help: "Do not ask.")
    var yes = false

    @OptionGroup var unlock: UnlockOptions
    @OptionGroup var output: OutputOptions

    func perform(_ console: Console) throws -> Int32 {
      let workspace = try Workspace.find()
      let vault = try workspace.vault()
      let session = try Unlocking(vault: vault, folders: workspace.folders, options: unlock).session()
      try Standing(vault, session).checkVaultAdmin()
      let count = try vault.read { (snapshot) throws(VaultError) in
        try snapshot.entries(try snapshot.key(name, in: session)).count
      }
      guard
        try console.confirm(
          "Take \(name) with its \(Wording.count(count, "value")) out of use, for good?", assumed: yes)
      else {
        throw Failure("nothing was removed", hints: console.canAsk ? [] : ["--yes removes without asking"], code: 1)
      }
      let id = try vault.write(session) { (transaction) throws(VaultError) in
        let key = try transaction.snapshot().key(name, in: session)
        try transaction.removeEnvironment(key)
        return key.environment
      }
      _ = try UnlockCache.end(vault: vault.id, only: [id])
      console.note("removed \(name)")
      return 0
    }
  }
}
