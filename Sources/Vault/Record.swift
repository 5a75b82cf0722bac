import Sealing

/// One sealed version of one name: opaque to whoever lacks the name's key. docs/FORMAT.md, "Records".
struct Record: Sendable {
  /// Where it belongs; all of it authenticated with the value.
  struct Header: Hashable, Sendable {
    let record: UInt64
    let epoch: UInt32
    let version: UInt32
    /// Milliseconds since 1970 by the author's clock.
    let created: UInt64
    let author: MemberID
    /// The record made before this one under the same name; nil for the first.
    let prior: Prior?
  }

  /// A link back through a name's history.
  struct Prior: Hashable, Sendable {
    let record: UInt64
    let digest: Bytes32
  }

  let header: Header
  private let descriptor: [UInt8]
  private let value: [UInt8]

  /// The bytes to store.
  var bytes: [UInt8] {
    var writer = CanonicalWriter()
    writer.u8(Format.version)
    writer.u8(Format.suite)
    writer.u64(header.record)
    writer.u32(header.epoch)
    writer.u32(header.version)
    writer.u64(header.created)
    writer.fixed(header.author.bytes)
    writer.u64(header.prior?.record ?? 0)
    writer.fixed(header.prior?.digest ?? Bytes32())
    writer.prefixed(descriptor)
    writer.prefixed(value)
    return writer.bytes
  }

  static func digest(_ bytes: [UInt8]) -> Bytes32 { Hashing.digest("coffer/record", bytes) }

  /// Parses stored bytes that have been held against the map's digest.
  init(bytes: [UInt8]) throws(VaultError) {
    var reader = CanonicalReader(bytes)
    let version = try reading(.record) { () throws(MalformedBytes) in (try reader.u8(), try reader.u8()) }
    guard version == (Format.version, Format.suite) else { throw .needsNewer }
    let parsed = try reading(.record) { () throws(MalformedBytes) in
      let record = try reader.u64()
      let epoch = try reader.u32()
      let version = try reader.u32()
      let created = try reader.u64()
      let author = MemberID(try reader.bytes16())
      let prior = Prior(record: try reader.u64(), digest: try reader.bytes32())
      guard prior.record != 0 || prior.digest == Bytes32() else { throw MalformedBytes() }
      let header = Header(
        record: record, epoch: epoch, version: version, created: created, author: author,
        prior: prior.record == 0 ? nil : prior)
      let boxes = (try reader.prefixed(), try reader.prefixed())
      try reader.end()
      return (header: header, boxes: boxes)
    }
    header = parsed.header
    (descriptor, value) = parsed.boxes
  }

  /// Seals `value` as one version of `name`.
  init(
    sealing value: RawSpan, descriptor: Descriptor, header: Header, key: EnvironmentKey
  ) throws(VaultError) {
    self.header = header
    do {
      let name = try key.nameKey(descriptor.name)
      let valueKey = try name.valueKey()
      let padded = try Padding.pad(value)
      self.value = try padded.withBytes { (bytes) throws(SealingError) in
        try SealedBox.seal(
          bytes, key: valueKey,
          context: Self.context("coffer/value", descriptor.name, header, key.vault, key.environment))
      }
      let plain = try SecretBytes(copying: descriptor.encoded)
      let paddedDescriptor = try plain.withBytes { (bytes) throws(SealingError) in try Padding.pad(bytes) }
      let namesKey = try key.namesKey()
      self.descriptor = try paddedDescriptor.withBytes { (bytes) throws(SealingError) in
        try SealedBox.seal(
          bytes, key: namesKey, context: Self.context("coffer/descriptor", "", header, key.vault, key.environment))
      }
    } catch { throw .sealing(error) }
  }

  /// The name and what is known of it, for those who hold the environment's key.
  func descriptor(key: EnvironmentKey) throws(VaultError) -> Descriptor {
    let context = Self.context("coffer/descriptor", "", header, key.vault, key.environment)
    let plain = try opening(.record) { () throws(SealingError) in
      let padded = try SealedBox.open(descriptor, key: try key.namesKey(), context: context)
      return try padded.withBytes { (bytes) throws(SealingError) in
        bytes.extracting(0..<(try Padding.unpaddedCount(bytes))).array
      }
    }
    return try reading(.record) { () throws(MalformedBytes) in try Descriptor(decoding: plain) }
  }

  /// The value, if the record is one of `name`.
  func value(name: String, key: EnvironmentKey) throws(VaultError) -> SecretBytes {
    try value(name: name, key: sealing { () throws(SealingError) in try key.nameKey(name) })
  }

  /// The same with the key of the name alone.
  func value(name: String, key: NameKey) throws(VaultError) -> SecretBytes {
    let context = Self.context("coffer/value", name, header, key.vault, key.environment)
    return try opening(.record) { () throws(SealingError) in
      let valueKey = try key.valueKey()
      let padded = try SealedBox.open(value, key: valueKey, context: context)
      let count = try padded.withBytes { (bytes) throws(SealingError) in try Padding.unpaddedCount(bytes) }
      return try padded.slice(0..<count)
    }
  }

  /// Label, format, suite, vault, environment, record, version, epoch, author, time, prior and name (empty for a descriptor, which
  /// holds the name).
  private static func context(
    _ label: String, _ name: String, _ header: Header, _ vault: VaultID, _ environment: EnvironmentID
  ) -> [UInt8] {
    var writer = CanonicalWriter()
    writer.text(label)
    writer.u8(Format.version)
    writer.u8(Format.suite)
    writer.fixed(vault.bytes)
    writer.fixed(environment.bytes)
    writer.u64(header.record)
    writer.u32(header.version)
    writer.u32(header.epoch)
    writer.fixed(header.author.bytes)
    writer.u64(header.created)
    writer.u64(header.prior?.record ?? 0)
    writer.fixed(header.prior?.digest ?? Bytes32())
    writer.text(name)
    return writer.bytes
  }
}
