import CSodium

/// Whom an age file is for: an X25519 public key, written `age1…`. https://age-encryption.org/v1, "The X25519 recipient type".
package struct AgeRecipient: Hashable, Sendable {
  /// Why a text is no recipient. It may be a secret that was put in the wrong place: nothing of it is kept.
  package enum Fault: Equatable, Sendable {
    /// An identity (`AGE-SECRET-KEY-1…`) where its recipient belongs.
    case secretKey
    /// A public key of SSH, which age takes and Coffer does not.
    case sshKey
    /// A recipient of a plugin or of another kind (`age1yubikey1…`, `age1pq1…`).
    case otherKind
    /// It does not start as one.
    case prefix
    /// It starts as one, and a letter is wrong or missing.
    case mistyped
    /// It checks out, and no honest key is like this: its length, or a point of low order.
    case key
  }

  static let prefix = "age"
  let key: [UInt8]

  /// - Throws: `SealingError.badRecipient`, `.unavailable`.
  package init(_ text: String) throws(SealingError) {
    guard !text.lowercased().hasPrefix("age-secret-key-") else { throw .badRecipient(.secretKey) }
    // Those of authorized_keys(5): ssh-ed25519, ssh-rsa, ecdsa-sha2-nistp256, sk-ssh-ed25519@openssh.com …
    guard !["ssh-", "ecdsa-", "sk-"].contains(where: text.hasPrefix) else { throw .badRecipient(.sshKey) }
    guard text.hasPrefix(Self.prefix + "1") else { throw .badRecipient(.prefix) }
    let decoded: (prefix: String, bytes: [UInt8])
    do { decoded = try Bech32.decode(text) } catch { throw .badRecipient(.mistyped) }
    guard decoded.prefix == Self.prefix else { throw .badRecipient(.otherKind) }
    guard decoded.bytes.count == Int(crypto_scalarmult_BYTES) else { throw .badRecipient(.key) }
    key = decoded.bytes
    // With a point of low order every secret gives zero: whoever holds the file could read it.
    do { _ = try shared(SecretBytes(randomCount: Int(crypto_scalarmult_SCALARBYTES))) } catch {
      throw error == .badPublicKey ? .badRecipient(.key) : error
    }
  }

  /// The stanza that hands `fileKey` to this recipient.
  func stanza(_ fileKey: borrowing SecretBytes, ephemeral: borrowing SecretBytes) throws(SealingError) -> String {
    let share = try Self.share(of: ephemeral)
    let wrapping = try HKDF.sha256(
      shared(ephemeral), salt: share + key, info: Array("age-encryption.org/v1/X25519".utf8))
    // The wrapping key serves this once.
    let body = try fileKey.withBytes { (fileKey) throws(SealingError) in
      try AgeChunk.seal(fileKey, key: wrapping, nonce: [UInt8](repeating: 0, count: AgeChunk.nonceCount))
    }
    return "-> X25519 \(Self.text(share))\n\(Self.text(body))\n"
  }

  /// What others see of a secret scalar (RFC 7748).
  static func share(of secret: borrowing SecretBytes) throws(SealingError) -> [UInt8] {
    try Sodium.start()
    return secret.withBytes { secret in
      unsafe [UInt8](unsafeUninitializedCapacity: Int(crypto_scalarmult_BYTES)) { output, written in
        _ = unsafe secret.withUnsafeBytes { secret in
          unsafe crypto_scalarmult_base(output.baseAddress!, secret.baseAddress!.assumingMemoryBound(to: UInt8.self))
        }
        written = Int(crypto_scalarmult_BYTES)
      }
    }
  }

  /// - Throws: `SealingError.badPublicKey` when it would be zero.
  private func shared(_ secret: borrowing SecretBytes) throws(SealingError) -> SecretBytes {
    try Sodium.start()
    var output = try SecretBytes(count: Int(crypto_scalarmult_BYTES))
    let status = secret.withBytes { secret in
      output.withMutableBytes { output in
        unsafe output.withUnsafeMutableBytes { output in
          unsafe secret.withUnsafeBytes { secret in
            unsafe crypto_scalarmult(
              output.baseAddress!.assumingMemoryBound(to: UInt8.self),
              secret.baseAddress!.assumingMemoryBound(to: UInt8.self), key)
          }
        }
      }
    }
    guard status == 0 else { throw .badPublicKey }
    return output
  }

  private static func text(_ bytes: [UInt8]) -> String {
    String(decoding: Base64.encode(bytes, padded: false), as: UTF8.self)
  }
}
