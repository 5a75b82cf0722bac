import Sealing

/// One signed entry of the vault's log. docs/FORMAT.md, "Log".
package struct LogEntry: Equatable, Sendable {
  /// Counted from 1.
  package let sequence: UInt64
  package let vault: VaultID
  /// Hash of the entry before; zero for the first.
  let previous: Bytes32
  /// Milliseconds since 1970 by the author's clock. Nothing is decided by it.
  package let time: UInt64
  package let author: MemberID
  let kind: Operation.Kind
  /// Of the operation's body, which is stored beside the entry.
  let operationDigest: Bytes32
  /// Of the control block after this entry.
  let controlDigest: Bytes32
  /// The root of each active environment's map after this entry.
  let roots: [EnvironmentID: Bytes32]
  let signature: [UInt8]

  /// What the next entry, and this device's pin, refer to.
  var hash: Bytes32 { Hashing.digest("coffer/log-entry", bytes) }

  /// As stored: what is signed, then the signature.
  var bytes: [UInt8] { signed + signature }

  /// - Throws: `needsNewer` for a version, suite or operation of a later Coffer.
  init(bytes: [UInt8]) throws(VaultError) {
    guard bytes.count > 64 else { throw .damaged(.log) }
    var reader = CanonicalReader(Array(bytes.dropLast(64)))
    signature = Array(bytes.suffix(64))
    let version = try reading(.log) { () throws(MalformedBytes) in (try reader.u8(), try reader.u8()) }
    guard version == (Format.version, Format.suite) else { throw .needsNewer }
    let fixed = try reading(.log) { () throws(MalformedBytes) in
      (
        vault: VaultID(try reader.bytes16()), sequence: try reader.u64(), previous: try reader.bytes32(),
        time: try reader.u64(), author: MemberID(try reader.bytes16()), kind: try reader.u8(),
        operation: try reader.bytes32(), control: try reader.bytes32()
      )
    }
    let roots = try reading(.log) { () throws(MalformedBytes) in
      var roots: [EnvironmentID: Bytes32] = [:]
      var last: EnvironmentID?
      for _ in 0..<(try reader.count(minimum: 48)) {
        let environment = EnvironmentID(try reader.bytes16())
        guard last.map({ $0 < environment }) ?? true else { throw MalformedBytes() }
        roots[environment] = try reader.bytes32()
        last = environment
      }
      try reader.end()
      return roots
    }
    guard let kind = Operation.Kind(rawValue: fixed.kind) else { throw .needsNewer }
    sequence = fixed.sequence
    vault = fixed.vault
    previous = fixed.previous
    time = fixed.time
    author = fixed.author
    self.kind = kind
    operationDigest = fixed.operation
    controlDigest = fixed.control
    self.roots = roots
  }

  /// A new entry after `previous`, signed.
  init(
    after previous: LogEntry?, vault: VaultID, time: UInt64, author: MemberID, operation: Operation,
    body: [UInt8], controlDigest: Bytes32, roots: [EnvironmentID: Bytes32], signer: borrowing SigningKey
  ) {
    self.sequence = (previous?.sequence ?? 0) + 1
    self.vault = vault
    self.previous = previous?.hash ?? Bytes32()
    self.time = time
    self.author = author
    self.kind = operation.kind
    self.operationDigest = Self.digest(ofBody: body)
    self.controlDigest = controlDigest
    self.roots = roots
    self.signature = signer.sign(
      Self.labelled(
        Self.signed(
          vault: vault, sequence: sequence, previous: self.previous, time: time, author: author, kind: kind,
          operation: operationDigest, control: controlDigest, roots: roots)))
  }

  /// The digest that an entry states of its operation's body.
  static func digest(ofBody body: [UInt8]) -> Bytes32 { Hashing.digest("coffer/operation", body) }

  /// - Throws: `badSignature` unless `key` signed this entry.
  func verify(_ key: VerifyingKey) throws(VaultError) {
    do { try key.verify(signature, of: Self.labelled(signed)) } catch { throw .badSignature(sequence: sequence) }
  }

  /// What is signed starts with a label, so that no other signature of the same key passes for an entry's.
  private static func labelled(_ signed: [UInt8]) -> [UInt8] {
    var writer = CanonicalWriter()
    writer.text("coffer/log-signature")
    writer.fixed(signed)
    return writer.bytes
  }

  /// Everything but the signature.
  var signed: [UInt8] {
    Self.signed(
      vault: vault, sequence: sequence, previous: previous, time: time, author: author, kind: kind,
      operation: operationDigest, control: controlDigest, roots: roots)
  }

  private static func signed(
    vault: VaultID, sequence: UInt64, previous: Bytes32, time: UInt64, author: MemberID, kind: Operation.Kind,
    operation: Bytes32, control: Bytes32, roots: [EnvironmentID: Bytes32]
  ) -> [UInt8] {
    var writer = CanonicalWriter()
    writer.u8(Format.version)
    writer.u8(Format.suite)
    writer.fixed(vault.bytes)
    writer.u64(sequence)
    writer.fixed(previous)
    writer.u64(time)
    writer.fixed(author.bytes)
    writer.u8(kind.rawValue)
    writer.fixed(operation)
    writer.fixed(control)
    writer.list(roots.sorted { $0.key < $1.key }) { writer, root in
      writer.fixed(root.key.bytes)
      writer.fixed(root.value)
    }
    return writer.bytes
  }
}
