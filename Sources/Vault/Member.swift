import Sealing

/// What a member may do in one environment. Reading is enforced by who holds the key; writing by whose signature counts.
package enum Role: UInt8, Sendable, Comparable {
  case read = 1
  case write = 2
  case admin = 3

  package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

/// Somebody, or something, that holds keys of the vault.
package struct Member: Hashable, Sendable {
  /// What kind of holder this is.
  package enum Kind: UInt8, Sendable {
    case person = 1
    /// A token.
    case machine = 2
    /// The recovery phrase.
    case recovery = 3
  }

  package var kind: Kind
  package var keys: PublicIdentity
  /// Role by environment; the directory is one of them.
  package var roles: [EnvironmentID: Role]
  /// False once removed: kept so that old signatures can still be named.
  package var isActive: Bool
  /// Milliseconds since 1970 from which a token is refused; 0 for never.
  package var expires: UInt64
  /// The member's name, sealed under the directory's key.
  package var sealedName: SealedLabel
  /// The names a token is limited to, sealed under the directory's key; nil when not limited.
  package var sealedScope: SealedLabel?

  /// Derived from the keys.
  package var id: MemberID { keys.id }

  /// Whether the member's signature counts for `role` in `environment`.
  package func may(_ role: Role, in environment: EnvironmentID) -> Bool {
    isActive && (roles[environment].map { $0 >= role } ?? false)
  }

  func encode(to writer: inout CanonicalWriter) {
    writer.u8(kind.rawValue)
    writer.fixed(keys.encoded)
    writer.u8(isActive ? 1 : 0)
    writer.u64(expires)
    sealedName.encode(to: &writer)
    writer.u8(sealedScope == nil ? 0 : 1)
    sealedScope?.encode(to: &writer)
    writer.u32(UInt32(roles.count))
    for (environment, role) in roles.sorted(by: { $0.key < $1.key }) {
      writer.fixed(environment.bytes)
      writer.u8(role.rawValue)
    }
  }

  init(from reader: inout CanonicalReader) throws(MalformedBytes) {
    guard let kind = Kind(rawValue: try reader.u8()) else { throw MalformedBytes() }
    self.kind = kind
    let wrapping = WrappingPublicKey(try reader.bytes32())
    keys = PublicIdentity(wrapping: wrapping, signing: VerifyingKey(try reader.bytes32()))
    isActive = try reader.flag()
    expires = try reader.u64()
    sealedName = try SealedLabel(from: &reader)
    sealedScope = try reader.flag() ? SealedLabel(from: &reader) : nil
    roles = [:]
    var last: EnvironmentID?
    for _ in 0..<(try reader.count(minimum: 17)) {
      let environment = EnvironmentID(try reader.bytes16())
      guard last.map({ $0 < environment }) ?? true, let role = Role(rawValue: try reader.u8()) else {
        throw MalformedBytes()
      }
      roles[environment] = role
      last = environment
    }
  }

  init(
    kind: Kind, keys: PublicIdentity, roles: [EnvironmentID: Role], sealedName: SealedLabel,
    expires: UInt64 = 0, sealedScope: SealedLabel? = nil
  ) {
    self.kind = kind
    self.keys = keys
    self.roles = roles
    self.isActive = true
    self.expires = expires
    self.sealedName = sealedName
    self.sealedScope = sealedScope
  }
}

extension CanonicalReader {
  /// One byte, 0 or 1.
  mutating func flag() throws(MalformedBytes) -> Bool {
    switch try u8() {
    case 0: false
    case 1: true
    default: throw MalformedBytes()
    }
  }
}
