import ArgumentParser
import Audit
import Platform
import Project
import Sealing
import Vault

struct ExportCommand: Performing {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write an environment's values out, in the clear or sealed for age.",
    discussion: """
      For moving away, or for a tool that takes nothing else. Asks first on a terminal; for production the \
      passphrase is asked for again. Refuses to write into a git work tree.

        coffer export --format json | other-tool
        coffer export -e staging --output /dev/shm/staging.env

      With --age, what is written can only be read by who holds the recipient's key, with the standard age \
      program: it may lie anywhere, and nothing but the passphrase for production is asked.

        coffer export -e production --age age1... --output production.env.age
        age --decrypt -i key.txt production.env.age

      coffer run hands values to a program without writing them anywhere.
      """)

  @OptionGroup var environment: EnvironmentOptions

  @Option(name: .long, help: "dotenv, json or shell.")
  var format: ExportForm = .dotenv

  @Option(
    name: [.customShort("o"), .customLong("output")], help: ArgumentHelp("A new file, mode 0600.", valueName: "path"))
  var path: String?

  @OptionGroup var sealing: AgeOptions

  @Flag(name: .shortAndLong, help: "Do not ask.")
  var yes = false

  @OptionGroup var keys: KeyOptions
  @OptionGroup var output: OutputOptions

  func perform(_ console: Console) throws -> Int32 {
    let reader = try Reader(environment, keys)
    let recipients = try sealing.recipients()
    if recipients.isEmpty {
      guard try mayShow(reader.shownEnvironment, console) else { throw Failure("nothing was exported", code: 1) }
    } else if path == nil, console.dataIsSeen, !sealing.armor {
      throw Failure(
        "a sealed file is not text, and this is a terminal", hints: ["--armor makes it text, --output writes a file"])
    }
    let held = try reader.read(console, showing: true) { (open) throws(VaultError) in
      let names = try open.names()
      return (names: names, values: try open.versionedValues(names), environment: open.environment)
    }
    let values = zip(held.names, held.values).compactMap { name, found in found.map { (name: name, found: $0) } }
    reader.trail(console).note(
      .export, in: held.environment, values.map { AuditEvent.Name($0.name, $0.found.version) })
    let text = try ExportText.of(values.map { ($0.name, $0.found.value) }, as: format)
    if recipients.isEmpty {
      try text.withBytes { (bytes) throws in try write(bytes, console) }
    } else {
      let file = try text.withBytes { (bytes) throws in try AgeFile.seal(bytes, to: recipients) }
      let output = sealing.armor ? AgeFile.armored(file) : file
      try write(output.span.bytes, console)
    }
    let how =
      recipients.isEmpty
      ? "in the clear" : "sealed for " + Wording.count(recipients.count, "recipient")
    console.note(
      "\(Wording.count(held.names.count, "value")) of \(held.environment), \(how)" + (path.map { ": \($0)" } ?? ""))
    return 0
  }

  private func write(_ bytes: RawSpan, _ console: Console) throws {
    if let path { try Files.writeExclusive(path, bytes, mode: 0o600) } else { try console.data(bytes) }
  }

  /// Whether values may be written in the clear where they would go; asks where somebody can be asked.
  private func mayShow(_ name: String, _ console: Console) throws -> Bool {
    try refuseWorkTree()
    if path == nil, console.dataIsSeen, !console.canAsk, !yes {
      throw Failure("nobody can be asked whether to show every value on this terminal", hints: ["--yes does not ask"])
    }
    guard console.canAsk else { return true }
    let target = path ?? (console.dataIsSeen ? "this terminal" : "standard output")
    return try console.confirm("Write every value of \(name) in the clear to \(target)?", assumed: yes)
  }

  /// By `--output`, or by the shell's `>`.
  private func refuseWorkTree() throws {
    let target: String?
    if let path {
      target = try Files.canonical(Files.parent(of: Files.absolute(path)))
    } else {
      let redirected = try? Files.canonical("/proc/self/fd/1")
      target = redirected.flatMap { Files.kind(of: $0) == .regular ? Files.parent(of: $0) : nil }
    }
    guard let target, let root = ImportCommand.workTree(above: target) else { return }
    throw Failure(
      "refusing to write secrets into the git work tree \(root)",
      hints: [
        "pipe them to the tool that needs them, or name a file elsewhere with --output",
        "--age seals them: then they may lie there",
      ])
  }
}

extension ExportForm: ExpressibleByArgument {}
