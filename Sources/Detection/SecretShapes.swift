/// A JSON Web Token (RFC 7519): the first two parts are base64url of JSON objects, and the first names an algorithm.
enum JWTShape {
  static func holds(_ secret: [UInt8]) -> Bool {
    let parts = secret.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard parts.count == 3 || parts.count == 5, let header = TextEncodings.base64(parts[0]),
      JSONShape.keys(of: header)?.contains("alg") == true
    else { return false }
    // Five parts are encrypted (RFC 7516): the rest is not JSON.
    if parts.count == 5 { return true }
    return TextEncodings.base64(parts[1]).flatMap(JSONShape.keys) != nil
  }
}

/// A block of RFC 7468, or an OpenSSH or PGP one: labels that agree, base64 between, and the structure that the label
/// promises.
enum PEMShape {
  /// Nil for what is no such block, as a PuTTY or age key.
  static func holds(_ secret: [UInt8]) -> Bool? {
    let text = String(decoding: secret, as: UTF8.self)
    guard let begin = text.firstRange(of: "-----BEGIN "), let end = text.firstRange(of: "-----END "),
      begin.upperBound <= end.lowerBound
    else { return nil }
    let head = text[begin.upperBound..<end.lowerBound]
    guard let labelEnd = head.firstRange(of: "-----") else { return false }
    let label = head[..<labelEnd.lowerBound]
    guard text[end.upperBound...].hasPrefix(label) else { return false }
    // In code and JSON the line ends are written as escapes, the lines perhaps quoted and indented.
    let body = head[labelEnd.upperBound...].replacingEscapes()
    let data = base64Lines(body)
    guard let bytes = TextEncodings.base64(data), bytes.count >= 16 else { return false }
    if label.hasPrefix("OPENSSH") { return bytes.starts(with: "openssh-key-v1\0".utf8) }
    if label.hasPrefix("PGP") { return bytes[0] & 0x80 != 0 }
    // Enciphered by its header lines (RFC 1421), so that nothing of the inside shows.
    if body.contains("Proc-Type:") { return bytes.count % 8 == 0 }
    return isWholeDER(bytes)
  }

  private static func base64Lines(_ body: String) -> [UInt8] {
    var data: [UInt8] = []
    for line in body.utf8.split(whereSeparator: { $0 == 0x0A || $0 == 0x0D }) {
      // Header lines of PGP and RFC 1421 have a colon, PGP's checksum line starts with =.
      let kept = line.filter { $0.isLetterOrDigit || $0 == 0x2B || $0 == 0x2F || $0 == 0x3D }
      if line.contains(UInt8(ascii: ":")) || kept.first == UInt8(ascii: "=") { continue }
      // The `+` that joins strings in code is no base64: such a line has quotes.
      data += line.contains(UInt8(ascii: "\"")) && kept.last == 0x2B ? kept.dropLast() : kept
    }
    return data
  }

  /// A SEQUENCE (X.690) whose length is that of the rest.
  private static func isWholeDER(_ bytes: [UInt8]) -> Bool {
    guard bytes[0] == 0x30 else { return false }
    let first = Int(bytes[1])
    if first < 0x80 { return bytes.count == 2 + first }
    let count = first & 0x7F
    guard (1...3).contains(count) else { return false }
    let length = bytes[2..<(2 + count)].reduce(0) { $0 << 8 | Int($1) }
    return bytes.count == 2 + count + length
  }
}

/// PyPI's tokens: a version 2 macaroon (https://github.com/rescrv/libmacaroons) in base64url after `pypi-`.
enum MacaroonShape {
  static func holds(_ secret: [UInt8]) -> Bool {
    guard let bytes = TextEncodings.base64(secret.dropFirst(5)), bytes.first == 2 else { return false }
    var at = 1
    // Fields of (type, length, bytes); a type of 0 ends a section. The signature, type 6, of 32 bytes, is the last.
    while at < bytes.count {
      let type = bytes[at]
      at += 1
      if type == 0 { continue }
      guard let length = length(in: bytes, at: &at), length <= bytes.count - at else { return false }
      at += length
      if type == 6 { return length == 32 && at == bytes.count }
    }
    return false
  }

  /// A base 128 number, the lowest digits first.
  private static func length(in bytes: [UInt8], at: inout Int) -> Int? {
    var length = 0
    for shift in [0, 7, 14] where at < bytes.count {
      let byte = bytes[at]
      at += 1
      length |= Int(byte & 0x7F) << shift
      if byte < 0x80 { return length }
    }
    return nil
  }
}

extension StringProtocol {
  /// The first place of `text`, by bytes.
  func firstRange(of text: String) -> Range<String.Index>? {
    let wanted = Array(text.utf8)
    var start = utf8.startIndex
    while let found = utf8[start...].firstIndex(of: wanted[0]) {
      if utf8[found...].starts(with: wanted) { return found..<utf8.index(found, offsetBy: wanted.count) }
      start = utf8.index(after: found)
    }
    return nil
  }

  /// The text with `\n` and `\r`, written as two characters, made line ends.
  func replacingEscapes() -> String {
    var result: [UInt8] = []
    var isEscaped = false
    for byte in utf8 {
      if isEscaped, byte == UInt8(ascii: "n") || byte == UInt8(ascii: "r") {
        result.append(0x0A)
      } else if byte != UInt8(ascii: "\\") {
        result.append(byte)
      }
      isEscaped = byte == UInt8(ascii: "\\")
    }
    return String(decoding: result, as: UTF8.self)
  }
}
