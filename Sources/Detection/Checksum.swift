package import Findings
import Sealing

/// A check that a secret's own characters allow. Sources: shared knowledge of providers' formats, each named at its
/// function.
package enum ChecksumKind: String, Sendable, CaseIterable {
  case github
  case githubRefresh = "github-refresh"
  case githubFineGrained = "github-fine-grained"
  case npm
  case vercel
  case gitlabRoutable = "gitlab-routable"
  case cloudflare
  case zuplo
  case confluent
  case grafana
  case atlassian
  case azureCASK = "azure-cask"
  case base62CRC32 = "base62-crc32"
  case coffer
  case jwt
  case pem
  case awsKeyID = "aws-key-id"
  case pypi

  /// The verdict on a secret; nil when it has no shape that carries the check, and for a structure that is right: a
  /// well-formed JWT, key block or account number can be anyone's invention, so it proves nothing, while a broken one
  /// tells.
  package func verdict(on secret: [UInt8]) -> ChecksumVerdict? {
    switch self {
    case .jwt, .pem, .awsKeyID, .pypi: structure(secret) == false ? .invalid : nil
    default: computed(secret).map { $0 ? .valid : .invalid }
    }
  }

  private func structure(_ secret: [UInt8]) -> Bool? {
    switch self {
    case .jwt: JWTShape.holds(secret)
    case .pem: PEMShape.holds(secret)
    case .awsKeyID: Self.awsKeyID(secret)
    default: MacaroonShape.holds(secret)
    }
  }

  private func computed(_ secret: [UInt8]) -> Bool? {
    switch self {
    case .github, .npm: Self.base62CRC(secret, body: 4..<34)
    case .githubRefresh: Self.base62CRC(secret, body: 4..<74)
    case .vercel: Self.base62CRC(secret, body: 4..<54)
    case .githubFineGrained: Self.githubFineGrained(secret)
    case .gitlabRoutable: Self.gitlabRoutable(secret)
    case .cloudflare: Self.hexCRC(secret, bodyCount: 40, separator: false)
    case .zuplo: Self.hexCRC(secret, bodyCount: 32, separator: true)
    case .confluent: Self.confluent(secret)
    case .grafana: Self.grafana(secret)
    case .atlassian: Self.atlassian(secret)
    case .azureCASK: Self.azureCASK(secret)
    case .coffer: Self.coffer(secret)
    default: Self.base62Tail(secret)
    }
  }

  /// GitHub and npm: six digits of CRC-32 to the base 62, over what stands between prefix and checksum.
  /// https://github.blog/engineering/platform-security/behind-githubs-new-authentication-token-formats/
  private static func base62CRC(_ secret: [UInt8], body: Range<Int>) -> Bool? {
    guard secret.count == body.upperBound + 6 else { return nil }
    return TextEncodings.base62(CRC32.of(secret[body])).padded(to: 6).elementsEqual(secret[body.upperBound...])
  }

  /// Polar, DHIS2: as GitHub, over what follows the last underscore.
  private static func base62Tail(_ secret: [UInt8]) -> Bool? {
    guard let underscore = secret.lastIndex(of: UInt8(ascii: "_")) else { return nil }
    let start = underscore + 1
    guard secret.count - start > 6 else { return nil }
    return base62CRC(secret, body: start..<(secret.count - 6))
  }

  /// Coffer's own tokens, of 79 characters: as GitHub, over all before, prefix included. docs/FORMAT.md, "Checked text".
  private static func coffer(_ secret: [UInt8]) -> Bool? {
    guard secret.count == 79 else { return nil }
    return base62CRC(secret, body: 0..<73)
  }

  /// `github_pat_`, 22, `_`, 43, eight characters of the base32 of the SHA-256 of all before, 8 more.
  private static func githubFineGrained(_ secret: [UInt8]) -> Bool? {
    guard secret.count == 93 else { return nil }
    return TextEncodings.base32(Hashing.sha256(Array(secret[..<77])), first: 8).elementsEqual(secret[77..<85])
  }

  /// https://docs.gitlab.com/security/tokens/#routable-tokens: seven digits of CRC-32 to the base 36, over all before.
  private static func gitlabRoutable(_ secret: [UInt8]) -> Bool? {
    let end = secret.count - 7
    guard end > 16, secret[end - 3] == UInt8(ascii: ".") || secret[end - 2] == UInt8(ascii: ".") else { return nil }
    return TextEncodings.base36(CRC32.of(secret[..<end])).padded(to: 7).elementsEqual(secret[end...])
  }

  /// Cloudflare, Zuplo: after the first underscore the body, and eight hexadecimal digits of its CRC-32.
  private static func hexCRC(_ secret: [UInt8], bodyCount: Int, separator: Bool) -> Bool? {
    guard let underscore = secret.firstIndex(of: UInt8(ascii: "_")) else { return nil }
    let body = (underscore + 1)..<(underscore + 1 + bodyCount)
    let tail = body.upperBound + (separator ? 1 : 0)
    guard secret.count == tail + 8, !separator || secret[body.upperBound] == UInt8(ascii: "_") else { return nil }
    return TextEncodings.hex(CRC32.of(secret[body]).bigEndianBytes).elementsEqual(secret[tail...])
  }

  /// Six characters of the base64 of CRC-32's bytes, the lowest first, over the 54 characters before.
  private static func confluent(_ secret: [UInt8]) -> Bool? {
    guard secret.count >= 60 else { return nil }
    let end = secret.count - 6
    return TextEncodings.base64Text(CRC32.of(secret[(end - 54)..<end]).littleEndianBytes)
      .elementsEqual(secret[end...])
  }

  /// `glsa_`, 32, `_`, and the hexadecimal of CRC-32's bytes, the lowest first, over the first 37.
  private static func grafana(_ secret: [UInt8]) -> Bool? {
    guard secret.count == 46, secret[37] == UInt8(ascii: "_") else { return nil }
    return TextEncodings.hex(CRC32.of(secret[..<37]).littleEndianBytes).elementsEqual(secret[38...])
  }

  /// Eight upper-case hexadecimal digits of CRC-32 over all before. The `=` between may be escaped where it stands.
  private static func atlassian(_ secret: [UInt8]) -> Bool? {
    guard secret.count > 16 else { return nil }
    var body = Array(secret.dropLast(8))
    if body.ends("%3D") { body = body.dropLast(3) + [UInt8(ascii: "=")] }
    if body.ends("\\=") { body = body.dropLast(2) + [UInt8(ascii: "=")] }
    return TextEncodings.hex(CRC32.of(body).bigEndianBytes).elementsEqual(secret.suffix(8).map(\.lowercased))
  }

  /// Microsoft's common annotated security key: Marvin32 over the 60 bytes that the first 80 characters spell, its
  /// bytes (the lowest first) read as one number to the base 62, filled up with zeros at the end.
  /// https://github.com/microsoft/security-utilities
  private static func azureCASK(_ secret: [UInt8]) -> Bool? {
    guard secret.count == 84 || secret.count == 88, let bytes = TextEncodings.base64(secret[..<80]) else { return nil }
    let sum = Marvin32.hash(bytes, seed: 0x4465_6661_756C_7430).littleEndianBytes  // "Default0"
    // Their base conversion writes one zero digit for each zero byte in front.
    let zeros = [UInt8](repeating: UInt8(ascii: "0"), count: min(3, sum.prefix { $0 == 0 }.count))
    let number = sum.reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    let digits = zeros + TextEncodings.base62(number)
    let filled = digits + [UInt8](repeating: UInt8(ascii: "0"), count: max(0, 6 - digits.count))
    return filled[..<4].elementsEqual(secret[80..<84])
  }

  /// An access key id made since 2019 spells its account's number, which has 12 decimal digits; older ones do not.
  private static func awsKeyID(_ secret: [UInt8]) -> Bool? {
    guard secret.count == 20, let number = TextEncodings.base32Number(secret[4..<14]) else { return nil }
    // 50 bits: one that is set in the newer kind, 40 of the account, 9 of something else.
    guard number >> 49 == 1 else { return nil }
    return number >> 9 & 0xFF_FFFF_FFFF <= 999_999_999_999
  }
}

extension UInt32 {
  var littleEndianBytes: [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: self >> ($0 * 8)) } }
  var bigEndianBytes: [UInt8] { littleEndianBytes.reversed() }
}
