import ArgumentParser
import Platform
import Vault

struct MemberCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "member",
    abstract: "Let people into the vault, say what they may do, and shut them out.",
    discussion: """
      Each member has a role in each environment: read, write (reads too) or admin (writes too). What a member \
      may read is what keys were wrapped to it; who may write is checked by every reader. An admin of the vault \
      may change members, tokens and environments.
      """,
    subcommands: [List.self, Add.self, ChangeRole.self, Remove.self])

  /// The vault of this folder with all keys of its user, who is an admin of the vault.
  static func openAsAdmin(_ unlock: UnlockOptions) throws -> (vault: Vault, session: Session) {
    let workspace = try Workspace.find()
    let vault = try workspace.vault()
    let session = try Unlocking(vault: vault, folders: workspace.folders, options: unlock).session()
    try Standing(vault, session).checkVaultAdmin()
    return (vault, session)
  }

  /// Roles in words: "development write, production read".
  static func text(_ roles: [EnvironmentID: Role], _ environments: [Snapshot.NamedEnvironment]) -> String {
    if roles[.directory] == .admin { return "admin of the vault" }
    let words = environments.compactMap { environment in
      roles[environment.id].map { "\(environment.name) \($0)" }
    }
    return words.isEmpty ? "no environment" : words.joined(separator: ", ")
  }

  /// Ends what this device keeps of keys that are not the current ones any more.
  /// - Parameter session: with the keys as they are now.
  static func endOldSessions(_ vault: Vault, from before: Session, to session: Session, _ console: Console) throws {
    let renewed = session.environments.filter { before.environments[$0.key]?.epoch != $0.value.epoch }.keys
    guard session.directory.epoch != before.directory.epoch || !renewed.isEmpty else { return }
    // Nothing opens without the directory's key.
    let only = session.directory.epoch == before.directory.epoch ? Array(renewed) : nil
    if try UnlockCache.end(vault: vault.id, only: only) > 0 {
      console.note("what was unlocked had the old keys, and is locked: coffer unlock opens it again")
    }
  }

  struct Add: Performing {
    static let configuration = CommandConfiguration(
      commandName: "add",
      abstract: "Let somebody in, by the public key that coffer identity prints there.",
      discussion: """
          coffer member add ann cofferpub_...
          coffer member add ben cofferpub_... --read development,staging
          coffer member add carol cofferpub_... --vault-admin

        Shows six words and asks whether the newcomer sees the same: read them to each other, by another way \
        than the key came. Scripts give what the newcomer read out by --words, and are refused when it differs. \
        Without a role: read and write development. A member sees the names of all environments and members, \
        and of an environment that may be read its past versions too.
        """)

    @Argument(help: "The newcomer's name in the vault.")
    var name: String

    @Argument(help: ArgumentHelp("The newcomer's public key.", valueName: "public-key"))
    var publicKey: String

    @OptionGroup var roles: RoleOptions

    @Option(name: .long, help: ArgumentHelp("The six words that the newcomer sees.", valueName: "words"))
    var words: String?

    @OptionGroup var unlock: UnlockOptions
    @OptionGroup var output: OutputOptions

    func perform(_ console: Console) throws -> Int32 {
      try Self.checkName(name)
      let keys = try PublicIdentity(text: publicKey)
      let asked = roles.isEmpty ? [(environment: "development", role: Role.write)] : try roles.byName()
      let (vault, session) = try MemberCommand.openAsAdmin(unlock)
      let (shown, returns) = try vault.read { (snapshot) throws(VaultError) in
        let roles = try snapshot.roles(asked, vaultAdmin: roles.vaultAdmin, session.directory)
        return (
          MemberCommand.text(roles, try snapshot.environments(session.directory)),
          try snapshot.control.checkNew(keys, name, session.directory)
        )
      }
      if returns { console.warn("this key was a member before, and was removed: its holder comes back") }
      try confirm(keys, shown, console)
      try vault.write(session) { (transaction) throws(VaultError) in
        let roles = try transaction.snapshot().roles(asked, vaultAdmin: roles.vaultAdmin, session.directory)
        try transaction.addMember(keys, name: name, roles: roles, session: session)
      }
      console.note("\(name) is a member: \(shown)")
      console.hint("next: coffer bundle \(name) -o FILE, hand FILE over, and there: coffer join FILE")
      return 0
    }

    /// That the key is the newcomer's: whoever carried it could have put another in its place.
    private func confirm(_ keys: PublicIdentity, _ roles: String, _ console: Console) throws {
      if let words {
        guard words.split(whereSeparator: \.isWhitespace).map({ $0.lowercased() }) == keys.words else {
          throw Failure(
            "these are not the words of this key: it is another's, or was changed on its way; nothing was changed",
            hints: ["coffer identity shows the newcomer's key and words"], code: 1)
        }
        return
      }
      console.present("the words of this key:  \(keys.words.joined(separator: " "))")
      console.present("as a member:  \(roles)")
      guard console.canAsk else {
        throw Failure(
          "nobody has confirmed whose key this is: nothing was changed",
          hints: ["--words \"…\" takes the six words as \(name) reads them to you"], code: 1)
      }
      guard try console.confirm("Does \(name) see the same six words? Read them to each other.", assumed: false) else {
        throw Failure("nothing was changed", code: 1)
      }
    }

    /// One line without what would have to be quoted in a message.
    static func checkName(_ name: String) throws {
      guard !name.isEmpty, name.utf8.count <= 64, Wording.line(name) == name, name.first != "-", name.first != " ",
        name.last != " ", !name.contains(where: { "'\"\\".contains($0) })
      else { throw Failure("a member's name is one line of at most 64 bytes, without quotes") }
    }
  }

  struct ChangeRole: Performing {
    static let configuration = CommandConfiguration(
      commandName: "role",
      abstract: "Say anew what a member may do, everywhere.",
      discussion: """
          coffer member role ann --write development --read production
          coffer member role ben --vault-admin

        What is not named is taken away. An environment that the member may not read any more gets a new key, \
        and what the member has seen there is listed, as by coffer member remove.
        """)

    @Argument(help: "The member's name.")
    var name: String

    @OptionGroup var roles: RoleOptions

    @Option(name: .long, help: "text or json.")
    var format: ListFormat = .text

    @Flag(name: .shortAndLong, help: "Do not ask.")
    var yes = false

    @OptionGroup var unlock: UnlockOptions
    @OptionGroup var output: OutputOptions

    func perform(_ console: Console) throws -> Int32 {
      guard !roles.isEmpty else {
        throw Failure(
          "which roles?", hints: ["--read, --write, --admin or --vault-admin; coffer member remove takes all"])
      }
      let asked = try roles.byName()
      let (vault, before) = try MemberCommand.openAsAdmin(unlock)
      let (kind, id, was, becomes, lost) = try vault.read { (snapshot) throws(VaultError) in
        let environments = try snapshot.environments(before.directory)
        let member = try snapshot.member(named: name, before.directory)
        let roles = try snapshot.roles(asked, vaultAdmin: roles.vaultAdmin, before.directory)
        return (
          member.kind, member.id, MemberCommand.text(member.roles, environments),
          MemberCommand.text(roles, environments),
          environments.filter { member.may(.read, in: $0.id) && roles[$0.id] == nil }.map(\.name)
        )
      }
      guard kind == .person else { throw Failure("\(name) is no person, and keeps its role", code: 1) }
      let question =
        "Take \(lost.joined(separator: ", ")) from \(name)? "
        + (lost.count == 1 ? "It gets a new key." : "They get new keys.")
      guard try console.confirm(question, assumed: yes || lost.isEmpty) else {
        throw Failure("nothing was changed", hints: console.canAsk ? [] : ["--yes changes without asking"], code: 1)
      }
      let session = try vault.write(before) { (transaction) throws(VaultError) in
        let roles = try transaction.snapshot().roles(asked, vaultAdmin: roles.vaultAdmin, before.directory)
        return try transaction.changeRoles(of: id, to: roles, session: before)
      }
      console.note("\(name), until now \(was): \(becomes)")
      try MemberCommand.endOldSessions(vault, from: before, to: session, console)
      if !lost.isEmpty { try SeenList(vault, session, of: id).show(name, format, console) }
      return 0
    }
  }

  struct Remove: Performing {
    static let configuration = CommandConfiguration(
      commandName: "remove",
      abstract: "Shut a member out, and list what it has seen.",
      discussion: """
          coffer member remove ann

        Each environment that the member could read gets a new key. What was seen stays seen: the list on \
        standard output is every value in use, or waiting, that the member could read. coffer rotate --due \
        lists them until each was replaced.
        """,
      aliases: ["rm"])

    @Argument(help: "The member's name.")
    var name: String

    @Option(name: .long, help: "text or json.")
    var format: ListFormat = .text

    @Flag(name: .shortAndLong, help: "Do not ask.")
    var yes = false

    @OptionGroup var unlock: UnlockOptions
    @OptionGroup var output: OutputOptions

    func perform(_ console: Console) throws -> Int32 {
      let (vault, before) = try MemberCommand.openAsAdmin(unlock)
      let (member, readable) = try vault.read { (snapshot) throws(VaultError) in
        let member = try snapshot.member(named: name, before.directory)
        var readable: [String] = []
        for environment in try snapshot.environments(before.directory) where member.may(.read, in: environment.id) {
          let count = try snapshot.entries(try snapshot.key(environment.name, in: before)).count
          readable.append("\(environment.name) (\(Wording.count(count, "value")))")
        }
        return (member, readable)
      }
      guard member.kind != .machine else {
        throw Failure("\(name) is a token", hints: ["coffer token revoke \(name)"], code: 1)
      }
      let question =
        "Shut \(name) out, who reads \(readable.isEmpty ? "no environment" : readable.joined(separator: ", "))?"
        + (member.kind == .recovery ? " Nothing opens the vault then if its members lose their passphrases." : "")
      guard try console.confirm(question, assumed: yes) else {
        throw Failure("nothing was changed", hints: console.canAsk ? [] : ["--yes removes without asking"], code: 1)
      }
      let session = try vault.write(before) { (transaction) throws(VaultError) in
        try transaction.removeMember(member.id, session: before)
      }
      console.note("\(name) is removed")
      try MemberCommand.endOldSessions(vault, from: before, to: session, console)
      try SeenList(vault, session, of: member.id).show(name, format, console)
      if member.kind == .person, member.roles[.directory] == .admin {
        console.warn("the recovery phrase opens the vault still: does \(name) have it?")
      }
      return 0
    }
  }
}
