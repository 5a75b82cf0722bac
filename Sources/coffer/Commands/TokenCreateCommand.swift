import ArgumentParser
import Platform
import Project
import Sealing
import Vault

struct TokenCreateCommand: Performing {
  static let configuration = CommandConfiguration(
    commandName: "create",
    abstract: "Make a token and print it, once.",
    discussion: """
      The token goes to standard output and is kept nowhere: put it where the server finds it. A token only reads.

        coffer token create --env production --read --expires 90d
        coffer token create migrations -e production --only DATABASE_URL --expires 2027-01-31
        coffer token create ci -e staging --expires 12h > /dev/shm/token
      """)

  @Argument(help: "Its name in the list of tokens; without one, the environment's with a number.")
  var name: String?

  @OptionGroup var environment: EnvironmentOptions

  @Flag(name: .long, help: "It may read, which is all that a token may.")
  var read = false

  @Option(
    name: .long,
    help: ArgumentHelp("When it ends: 12h, 90d, 2w, a day such as 2027-01-31 (its last), or never.", valueName: "time"))
  var expires = "90d"

  @Option(name: .long, help: ArgumentHelp("The only names that it opens.", valueName: "a,b"))
  var only: String?

  @OptionGroup var unlock: UnlockOptions
  @OptionGroup var output: OutputOptions

  func perform(_ console: Console) throws -> Int32 {
    // A token that nobody could read is told, not died of.
    Signals.surviveClosedPipe()
    let now = Clock.now()
    let expires = try TokenExpiry.parse(expires, now: now)
    try name.map(Self.checkName)
    let workspace = try Workspace.find()
    let scope = try scope(workspace)
    let vault = try workspace.vault()
    let environment = environment.name
    // Whoever makes a way in to production shows that it is still the same person.
    let session = try Unlocking(vault: vault, folders: workspace.folders, options: unlock)
      .session(environment, signing: true, fresh: environment == "production", role: .read)
    try Standing(vault, session).checkVaultAdmin()
    let made = try vault.write(session) { (transaction) throws(VaultError) in
      let snapshot = try transaction.snapshot()
      let key = try snapshot.key(environment, in: session)
      let taken = try snapshot.tokens(session.directory).map(\.name)
      let name = name ?? Self.freeName(environment, taken)
      let token = try transaction.addToken(
        name: name, environment: key, scope: scope, expires: expires, session: session)
      var missing: [String] = []
      for name in scope ?? [] where try !snapshot.contains(name, key) { missing.append(name) }
      return (token: token, name: name, missing: missing)
    }
    try deliver(made.token, made.name, console)
    console.note(
      "token \(made.name): reads \(scope?.joined(separator: ", ") ?? "everything") in \(environment), "
        + (expires == 0 ? "and does not expire" : "until \(Age.timestamp(expires))"))
    if !made.missing.isEmpty {
      console.warn("no value in \(environment) yet: \(made.missing.joined(separator: ", "))")
    }
    console.hint("it is shown this once; coffer token revoke \(made.name) ends it")
    return 0
  }

  /// What nobody has seen must not stay behind without a word.
  private func deliver(_ token: Token, _ name: String, _ console: Console) throws {
    do {
      try token.text().withBytes { (bytes) throws in try console.deliver(bytes) }
      try console.deliver(text: "\n")
    } catch {
      let failure = Wording.failure(error)
      throw Failure(
        failure.message, hints: failure.hints + ["the token was made: coffer token revoke \(name) takes it back"],
        code: failure.code)
    }
  }

  /// By the vault's names, each once.
  private func scope(_ workspace: Workspace) throws -> [String]? {
    guard let only else { return nil }
    let names = RunCommand.names(only).map(workspace.vaultName)
    guard !names.isEmpty else { throw Failure("--only takes names, with commas between them") }
    guard names.count <= Self.mostNames else { throw Failure("--only takes \(Self.mostNames) names at most") }
    for name in names where !VariableName.isValid(name) {
      throw Failure("\(name) is not a variable's name (letters, digits and _, not a digit first)")
    }
    return Set(names).sorted()
  }

  private static let mostNames = 256

  private static func checkName(_ name: String) throws {
    let isName =
      !name.isEmpty && name.utf8.count <= 64 && name.first != "-"
      && name.utf8.allSatisfy {
        (0x61...0x7A).contains($0) || (0x41...0x5A).contains($0) || (0x30...0x39).contains($0)
          || [0x2D, 0x2E, 0x5F].contains($0)
      }
    guard isName else { throw Failure("a token's name has letters, digits, -, . and _ only, 64 at most") }
  }

  /// `production-1`, or the next number: not one that was used before, so that a name means one token.
  private static func freeName(_ environment: String, _ taken: [String]) -> String {
    var number = 1
    while taken.contains("\(environment)-\(number)") { number += 1 }
    return "\(environment)-\(number)"
  }
}
