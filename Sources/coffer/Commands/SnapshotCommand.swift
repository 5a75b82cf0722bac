import ArgumentParser
import Launch
import Platform
import Policies
import Project
import Vault

struct SnapshotCommand: Performing {
  static let configuration = CommandConfiguration(
    commandName: "snapshot",
    abstract: "Write an environment's ciphertext for one token: secrets for a server without the vault.",
    discussion: """
      The file goes into an image, a bucket or a release; only the token opens it. A launch from it needs no vault, no \
      network and nothing to write to. It holds what was in use when it was made: make it anew with each deployment.

        coffer snapshot -e production --for web -o app.snapshot
        coffer snapshot -e production --for web --max-age 30d -o - | ssh server 'cat > app.snapshot'
        coffer snapshot --inspect app.snapshot
        coffer run --snapshot app.snapshot -- ./server        there, with COFFER_TOKEN_FILE

      Exit codes: 0 written, or --inspect found it whole; 4 it is not; 2 or more: it was not made.
      """)

  @OptionGroup var environment: EnvironmentOptions

  @Option(
    name: .customLong("for"), help: ArgumentHelp("The token that opens it: coffer token list.", valueName: "token"))
  var token: String?

  @Option(
    name: [.customShort("o"), .customLong("output")],
    help: ArgumentHelp("The file, mode 0644; - for standard output.", valueName: "path"))
  var path: String?

  @Option(
    name: .customLong("max-age"),
    help: ArgumentHelp("Refused when it is older than this: 12h, 30d, 8w.", valueName: "time"))
  var maxAge: String?

  @Flag(name: .customLong("no-check"), help: "Do not ask coffer.toml whether a launch would work.")
  var noCheck = false

  @Option(name: .long, help: ArgumentHelp("Say what a snapshot is, without any key.", valueName: "path"))
  var inspect: String?

  @Option(name: .long, help: "text or json, of --inspect.")
  var format: ListFormat = .text

  @OptionGroup var unlock: UnlockOptions
  @OptionGroup var output: OutputOptions

  func perform(_ console: Console) throws -> Int32 {
    if let inspect {
      guard token == nil, path == nil, maxAge == nil, !noCheck else { throw Failure("--inspect goes alone") }
      return try SnapshotFacts(path: inspect).show(format, console)
    }
    guard let token else {
      throw Failure("which token is it for?", hints: ["--for NAME; coffer token list shows them"])
    }
    guard let path else { throw Failure("where to?", hints: ["-o FILE, or -o - for standard output"]) }
    let maxAge = try self.maxAge.map(Self.milliseconds) ?? 0
    guard path != "-" || !console.dataIsSeen else {
      throw Failure("a snapshot is not text, and this is a terminal", hints: ["-o FILE writes a file"])
    }
    let target = path == "-" ? nil : try Self.target(path)
    let workspace = try Workspace.find()
    let policy = try LaunchPolicy(toml: Policies.launch())
    let open = try OpenEnvironment(workspace, environment, unlock, signing: true)
    let now = Clock.now()
    let made = try open.read { (snapshot, key) throws(VaultError) in
      let tokens = try snapshot.tokens(open.session.directory).filter { $0.name.utf8.elementsEqual(token.utf8) }
      guard let found = tokens.first(where: { !$0.isRevoked }) ?? tokens.last else { return Made.noToken }
      if let refusal = refusal(of: found, open.name, now) { return Made.refused(refusal) }
      let values = OpenValues(
        snapshot: snapshot, keys: .environment(key), environment: open.name, directory: open.session.directory)
      let manifest = found.names.map(workspace.manifest.limited) ?? workspace.manifest
      return Made.file(
        try snapshot.file(for: found.member, key, created: now, maxAge: maxAge, session: open.session),
        try EnvironmentValues(values, manifest), manifest)
    }
    switch made {
    case .noToken:
      throw Failure("there is no token named \(token)", hints: ["coffer token list shows them"], code: 1)
    case .refused(let failure): throw failure
    case .file(let file, let values, let manifest):
      if !noCheck { try stopOnErrors(values, manifest, open.name, policy, console) }
      let bytes = file.bytes
      if let target {
        try Files.writeAtomically(target, bytes, mode: 0o644)
      } else {
        try console.deliver(bytes.span.bytes)
      }
      let names = Wording.count(file.count, "name")
      console.note(
        "\(open.name) for \(token): \(names), entry \(file.header.sequence), \(bytes.count) bytes"
          + (target == nil ? "" : ": \(path)"))
      console.hint("--min-sequence \(file.header.sequence) there refuses every earlier one")
      return 0
    }
  }

  /// What one look at the vault gives.
  private enum Made {
    case noToken
    case refused(Failure)
    case file(SnapshotFile, EnvironmentValues, Manifest)
  }

  private func refusal(of token: TokenState, _ environment: String, _ now: UInt64) -> Failure? {
    if token.isRevoked {
      return Failure("the token \(token.name) is revoked", hints: ["coffer token create makes a new one"], code: 5)
    }
    if token.expires != 0, token.expires <= now {
      return Failure(
        "the token \(token.name) expired on \(Age.timestamp(token.expires))",
        hints: ["coffer token create makes a new one"], code: 5)
    }
    guard let own = token.environment else {
      return Failure("the environment of the token \(token.name) was removed", code: 5)
    }
    guard own.name.utf8.elementsEqual(environment.utf8) else {
      return Failure(
        "the token \(token.name) opens \(own.name), and the snapshot would be of \(environment)",
        hints: ["-e \(own.name)"])
    }
    return nil
  }

  /// A launch that would be stopped there is stopped here.
  private func stopOnErrors(
    _ values: EnvironmentValues, _ manifest: Manifest, _ name: String, _ policy: LaunchPolicy, _ console: Console
  ) throws {
    let found = try values.findings + values.refusals(manifest, name, policy)
    let errors = found.filter { $0.severity == .error }
    guard !errors.isEmpty else { return }
    for finding in errors { console.report(Failure(CheckCommand.text(finding), hints: finding.fix.map { [$0] } ?? [])) }
    throw Failure(
      errors.count == 1 ? "nothing was written" : "\(errors.count) problems: nothing was written",
      hints: ["--no-check writes it nevertheless"])
  }

  /// Where to write. A link's target is meant, not the link; what is there and is no snapshot was not meant.
  private static func target(_ path: String) throws -> String {
    guard Files.exists(path) else { return path }
    let target = try Files.canonical(path)
    do {
      guard try SnapshotFile.isStart(Files.readStart(target, count: 8)) else {
        throw Failure("\(path) is no snapshot: it is not replaced", hints: ["give another name"])
      }
    } catch {
      guard case FileError.refused(.notRegular, _) = error else { throw error }
      throw Failure("\(path) is no regular file", hints: ["-o - writes to standard output"])
    }
    return target
  }

  private static func milliseconds(_ text: String) throws -> UInt64 {
    guard let seconds = TimeLength.seconds(text, in: "mhdw") else {
      throw Failure("--max-age takes a time such as 12h, 30d or 8w, ten years at most")
    }
    return seconds * 1000
  }
}
