/// One leaked secret, with every place it stands.
package struct Finding: Sendable {
  /// The detector that found it, as `github-personal-access-token`; `known-value` for a value of the vault that no detector knows.
  package var rule: String
  /// What it is, for people: "GitHub personal access token".
  package var title: String
  /// Who issued it, as `github`; empty when nobody in particular did.
  package var provider: String
  /// The secret itself. No output has it but under `--show-secrets`.
  package var secret: [UInt8]
  /// How many bytes at its start are the same in every secret of its kind (`ghp_`), so that they may be shown.
  package var publicPrefix: Int
  /// The same for everyone who scans with the salt of one coffer.toml.
  package var fingerprint: FindingFingerprint
  package var confidence: Confidence
  /// Nil where the format has no checksum.
  package var checksum: ChecksumVerdict?
  /// The vault's names for this value, sorted; empty when it is none of the vault's or the vault is locked.
  package var knownAs: [KnownName]
  /// Sorted; never empty.
  package var places: [Place]
  /// The playbook of policies/rotation that replaces it; nil: the generic one.
  package var playbook: String?

  package init(
    rule: String, title: String, provider: String, secret: [UInt8], publicPrefix: Int,
    fingerprint: FindingFingerprint, confidence: Confidence, checksum: ChecksumVerdict?, knownAs: [KnownName] = [],
    places: [Place], playbook: String? = nil
  ) {
    self.rule = rule
    self.title = title
    self.provider = provider
    self.secret = secret
    self.publicPrefix = publicPrefix
    self.fingerprint = fingerprint
    self.confidence = confidence
    self.checksum = checksum
    self.knownAs = knownAs
    self.places = places
    self.playbook = playbook
  }

  /// Whether it is a value of the vault that was replaced and shown to be refused: it leaked, and is no use to anybody.
  package var isDead: Bool { !knownAs.isEmpty && knownAs.allSatisfy { $0.use == .dead } }
  /// Whether any commit of HEAD has it.
  package var isInHead: Bool { places.contains { $0.isInHead } }
  /// Whether any of its commits is known to have been pushed.
  package var wasPushed: Bool { places.contains { $0.wasPushed == true } }
}

/// 128 bits that name a secret without telling it. Shown in lower-case hexadecimal.
package struct FindingFingerprint: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// 16 bytes.
  package let bytes: [UInt8]

  /// - Precondition: 16 bytes.
  package init(_ bytes: [UInt8]) {
    precondition(bytes.count == 16)
    self.bytes = bytes
  }

  /// Reads 32 hexadecimal digits of either case; nil for anything else.
  package init?(hex: String) {
    let digits = hex.utf8.compactMap { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 ? $0 - 48 : Self.letter($0) }
    guard digits.count == 32, hex.utf8.count == 32 else { return nil }
    bytes = stride(from: 0, to: 32, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
  }

  package var description: String {
    String(decoding: bytes.flatMap { [Self.digits[Int($0 >> 4)], Self.digits[Int($0 & 15)]] }, as: UTF8.self)
  }

  package static func < (left: Self, right: Self) -> Bool { left.bytes.lexicographicallyPrecedes(right.bytes) }

  private static let digits = Array("0123456789abcdef".utf8)

  private static func letter(_ byte: UInt8) -> UInt8? {
    let lower = byte | 0x20
    return UInt8(ascii: "a")...UInt8(ascii: "f") ~= lower ? lower - 87 : nil
  }
}

/// How sure a finding is: of what it is, and that it is a real one.
package enum Confidence: UInt8, Sendable, Comparable, CaseIterable, CustomStringConvertible {
  case low = 1
  case medium
  case high

  package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
  package var description: String {
    switch self {
    case .low: "low"
    case .medium: "medium"
    case .high: "high"
    }
  }
}

/// What a token's own checksum says of it.
package enum ChecksumVerdict: String, Sendable {
  case valid
  case invalid
}

/// A name of the vault, as `STRIPE_SECRET` in `production`, version 2.
package struct KnownName: Hashable, Sendable, Comparable {
  package let name: String
  package let environment: String
  package let version: UInt32
  package let use: Use

  /// What became of a version. The raw values are those of the reports.
  package enum Use: String, Sendable {
    /// A launch gets it today.
    case current
    case retired
    /// A rotation replaced it, and showed that it is refused.
    case dead
  }

  package init(name: String, environment: String, version: UInt32, use: Use) {
    self.name = name
    self.environment = environment
    self.version = version
    self.use = use
  }

  package static func < (left: Self, right: Self) -> Bool {
    (left.name, left.environment, left.version) < (right.name, right.environment, right.version)
  }
}
