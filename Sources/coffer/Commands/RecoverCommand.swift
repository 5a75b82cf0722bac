import ArgumentParser
import Platform
import Sealing
import Vault

struct RecoverCommand: Performing {
  static let configuration = CommandConfiguration(
    commandName: "recover",
    abstract: "Get back into a vault with its recovery phrase, on a machine that has nothing.",
    discussion: """
      Takes a backup or a copied vault.db and the twelve words that coffer init printed. Puts the vault in \
      place, makes an identity for this device if there is none, and enrols it as an admin of everything. \
      Then remove the identity of the device that is lost.

        coffer recover /media/stick/shop.cofferbackup
        coffer recover shop.cofferbackup --phrase-fd 3 3< words.txt
      """)

  @Argument(help: ArgumentHelp("The backup.", valueName: "file"))
  var file: String

  @Option(
    name: .customLong("phrase-fd"),
    help: ArgumentHelp("Read the recovery phrase from this file descriptor.", valueName: "n"))
  var phraseDescriptor: Int32?

  @Option(name: .long, help: ArgumentHelp("This device's name among the members.", valueName: "name"))
  var name: String?

  @Flag(name: .shortAndLong, help: "Do not ask.")
  var yes = false

  @OptionGroup var unlock: UnlockOptions
  @OptionGroup var output: OutputOptions

  func perform(_ console: Console) throws -> Int32 {
    let folders = try Folders.current()
    let archive = try Backups.load(file, folders)
    let id = archive.archive.vault
    console.note(
      "\(file): vault \(id.short), entry \(archive.head.sequence) of \(Age.timestamp(archive.head.time))")
    let phrase = try phrase().identity(vault: id)
    guard let member = archive.control.member(phrase.publicIdentity.id), member.isActive else {
      throw Failure(
        "these words are not this vault's recovery phrase", hints: ["they may be another vault's, or a later one's"],
        code: 5)
    }
    if let name { try Self.check(name) }
    let identity = try Unlocking.identityOrNew(folders, unlock, console).publicIdentity
    let restoring = Restoring(
      archive: archive, folders: folders, acceptOlder: false, keepsNewer: true, console: console)
    let vault = try restoring.place()
    Backups.follow(vault, folders)

    let session = try vault.read { (snapshot) throws(VaultError) in try snapshot.unlock(phrase) }
    let others = try vault.write(session) { (transaction) throws(VaultError) -> [Other] in
      let snapshot = try transaction.snapshot()
      let others = try Self.others(identity.id, snapshot, session.directory)
      if snapshot.control.member(identity.id)?.isActive != true {
        let taken = Set(others.map(\.name))
        let name = name ?? Self.freeName(taken)
        var roles: [EnvironmentID: Role] = [.directory: .admin]
        for environment in try snapshot.environments(session.directory) { roles[environment.id] = .admin }
        try transaction.addMember(identity, name: name, roles: roles, session: session)
      }
      return others
    }
    console.note("this device's identity is an admin of the vault now")
    try restoring.link(assumed: yes)
    tell(others, console)
    return 0
  }

  /// Somebody else who holds keys of the vault.
  private struct Other {
    let name: String
    let isPerson: Bool
  }

  private static func others(
    _ own: MemberID, _ snapshot: Snapshot, _ directory: EnvironmentKey
  ) throws(VaultError) -> [Other] {
    var others: [Other] = []
    for member in snapshot.control.members where member.isActive && member.id != own && member.kind != .recovery {
      guard let name = try snapshot.memberName(member.id, directory) else { continue }
      others.append(Other(name: name, isPerson: member.kind == .person))
    }
    return others
  }

  private func tell(_ others: [Other], _ console: Console) {
    guard !others.isEmpty else { return }
    console.note("who else holds keys of it: " + others.map(\.name).joined(separator: ", "))
    for other in others where other.isPerson {
      console.hint("if \(Wording.line(other.name)) is what was lost: coffer member remove \(Wording.line(other.name))")
    }
  }

  private func phrase() throws -> RecoveryPhrase {
    let text =
      if let phraseDescriptor {
        try SecretInput.descriptor(phraseDescriptor, limit: SecretInput.passphraseLimit)
      } else if !Terminal.hasControllingTerminal {
        throw Failure(
          "the recovery phrase is needed, and there is no terminal to ask on",
          hints: ["--phrase-fd N reads it from a descriptor"], code: 5)
      } else {
        try SecretInput.prompt("Recovery phrase (twelve words): ", limit: SecretInput.passphraseLimit)
      }
    return try RecoveryPhrase(parsing: text)
  }

  private static func check(_ name: String) throws {
    guard !name.isEmpty, name.utf8.count <= 64, Wording.line(name) == name else {
      throw Failure("a member's name is one line of at most 64 bytes")
    }
  }

  /// The user's name, with a number where somebody has it: the lost device, most often.
  private static func freeName(_ taken: Set<String>) -> String {
    let name = Unlocking.memberName
    guard taken.contains(name) else { return name }
    var number = 2
    while taken.contains("\(name)-\(number)") { number += 1 }
    return "\(name)-\(number)"
  }
}
