package import Findings

/// One kind of secret, as policies/detectors/*.toml tells it. The README there says what each field means.
package struct Detector: Sendable {
  /// What the judge takes a match for.
  package enum Kind: String, Sendable, CaseIterable {
    case token
    /// An assignment: judged by the name that is assigned, the value and the path.
    case generic
    /// A URL: the password is the secret, judged with its user and host.
    case urlPassword = "url-password"
    case privateKey = "private-key"
    case jwt
  }

  /// What may stand beside a secret.
  package enum Boundary: String, Sendable, CaseIterable {
    /// No byte of `[A-Za-z0-9_]`.
    case word
    case none
  }

  package let id: String
  package let title: String
  package let provider: String
  package let documentation: String
  package let grants: String
  /// Finds the place: Vectorscan's and PCRE2's common subset.
  package let pattern: String
  /// PCRE2, run around a hit; nil: `pattern` itself.
  package let capture: String?
  package let prefix: String
  /// Before checksum, entropy and path.
  package let confidence: Confidence
  package let checksum: ChecksumKind?
  /// A floor, in bits per byte of the secret.
  package let entropy: Double?
  /// Bytes around a hit's end that `capture` may need; 0: what the patterns span.
  package let reach: Int
  package let isInsensitive: Bool
  package let boundary: Boundary
  package let kind: Kind
  /// Public by design: information only.
  package let isPublic: Bool
  package let playbook: String?
  package let matches: [String]
  package let misses: [String]

  /// What a detector may ask for, in bytes; also the longest match.
  package static let maximumReach = 16384
}
