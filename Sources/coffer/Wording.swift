import Launch
import Platform
import Platforms
import Project
import Rotation
import Sealing
import Vault

/// What people read when something fails. Errors: lowercase, no final period, what is wrong; hints: what to do, as a command where
/// there is one. Nothing here is ever given a value.
///
/// Exit codes: 1 the answer is no; 2 misuse or another error; 4 the vault was refused; 5 locked, or no access.
enum Wording {
  static let memoryNotLocked =
    "secret memory could not be locked (RLIMIT_MEMLOCK): a secret might be swapped to disk"

  static let identityNotSynced =
    "the disk did not confirm the new identity file: after a power loss the old one may be back"

  /// The message, hints and exit code of an error.
  static func failure(_ error: any Error) -> Failure {
    switch error {
    case let error as Failure: error
    case let error as VaultError: vault(error)
    case let error as RotationError: rotation(error)
    case let error as PlaybookError:
      Failure("policies/\(error.file)\(error.line.map { ":\($0)" } ?? ""): \(error.reason)")
    case let error as RecipeError:
      Failure("policies/\(error.file)\(error.line.map { ":\($0)" } ?? ""): \(error.reason)")
    case let error as ProjectError:
      Failure((error.line.map { $0 > 0 ? "coffer.toml:\($0): " : "" } ?? "") + error.message)
    case let error as DotenvError: Failure(error.message)
    case let error as LaunchError: launch(error)
    case let error as TerminalError: terminal(error)
    case let error as FileError: file(error)
    case let error as SystemError: Failure(system(error))
    case let error as SealingError: sealing(error)
    default: Failure("something unexpected went wrong (\(type(of: error)))")
    }
  }

  /// An argument may be a secret that somebody typed by mistake: messages of the parser must not repeat it.
  static func withoutArguments(_ message: String, words: [String]) -> String {
    var text = message
    for (place, word) in words.enumerated().sorted(by: { $0.element.count > $1.element.count }) where !word.isEmpty {
      if word.hasPrefix("-"), let equals = word.firstIndex(of: "=") {
        text = replacing(text, String(word[word.index(after: equals)...]), "…")
      } else if !word.hasPrefix("-") {
        text = replacing(text, "'\(word)'", "(argument \(place + 1))")
      } else if !isOptionName(word) {
        text = replacing(text, word, "(argument \(place + 1))")
      }
    }
    if let first = text.first { text = first.lowercased() + text.dropFirst() }
    while text.hasSuffix(".") || text.hasSuffix("\n") { text.removeLast() }
    return text
  }

  /// An argument or a setting may be a secret that somebody put in the wrong place: what does not look like a name or a path is
  /// not repeated. A launched command, after `--`, is.
  static func withoutSecrets(_ failure: Failure, words: [String]) -> Failure {
    var hidden: [(text: String, shown: String)] = []
    for (place, word) in words.prefix(while: { $0 != "--" }).enumerated() {
      hidden.append((word, "(argument \(place + 1))"))
      // Names by commas (`--only A,B`), and what is glued to an option.
      for part in word.split(whereSeparator: { $0 == "," || $0 == "=" }) {
        hidden.append((String(part), "(part of argument \(place + 1))"))
      }
    }
    for name in ["COFFER_ENV", "COFFER_PASSPHRASE_FILE", "COFFER_TOKEN_FILE", "COFFER_SNAPSHOT", "COFFER_MIN_SEQUENCE"]
    {
      hidden.append((AmbientEnvironment.value(of: name) ?? "", "(what \(name) says)"))
    }
    hidden = hidden.filter { !isHarmless($0.text) }.sorted { $0.text.utf8.count > $1.text.utf8.count }
    guard !hidden.isEmpty else { return failure }
    func clean(_ text: String) -> String { hidden.reduce(text) { replacing($0, $1.text, $1.shown) } }
    return Failure(
      clean(failure.message), hints: failure.hints.map(clean), code: failure.code, launchCode: failure.launchCode)
  }

