/// Writes files that the standard `age` opens, so that nobody depends on Coffer to read what Coffer held.
///
/// A textual header hands a fresh file key to each recipient and is authenticated with it; the payload is sealed in chunks of 64
/// KiB. Source: https://age-encryption.org/v1 (C2SP/C2SP, age.md).
package enum AgeFile {
  private static let fileKeyCount = 16
  private static let nonceCount = 16

  /// `plaintext`, for `recipients` and nobody else; it does not say who they are, nor who wrote it.
  /// - Precondition: there is a recipient.
  /// - Throws: `SealingError.outOfMemory`, `.unavailable`.
  package static func seal(_ plaintext: RawSpan, to recipients: [AgeRecipient]) throws(SealingError) -> [UInt8] {
    var stanzas = ""
    let fileKey = try SecretBytes(randomCount: fileKeyCount)
    for recipient in recipients { stanzas += try recipient.stanza(fileKey, ephemeral: SecretBytes(randomCount: 32)) }
    return try seal(plaintext, fileKey: fileKey, stanzas: stanzas, nonce: Randomness.bytes(nonceCount))
  }

  /// The same with all that is random chosen by the caller, for test vectors.
  static func seal(
    _ plaintext: RawSpan, fileKey: borrowing SecretBytes, stanzas: String, nonce: [UInt8]
  ) throws(SealingError) -> [UInt8] {
    precondition(!stanzas.isEmpty)
    var file = Array("age-encryption.org/v1\n\(stanzas)---".utf8)
    let headerKey = try HKDF.sha256(fileKey, salt: [], info: Array("header".utf8))
    let tag = try unsafe HKDF.authenticate(file.span.bytes, key: headerKey)
    file += [UInt8(ascii: " ")] + Base64.encode(tag.withBytes { $0.array }, padded: false) + [UInt8(ascii: "\n")]

    let payloadKey = try HKDF.sha256(fileKey, salt: nonce, info: Array("payload".utf8))
    file += nonce
    file.reserveCapacity(
      file.count + plaintext.byteCount + (plaintext.byteCount / AgeChunk.count + 1) * AgeChunk.tagCount)
    // The last chunk is empty only when there is nothing at all.
    var start = 0
    var number: UInt64 = 0
    repeat {
      let end = min(start + AgeChunk.count, plaintext.byteCount)
      let isLast = end == plaintext.byteCount
      file += try AgeChunk.seal(
        plaintext.extracting(start..<end), key: payloadKey, nonce: AgeChunk.nonce(number, isLast: isLast))
      start = end
      number += 1
    } while start < plaintext.byteCount
    return file
  }

  /// A file as 7-bit text: strict PEM (RFC 7468, figure 3), lines of 64 letters.
  package static func armored(_ file: [UInt8]) -> [UInt8] {
    var text = Array("-----BEGIN AGE ENCRYPTED FILE-----\n".utf8)
    let letters = Base64.encode(file, padded: true)
    for start in stride(from: 0, to: letters.count, by: 64) {
      text += letters[start..<min(start + 64, letters.count)] + [UInt8(ascii: "\n")]
    }
    return text + Array("-----END AGE ENCRYPTED FILE-----\n".utf8)
  }
}
