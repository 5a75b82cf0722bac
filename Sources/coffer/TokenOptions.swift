import ArgumentParser
import Platform
import Sealing
import Vault

/// How a machine gets at the values of one environment: a token, from one of three places.
struct TokenOptions: ParsableArguments {
  @Option(
    name: .customLong("token-fd"),
    help: ArgumentHelp(
      "Read a machine's token from this file descriptor.",
      discussion: "COFFER_TOKEN_FILE names a file to read it from instead, and COFFER_TOKEN may hold it.",
      valueName: "n"))
  var descriptor: Int32?

  private static let limit = 256

  /// Whether the environment holds a token, or says where one is.
  static var isAmbient: Bool { isInVariable || file != nil }

  private static var isInVariable: Bool {
    AmbientEnvironment.withSecret(of: "COFFER_TOKEN") { $0.byteCount > 0 } ?? false
  }

  /// COFFER_TOKEN_FILE; nil when it is not set, or empty.
  private static var file: String? {
    AmbientEnvironment.value(of: "COFFER_TOKEN_FILE").flatMap { $0.isEmpty ? nil : $0 }
  }

  /// The token; nil when nobody gave one.
  /// - Throws: `Failure` when there are two; `badToken`.
  func token() throws -> Token? {
    defer { discard() }
    let given = [descriptor != nil, Self.isInVariable, Self.file != nil].filter { $0 }.count
    guard given <= 1 else {
      throw Failure(
        "more than one token was given, and which is meant cannot be told",
        hints: ["one of --token-fd, COFFER_TOKEN and COFFER_TOKEN_FILE"])
    }
    let text: SecretBytes
    if let descriptor {
      text = try SecretInput.descriptor(descriptor, limit: Self.limit)
    } else if let path = Self.file {
      text = try SecretInput.keyFile(path, limit: Self.limit)
    } else {
      let copied = try AmbientEnvironment.withSecret(of: "COFFER_TOKEN") { (bytes) throws in
        guard bytes.byteCount <= Self.limit else { throw VaultError.badToken }
        return try SecretBytes(copying: bytes)
      }
      guard let copied, copied.count > 0 else { return nil }
      text = copied
    }
    return try SecretInput.withoutLineEnd(text).withBytes { (bytes) throws(VaultError) in try Token(parsing: bytes) }
  }

  /// Ends the descriptors that bring the token, as `UnlockOptions.discard`.
  func discard() {
    if let descriptor { InheritedDescriptor.discard(descriptor) }
    if let file = Self.file { InheritedDescriptor.discardAll(of: file) }
  }

  /// Whoever writes signs as a person.
  /// - Throws: `Failure` when a token was given.
  static func refuse() throws {
    guard isAmbient else { return }
    throw Failure(
      "a token only reads values of its environment, and this asks for a person's keys",
      hints: ["unset COFFER_TOKEN and COFFER_TOKEN_FILE"], code: 5)
  }
}

/// How a command that only reads gets at the keys.
struct KeyOptions: ParsableArguments {
  @OptionGroup var unlock: UnlockOptions
  @OptionGroup var token: TokenOptions
  @OptionGroup var snapshot: SnapshotOptions

  /// Ends every descriptor that brought something to unlock with, read or not.
  func discard() {
    unlock.discard()
    token.discard()
  }
}