  /// Short, or a path from a root, or written as variables are: `NEXT_PUBLIC_SITE_URL`.
  private static func isHarmless(_ word: String) -> Bool {
    if word.utf8.count <= 24 || ["/", "./", "../"].contains(where: word.hasPrefix) { return true }
    return word.contains("_") && word.utf8.count <= 64
      && word.utf8.allSatisfy { (0x41...0x5A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5F }
  }

  /// Whether a word that starts with a dash looks like the name of an option, and not like `-pPASSWORD`.
  private static func isOptionName(_ word: String) -> Bool {
    let name = word.drop { $0 == "-" }
    guard word.hasPrefix("--") else { return name.count <= 1 }
    return word.count <= 24 && name.allSatisfy { $0.isLetter || $0 == "-" }
  }

  /// Text without what could steer a terminal or reorder a line: names and descriptions from files may carry it.
  static func printable(_ text: String) -> String {
    var clean = ""
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x09, 0x0A: clean.unicodeScalars.append(scalar)
      // Controls; Unicode's line separators and bidirectional controls (UAX #9).
      case ..<0x20, 0x7F...0x9F, 0x061C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069: clean += "\u{FFFD}"
      default: clean.unicodeScalars.append(scalar)
      }
    }
    return clean
  }

  /// The same on one line, for what must not look like a line of its own.
  static func line(_ text: String) -> String {
    printable(text).split(whereSeparator: { $0.isNewline || $0 == "\t" }).joined(separator: " ")
  }

  /// A line of an approval, short enough that no line of it can push another off the screen or look like one: blanks in a row
  /// become one, and what is long is cut with its length.
  static func brief(_ text: String) -> String {
    let tidy = line(text).split(separator: " ").joined(separator: " ")
    return tidy.count <= 72 ? tidy : String(tidy.prefix(60)) + "... (\(text.utf8.count) bytes)"
  }

  /// What coffer.toml asks for, the dangerous last, where it is read.
  static func approval(_ lines: [String]) -> String {
    let (dangerous, others) = (lines.filter { $0.hasPrefix("allows ") }, lines.filter { !$0.hasPrefix("allows ") })
    return (others + dangerous).map { "  " + brief($0) + "\n" }.joined()
      + (lines.count > 1 ? "  \(lines.count) lines in all" : "")
      + (dangerous.isEmpty
        ? "" : "; \(dangerous.count) \(dangerous.count == 1 ? "lets" : "let") programs load other code")
  }

  /// How many there are: "1 change", "3 changes".
  /// - Parameter plural: where it is not the noun with an s.
  static func count(_ count: some BinaryInteger, _ noun: String, _ plural: String? = nil) -> String {
    "\(count) " + (count == 1 ? noun : plural ?? noun + "s")
  }

  private static func replacing(_ text: String, _ part: String, _ replacement: String) -> String {
    guard !part.isEmpty else { return text }
    var result = ""
    var rest = text[...]
    while !rest.isEmpty {
      if rest.hasPrefix(part) {
        result += replacement
        rest = rest.dropFirst(part.count)
      } else {
        result.append(rest.removeFirst())
      }
    }
    return result
  }

  private static func vault(_ error: VaultError) -> Failure {
    switch error {
    case .noVault(let id):
      Failure(
        "there is no vault \(id.short) on this device",
        hints: ["it lives where coffer init made it; ask its owner for access, or start your own with coffer init"])
    case .noIdentity:
      Failure("this device has no identity yet", hints: ["coffer init makes one, with a vault"], code: 5)
    case .identityExists: Failure("this device already has an identity")
    case .damaged(let part):
      Failure(
        "\(part.rawValue) is damaged or was changed by somebody else: nothing was used",
        hints: damageHints(part), code: 4)
    case .rollback(let seen, let found):
      Failure(
        "rollback: the vault is older (entry \(found)) than this device has seen (entry \(seen))",
        hints: ["if you put an older copy back on purpose: coffer link --accept-older"], code: 4)
    case .forked(let sequence):
      Failure(
        "the vault's history differs from what this device has seen at entry \(sequence)",
        hints: ["it was replaced, not continued; if that was you: coffer link --accept-older"], code: 4)
    case .badSignature(let sequence):
      Failure("the signature of log entry \(sequence) is not its author's", code: 4)
    case .unauthorised(let sequence):
      Failure("log entry \(sequence) was written by somebody who may not", code: 4)
    case .needsNewer: Failure("this needs a newer coffer", hints: ["coffer --version tells yours"], code: 4)
    case .wrongVault: Failure("the file holds another vault than the one asked for", code: 4)
    case .refusedFile(let path, let refusal): refused(refusal, path: path)
    case .locked(let environment):
      Failure(
        environment.isEmpty ? "the vault is locked" : "\(environment) is locked",
        hints: ["coffer unlock\(environment.isEmpty ? "" : " -e \(environment)") asks for the passphrase"], code: 5)
    case .wrongPassphrase: Failure("wrong passphrase", code: 5)
    case .badPhrase(let word):
      Failure(word.map { "word \($0) is not in the list" } ?? "the recovery phrase does not check out", code: 5)
    case .badPublicKey:
      Failure(
        "this is no public key of coffer, or it was mistyped or cut",
        hints: ["coffer identity prints one: a word that starts with cofferpub_"])
    case .badToken:
      Failure(
        "this is no token of coffer, or it was mistyped or cut", hints: ["a token starts with coffer_ and is one word"],
        code: 5)
    case .tokenExpired(let time):
      Failure("the token expired on \(Age.timestamp(time))", hints: ["coffer token create makes a new one"], code: 5)
    case .tokenRevoked:
      Failure("the token was revoked", hints: ["coffer token create makes a new one"], code: 5)
    case .clockBehind(let signed):
      Failure(
        "this machine's clock is before \(Age.timestamp(signed)), when this was signed: what has expired cannot be told",
        hints: ["set the clock"], code: 4)
    case .snapshot(let refusal): snapshot(refusal)
    case .derivationOutOfBounds:
      Failure(
        "the identity asks for a passphrase derivation outside what coffer accepts: nothing was tried", code: 4)
    case .noAccess(let environment):
      Failure(
        environment.isEmpty
          ? "your identity may not do this in this vault" : "your identity has no access to \(environment)", code: 5)
    case .removed(let departure): removed(departure)
    case .noEnvironment(let name):
      Failure(
        "there is no environment named \(name)", hints: ["coffer env list shows them; coffer env add makes one"])
    case .environmentExists(let name): Failure("there is an environment named \(name) already")
    case .noMember(let name):
      Failure("there is no member named \(name)", hints: ["coffer member list shows them"], code: 1)
    case .memberExists(let name):
      Failure("\(name), or the holder of this key, is a member already", hints: ["coffer member list shows them"])
    case .lastAdmin:
      Failure(
        "nobody would be left who may change members",
        hints: ["make somebody else an admin of the vault first: coffer member role NAME --vault-admin"], code: 1)
    case .ownAccess:
      Failure(
        "your own access is not yours to change: you could not sign the new keys afterwards",
        hints: ["another admin of the vault can: coffer member list shows who they are"], code: 1)
    case .noEntry(let name, let environment):
      Failure(
        "\(name) has no value" + (environment.isEmpty ? "" : " in \(environment)"),
        hints: ["coffer list shows what is there"], code: 1)
    case .noVersion(let name, let version):
      Failure("\(name) has no version \(version)", hints: ["coffer history \(name) shows its versions"], code: 1)
    case .moved(let name, let current, let pending):
      Failure(
        "\(name) was changed meanwhile: "
          + (current.map { "version \($0) is in use" } ?? "no version is in use")
          + (pending.map { ", version \($0) is pending" } ?? "") + "; nothing was changed",
        hints: ["coffer history \(name) shows its versions"], code: 1)
    case .abandoned: Failure("nothing was changed")
    case .conflict: Failure("somebody else kept writing first; nothing was changed")
    case .busy: Failure("other processes held the vault for too long; nothing was changed")
    case .storage(let code, let message):
      Failure("the vault could not be read or written: \(message)\(code == 0 ? "" : " (\(code))"); nothing was changed")
    case .system(let error): Failure(system(error))
    case .unpinned(let error):
      Failure("the change is stored, but this device could not note that it has seen it: \(system(error))")
    case .backupRefused(let path, let refusal): backupRefused(refusal, path: path)
    case .notForYou:
      Failure(
        "the bundle was sealed to others: your identity is no member there, or is one no more",
        hints: ["coffer identity prints your public key, for whoever makes the bundle"], code: 5)
    case .sealing(let error): sealing(error)
    }
  }

  private static func removed(_ departure: Departure) -> Failure {
    let who = departure.author.map(line) ?? "the member whose words are \(departure.words.joined(separator: " "))"
    return Failure(
      "your identity is no member of this vault any more: removed by \(who) on \(Age.timestamp(departure.time))",
      hints: [
        "if that is a mistake, an admin of the vault lets you in again: coffer member add NAME, with the key that coffer identity prints"
      ],
      code: 5)
  }

  private static func backupRefused(_ refusal: BackupRefusal, path: String) -> Failure {
    switch refusal {
    case .notABackup: Failure("\(path) is no backup: it is not replaced", hints: ["give another name"])
    case .otherVault(let short): Failure("\(path) is a backup of vault \(short): it is not replaced")
    case .newer(let sequence):
      Failure(
        "\(path) is a backup of a later state (entry \(sequence)): it is not replaced",
        hints: ["coffer restore \(path) brings the vault there", "coffer backup --yes keeps it under another name"])
    case .otherHistory(let sequence):
      Failure(
        "\(path) is a backup of another history (up to entry \(sequence)): it is not replaced",
        hints: ["coffer backup --yes keeps it under another name"])
    }
  }

  /// A token that is limited to names was asked for others.
  static func outsideToken(_ names: [String]) -> Failure {
    Failure(
      "the token does not open \(names.joined(separator: ", ")): it is limited to other names",
      hints: ["coffer token create --only names those that a token opens"], code: 5)
  }

  /// The same error where it is a snapshot file that was refused.
  static func inSnapshot(_ error: VaultError) -> Failure {
    let make = "coffer snapshot makes a new one, where the vault is"
    return switch error {
    case .damaged(.pin):
      Failure(
        "this device's note of the newest snapshot is damaged", hints: ["--accept-older writes a new one"], code: 4)
    case .damaged(.snapshot):
      Failure("this is no snapshot, or it was damaged or cut: nothing was used", hints: [make], code: 4)
    case .damaged(let part):
      Failure(
        "\(part.rawValue) in the snapshot is damaged or was changed by somebody else: nothing was used", hints: [make],
        code: 4)
    case .wrongVault: Failure("the snapshot is of another vault than the token's", hints: [make], code: 4)
    default: failure(error)
    }
  }

  private static func snapshot(_ refusal: SnapshotRefusal) -> Failure {
    let make = "coffer snapshot makes a new one, where the vault is"
    return switch refusal {
    case .otherToken:
      Failure(
        "the snapshot was made for another token", hints: ["coffer snapshot --for NAME makes one for yours"], code: 4)
    case .otherEnvironment:
      Failure("the snapshot is of an environment that its token does not read", hints: [make], code: 4)
    case .badSignature: Failure("the signature of the snapshot is not its author's: nothing was used", code: 4)
    case .unauthorised: Failure("the snapshot was signed by somebody who may not write in its environment", code: 4)
    case .expired(let time):
      Failure("the snapshot was to be used until \(Age.timestamp(time))", hints: [make], code: 4)
    case .belowMinimum(let minimum, let found):
      Failure(
        "the snapshot is of entry \(found), and at least \(minimum) is asked for (--min-sequence, COFFER_MIN_SEQUENCE)",
        hints: [make], code: 4)
    case .older(let seen, let found):
      Failure(
        "rollback: the snapshot is older (entry \(found)) than one that this device launched from (entry \(seen))",
        hints: ["if you put it back on purpose: --accept-older"], code: 4)
    case .forked(let sequence):
      Failure(
        "the snapshot's history differs at entry \(sequence) from that of one that this device launched from",
        hints: ["it was replaced, not continued; if that was you: --accept-older"], code: 4)
    }
  }

  private static func rotation(_ error: RotationError) -> Failure {
    switch error {
    case .alreadyOpen(let record):
      Failure(
        "\(record.name) is being rotated already: it is \(record.step)", hints: ["--resume goes on with it"], code: 1)
    case .movedOn(let step):
      Failure(
        "another process moved this rotation on: it is \(step); nothing was changed here",
        hints: ["coffer rotate --status shows how far it is"], code: 1)
    case .notPossible(.abort, let step):
      Failure("it is \(step): there is nothing to go back to any more", hints: ["--resume goes on"], code: 1)
    case .notPossible(_, let step): Failure("it is \(step), and cannot do this from there", code: 1)
    case .unknown: Failure("the vault knows no such rotation", hints: ["coffer rotate --status lists them"], code: 1)
    case .vault(let error): vault(error)
    }
  }

  private static func damageHints(_ part: VaultError.Part) -> [String] {
    switch part {
    case .identity: ["put back a copy of the identity file"]
    case .pin: ["coffer link --accept-older verifies the vault anew and writes a fresh pin"]
    case .binding: ["coffer link links this folder again"]
    case .bundle: ["it may be on its way still; else ask for another"]
    case .sync: []
    case .archive: ["take another backup, if there is one"]
    case .backups: ["coffer backup --folder PATH writes it anew"]
    default: ["coffer restore FILE puts a backup in its place; what is there is kept"]
    }
  }

  private static func refused(_ refusal: FileRefusal, path: String) -> Failure {
    switch refusal {
    case .symlink: Failure("\(path) is a symbolic link: refused", code: 4)
    case .notRegular: Failure("\(path) is not a regular file: refused", code: 4)
    case .foreignOwner(let owner): Failure("\(path) belongs to another user (\(owner)): refused", code: 4)
    case .looseMode(let mode):
      Failure(
        "\(path) can be reached by others (mode \(String(mode, radix: 8))): refused", hints: ["chmod 600 \(path)"],
        code: 4)
    }
  }

  private static func launch(_ error: LaunchError) -> Failure {
    switch error {
    case .badPolicy(let reason, let line):
      Failure("policies/launch.toml\(line.map { ":\($0)" } ?? ""): \(reason)")
    case .refused(let refusals):
      Failure(
        refusals.map { "\($0.name) may not be injected: \($0.reason)" }.joined(separator: "\n       "),
        hints: refusals.contains(where: \.canBeAllowed) ? [allowing(refusals.filter(\.canBeAllowed).map(\.name))] : [])
    case .badName(let name): Failure("\(name) is not a variable's name (letters, digits and _, not a digit first)")
    case .zeroByte(let name): Failure("the value of \(name) holds a zero byte, which no environment can carry")
    case .tooLong(let name, let bytes, let limit):
      Failure(
        "\(name) is too long: \(bytes) bytes with its name, and Linux takes \(limit)",
        hints: ["declare it with file = true in coffer.toml: the app then gets the path of a file in memory"])
    case .tooMuch(let bytes, let limit, let largest):
      Failure(
        "arguments and environment are \(bytes) bytes in all, and Linux takes \(limit)"
          + (largest.isEmpty ? "" : "; the largest: \(largest.joined(separator: ", "))"),
        hints: ["--only narrows what is injected, --pristine drops what is inherited"])
    case .duplicate(let name): Failure("\(name) would be set twice")
    case .outOfMemory: Failure("out of memory for secrets")
    case .fileVariable(let name, let error): Failure("no file in memory could be made for \(name): \(error.message)")
    case .notFound(let command):
      Failure("\(command): command not found", code: error.exitCode, launchCode: error.exitCode)
    case .notExecutable(let command, let cause):
      Failure("\(command): \(cause.message)", code: error.exitCode, launchCode: error.exitCode)
    case .interpreterMissing(let command):
      Failure(
        "\(command): its interpreter (the first line, or the loader) does not exist", code: error.exitCode,
        launchCode: error.exitCode)
    }
  }

  /// How a project allows names that the launch policy refuses.
  static func allowing(_ names: [String]) -> String {
    let list = names.map { "\"\($0)\"" }.joined(separator: ", ")
    return "if the app needs it, coffer.toml: [launch] allow = [\(list)]"
  }

  private static func terminal(_ error: TerminalError) -> Failure {
    switch error {
    case .noTerminal:
      Failure(
        "a passphrase is needed, and there is no terminal to ask on",
        hints: ["coffer unlock beforehand, or give it by --passphrase-fd or COFFER_PASSPHRASE_FILE"], code: 5)
    case .endOfInput: Failure("nothing was entered")
    case .interrupted: Failure("interrupted", code: 130)
    case .tooLong(let limit): Failure("more than \(limit) bytes were entered; nothing was kept")
    case .unmarkedPaste:
      Failure(
        "several lines were pasted at once; nothing was kept", hints: ["use --file, or pipe it to standard input"])
    case .notText: Failure("what was typed is not text")
    case .system(let error): Failure(system(error))
    }
  }

  private static func file(_ error: FileError) -> Failure {
    switch error {
    case .refused(let refusal, let path): refused(refusal, path: path)
    case .tooLarge(let path, let limit): Failure("\(path) is larger than the \(limit) bytes that fit")
    case .noWriter(let path): Failure("\(path) is a pipe, and nobody wrote to it for \(Files.patience) seconds")
    case .system(let error): Failure(system(error))
    }
  }

  private static func system(_ error: SystemError) -> String {
    if error.operation == "HOME" { return "neither HOME nor COFFER_HOME says where coffer's folders are" }
    return (error.path.map { "\($0): " } ?? "") + error.message
  }

  private static func sealing(_ error: SealingError) -> Failure {
    switch error {
    case .unavailable: Failure("libsodium cannot start: no source of randomness")
    case .outOfMemory: Failure("out of memory (deriving a key from the passphrase takes 256 MiB)")
    case .badRecipient(let fault): recipient(fault)
    default: Failure("cryptography refused (\(error))", code: 4)
    }
  }

  /// Why what was given is no recipient of an age file.
  private static func recipient(_ fault: AgeRecipient.Fault) -> Failure {
    let hint = "age-keygen makes a key and prints its recipient"
    return switch fault {
    case .secretKey:
      Failure(
        "it is a secret key, not a recipient",
        hints: ["age-keygen -y FILE prints its recipient; if it stood in a command line, make a new key"])
    case .sshKey: Failure("it is an ssh key, and only recipients that start with age1 are taken", hints: [hint])
    case .otherKind:
      Failure("it is a recipient of a plugin or of another kind, and only X25519 recipients are taken", hints: [hint])
    case .prefix: Failure("it does not start with age1, as a recipient does", hints: [hint])
    case .mistyped: Failure("a letter of it is wrong or missing (its checksum fails)")
    case .key: Failure("it is no key that age would have made")
    }
  }
}
