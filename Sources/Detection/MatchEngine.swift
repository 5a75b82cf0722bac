import CVectorscan
import Glibc

/// All patterns at once over a block of bytes: the first stage, which only says where something may be.
///
/// Vectorscan in block mode, without the start of a match:
/// https://intel.github.io/hyperscan/dev-reference/runtime.html. A database is read-only and shared by all threads;
/// what a scan writes to is its `MatchScratch`.
@safe package final class MatchEngine: @unchecked Sendable {
  /// Vectorscan takes lengths of 32 bits; longer blocks are searched in pieces that overlap by more than any match.
  private static let piece = 1 << 30
  private static let overlap = 1 << 16

  private let database: OpaquePointer

  /// Compiles: a second or so for a few hundred patterns.
  /// - Throws: `DetectionError.badDetector` for a pattern that Vectorscan does not take; `.engine`.
  init(compiling set: DetectorSet) throws(DetectionError) {
    let patterns = unsafe set.detectors.map { unsafe strdup($0.pattern) }
    defer { for number in unsafe patterns.indices { unsafe free(patterns[number]) } }
    let flags = set.detectors.map { $0.isInsensitive ? UInt32(HS_FLAG_CASELESS) : 0 }
    var database: OpaquePointer?
    var failure: UnsafeMutablePointer<hs_compile_error_t>?
    let numbers = (0..<UInt32(set.detectors.count)).map { $0 }
    let status = unsafe patterns.withUnsafeBufferPointer { patterns in
      unsafe patterns.baseAddress!.withMemoryRebound(to: UnsafePointer<CChar>?.self, capacity: patterns.count) {
        unsafe hs_compile_multi(
          $0, flags, numbers, UInt32(patterns.count), UInt32(HS_MODE_BLOCK), nil, &database, &failure)
      }
    }
    guard status == HS_SUCCESS, let database = unsafe database else {
      let reason = unsafe failure.map { unsafe String(cString: $0.pointee.message) } ?? "error \(status)"
      let number = unsafe failure.map { unsafe Int($0.pointee.expression) } ?? -1
      unsafe hs_free_compile_error(failure)
      guard number >= 0 else { throw .engine(reason) }
      throw set.fault(number, "pattern", reason)
    }
    unsafe self.database = unsafe database
  }

  /// Takes what `serialized` gave; nil for what is damaged, or of another version or processor.
  init?(serialized bytes: [UInt8]) {
    var database: OpaquePointer?
    let status = unsafe bytes.withUnsafeBytes {
      unsafe hs_deserialize_database($0.baseAddress?.assumingMemoryBound(to: CChar.self), $0.count, &database)
    }
    guard status == HS_SUCCESS, let database = unsafe database else { return nil }
    unsafe self.database = unsafe database
  }

  deinit { unsafe hs_free_database(database) }

  /// The compiled patterns as bytes; nil without memory.
  var serialized: [UInt8]? {
    var bytes: UnsafeMutablePointer<CChar>?
    var count = 0
    guard unsafe hs_serialize_database(database, &bytes, &count) == HS_SUCCESS, let bytes = unsafe bytes else {
      return nil
    }
    defer { unsafe free(bytes) }
    return unsafe [UInt8](UnsafeRawBufferPointer(start: bytes, count: count))
  }

  /// What one thread needs to search.
  /// - Throws: `DetectionError.engine` without memory.
  package func makeScratch() throws(DetectionError) -> MatchScratch {
    var scratch: OpaquePointer?
    let status = unsafe hs_alloc_scratch(database, &scratch)
    guard status == HS_SUCCESS, let scratch = unsafe scratch else { throw .engine("no scratch space: error \(status)") }
    return unsafe MatchScratch(scratch)
  }

  /// Reports every place where a pattern's match ends, the places of one pattern in order. A pattern with a repeat at
  /// its end is reported at each length.
  /// - Parameter hit: gets the detector's number and the offset behind the match's last byte.
  /// - Throws: `DetectionError.engine`: the bytes were not searched to their end.
  package func search(
    _ bytes: RawSpan, _ scratch: borrowing MatchScratch, hit: (_ detector: Int, _ end: Int) -> Void
  ) throws(DetectionError) {
    var start = 0
    while true {
      let end = min(bytes.byteCount, start + Self.piece)
      let status = scan(bytes.extracting(start..<end), scratch) { hit($0, start + $1) }
      guard status == HS_SUCCESS else { throw .engine("the search failed: error \(status)") }
      if end == bytes.byteCount { return }
      start = end - Self.overlap
    }
  }

  private func scan(
    _ bytes: RawSpan, _ scratch: borrowing MatchScratch, hit: (_ detector: Int, _ end: Int) -> Void
  ) -> Int32 {
    let scratch = unsafe scratch.pointer
    return withoutActuallyEscaping(hit) { hit in
      var hit = hit
      return unsafe withUnsafeMutablePointer(to: &hit) { hit in
        unsafe bytes.withUnsafeBytes { bytes in
          // An empty block has no address, and Vectorscan wants one.
          guard let start = bytes.baseAddress else { return HS_SUCCESS }
          return unsafe hs_scan(
            database, start.assumingMemoryBound(to: CChar.self), UInt32(bytes.count), 0, scratch,
            { number, _, end, _, hit in
              unsafe hit!.assumingMemoryBound(to: ((Int, Int) -> Void).self).pointee(Int(number), Int(end))
              return 0
            }, hit)
        }
      }
    }
  }
}

/// Where one thread's search keeps its state. "Two threads may not use one scratch space at a time" (Vectorscan,
/// runtime).
@safe package struct MatchScratch: ~Copyable {
  fileprivate let pointer: OpaquePointer

  fileprivate init(_ pointer: OpaquePointer) { unsafe self.pointer = unsafe pointer }

  deinit { unsafe hs_free_scratch(pointer) }
}
