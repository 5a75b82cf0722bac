import Platform
import Sealing

/// The checkpoints over an audit file: each states its length at some moment and a digest of all until then, so that what is changed,
/// cut or inserted before the last one shows. There is no key: it shows accidents, not a forger with the user's rights, who can
/// compute it anew. docs/FORMAT.md, "Audit file".
struct AuditChain: Sendable {
  let path: String

  /// - Parameter log: the path of the file that is chained.
  init(log: String) {
    let older = log.hasSuffix(".1") ? ".1" : ""
    path = String(log.dropLast(".log".count + older.count)) + ".chain" + older
  }

  struct Checkpoint: Equatable, Sendable {
    /// The file's length.
    let end: Int
    /// Milliseconds since 1970.
    let time: UInt64
    let digest: Bytes32

    /// The checkpoint after `previous` over the bytes from there to `end`.
    init(after previous: Checkpoint?, over bytes: ArraySlice<UInt8>, end: Int, time: UInt64) {
      self.end = end
      self.time = time
      var writer = CanonicalWriter()
      writer.fixed(previous?.digest ?? Bytes32())
      writer.u64(time)
      writer.fixed(Array(bytes))
      digest = Hashing.digest("coffer/audit", writer.bytes)
    }

    init?(decoding bytes: ArraySlice<UInt8>) {
      guard let line = JSONLine.object(bytes), line["v"]?.number == AuditLine.version,
        let end = line["end"]?.number.flatMap(Int.init(exactly:)),
        let time = line["time"]?.string.flatMap(Timestamp.milliseconds),
        let digest = line["digest"]?.string.flatMap(Self.bytes)
      else { return nil }
      self.end = end
      self.time = time
      self.digest = digest
    }

    var line: [UInt8] {
      Array(
        "{\"v\": \(AuditLine.version), \"end\": \(end), \"time\": \"\(Timestamp.text(time, precise: true))\", \"digest\": \"\(digest.bytes.hex)\"}\n"
          .utf8)
    }

    private static func bytes(_ hex: String) -> Bytes32? {
      let digits = Array(hex.utf8)
      guard digits.count == 64 else { return nil }
      var bytes: [UInt8] = []
      for place in stride(from: 0, to: 64, by: 2) {
        guard let byte = UInt8(String(decoding: digits[place..<(place + 2)], as: UTF8.self), radix: 16) else {
          return nil
        }
        bytes.append(byte)
      }
      return Bytes32(bytes)
    }
  }

  /// The chain's file under its lock, without waiting.
  /// - Throws: EWOULDBLOCK when another process has it; `FileError`.
  func locked() throws(FileError) -> LockedFile { try LockedFile(path, .exclusive, wait: false) }

  /// Adds a checkpoint over what the log has beyond the last one. A log that is shorter than it was, and a chain whose end cannot be
  /// read, are left for `verify` to tell.
  func extend(_ lock: borrowing LockedFile, over log: borrowing AppendedFile) throws(SystemError) {
    let size = try lock.size()
    let tail = try lock.pread(min(size, Self.tailBytes), at: max(0, size - Self.tailBytes))
    let last = tail.split(separator: 0x0A).reversed().lazy.compactMap { Checkpoint(decoding: $0) }.first
    guard last != nil || size == 0 else { return }
    let start = last?.end ?? 0
    // Whole lines only: somebody may be writing.
    let bytes = try log.bytes(from: start)
    guard let newline = bytes.lastIndex(of: 0x0A) else { return }
    let next = Checkpoint(after: last, over: bytes[...newline], end: start + newline + 1, time: Clock.now())
    // A line that a crash tore is ended first.
    let isTorn = tail.last.map { $0 != 0x0A } ?? false
    try lock.pwrite((isTorn ? [0x0A] : []) + next.line, at: size)
  }

  /// Room for the last checkpoint and what a crash left of another.
  private static let tailBytes = 1024

  /// Every checkpoint.
  /// - Returns: nil where a whole line is none.
  static func checkpoints(_ bytes: [UInt8]) -> [Checkpoint]? {
    var found: [Checkpoint] = []
    for line in bytes.split(separator: 0x0A) {
      if let checkpoint = Checkpoint(decoding: line) {
        found.append(checkpoint)
      } else if line.first != UInt8(ascii: "{") || line.last == UInt8(ascii: "}") {
        return nil
      }
    }
    return found
  }
}
