import ArgumentParser
import Vault

struct TokenCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "token",
    abstract: "Let servers and CI in, each with a token of its own.",
    discussion: """
      A token opens one environment for reading, or some names of it, without a passphrase. coffer run, check, get, \
      list and export take it from --token-fd, from the file that COFFER_TOKEN_FILE names, or from COFFER_TOKEN.
      """,
    subcommands: [TokenCreateCommand.self, List.self, Revoke.self])

  struct List: Performing {
    static let configuration = CommandConfiguration(
      commandName: "list",
      abstract: "List the tokens: what each opens, and until when.",
      discussion: """
          coffer token list
          coffer token list --all --format json
        """,
      aliases: ["ls"])

    @Flag(name: .long, help: "Revoked ones too.")
    var all = false

    @Option(name: .long, help: "text or json.")
    var format: ListFormat = .text

    @OptionGroup var unlock: UnlockOptions
    @OptionGroup var output: OutputOptions

    func perform(_ console: Console) throws -> Int32 {
      let workspace = try Workspace.find()
      let vault = try workspace.vault()
      try TokenOptions.refuse()
      let cached = try vault.read { (snapshot) throws(VaultError) in
        try snapshot.cachedDirectory().map { (directory) throws(VaultError) in try snapshot.tokens(directory) }
      }
      let found: [TokenState]
      if let cached {
        found = cached
      } else {
        let session = try Unlocking(vault: vault, folders: workspace.folders, options: unlock).session()
        found = try vault.read { (snapshot) throws(VaultError) in try snapshot.tokens(session.directory) }
      }
      let tokens = found.filter { all || !$0.isRevoked }
      switch format {
      case .text:
        try console.data(
          text: Table.text(
            tokens.map { token in
              [
                token.name, token.environment?.name ?? "(removed)", token.names?.joined(separator: ", ") ?? "all names",
                TokenLife.state(of: token),
              ]
            }))
        console.note(Wording.count(tokens.count, "token"))
      case .json: try console.data(text: JSONText.array(tokens.map(Self.json)).text + "\n")
      }
      return 0
    }

    private static func json(_ token: TokenState) -> JSONText {
      .object([
        ("name", .string(token.name)), ("environment", token.environment.map { .string($0.name) } ?? .null),
        ("only", token.names.map { .array($0.map { .string($0) }) } ?? .null),
        ("expires", token.expires == 0 ? .null : .string(Age.timestamp(token.expires))),
        ("state", .string(TokenLife.kind(of: token).rawValue)),
      ])
    }
  }

  struct Revoke: Performing {
    static let configuration = CommandConfiguration(
      commandName: "revoke",
      abstract: "End a token, and say what it could read.",
      discussion: """
        The environment gets a new key, which the token does not get. What it has read it has read: the list of it goes \
        to standard output.

          coffer token revoke production-1
        """)

    @Argument(help: "The token's name.")
    var name: String

    @Flag(name: .shortAndLong, help: "Do not ask.")
    var yes = false

    @Option(name: .long, help: "text or json.")
    var format: ListFormat = .text

    @OptionGroup var unlock: UnlockOptions
    @OptionGroup var output: OutputOptions

    func perform(_ console: Console) throws -> Int32 {
      let (vault, before) = try MemberCommand.openAsAdmin(unlock)
      let tokens = try vault.read { (snapshot) throws(VaultError) in try snapshot.tokens(before.directory) }
        .filter { $0.name.utf8.elementsEqual(name.utf8) }
      guard let token = tokens.first(where: { !$0.isRevoked }) else {
        throw Failure(
          tokens.isEmpty ? "there is no token named \(name)" : "\(name) is revoked already",
          hints: ["coffer token list shows them"], code: 1)
      }
      let place = token.environment?.name ?? "its environment"
      guard try console.confirm("Revoke \(name)? \(place) gets a new key.", assumed: yes) else {
        throw Failure("nothing was revoked", hints: console.canAsk ? [] : ["--yes revokes without asking"], code: 1)
      }
      let session = try vault.write(before) { (transaction) throws(VaultError) in
        try transaction.removeMember(token.member, session: before)
      }
      console.note("\(name) is revoked")
      try MemberCommand.endOldSessions(vault, from: before, to: session, console)
      try SeenList(vault, session, of: token.member).show(name, format, console)
      console.hint(
        "files that coffer snapshot made for it before still open with it: only new values end what it has seen")
      return 0
    }
  }
}
