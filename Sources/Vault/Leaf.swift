import Sealing

/// What the map states of one name. docs/FORMAT.md, "Map of names".
struct Leaf: Hashable, Sendable {
  /// One version, by the record that holds it.
  struct Pointer: Hashable, Sendable {
    /// The record's number.
    let record: UInt64
    /// The version it holds, counted from 1.
    let version: UInt32
    /// Of the record's bytes.
    let digest: Bytes32

    func encode(to writer: inout CanonicalWriter) {
      writer.u64(record)
      writer.u32(version)
      writer.fixed(digest)
    }

    init(record: UInt64, version: UInt32, digest: Bytes32) {
      self.record = record
      self.version = version
      self.digest = digest
    }

    init(from reader: inout CanonicalReader) throws(MalformedBytes) {
      record = try reader.u64()
      version = try reader.u32()
      digest = try reader.bytes32()
    }
  }

  let index: NameIndex
  /// The last record made; each record names the one before, so the whole history hangs on this.
  var newest: Pointer
  /// What a launch gets; nil once removed.
  var current: Pointer?
  /// A version that is stored and not yet in use.
  var pending: Pointer?
  /// What was in use before.
  var previous: Pointer?

  func encode(to writer: inout CanonicalWriter) {
    writer.fixed(index.bytes)
    newest.encode(to: &writer)
    // Most names' current version is the newest: one bit instead of 44 bytes.
    let flags: UInt8 =
      (current == newest ? 1 : current != nil ? 2 : 0) | (pending != nil ? 4 : 0) | (previous != nil ? 8 : 0)
    writer.u8(flags)
    if let current, current != newest { current.encode(to: &writer) }
    pending?.encode(to: &writer)
    previous?.encode(to: &writer)
  }

  init(from reader: inout CanonicalReader) throws(MalformedBytes) {
    index = NameIndex(try reader.bytes32())
    newest = try Pointer(from: &reader)
    let flags = try reader.u8()
    guard flags & 0xF0 == 0, flags & 3 != 3 else { throw MalformedBytes() }
    switch flags & 3 {
    case 1: current = newest
    case 2:
      current = try Pointer(from: &reader)
      guard current != newest else { throw MalformedBytes() }
    default: current = nil
    }
    pending = flags & 4 != 0 ? try Pointer(from: &reader) : nil
    previous = flags & 8 != 0 ? try Pointer(from: &reader) : nil
  }

  init(index: NameIndex, newest: Pointer, current: Pointer?, pending: Pointer? = nil, previous: Pointer? = nil) {
    self.index = index
    self.newest = newest
    self.current = current
    self.pending = pending
    self.previous = previous
  }
}
