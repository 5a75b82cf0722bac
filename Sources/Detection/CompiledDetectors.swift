import CVectorscan
import Platform
import Sealing

/// The detectors of a set, checked and compiled.
struct CompiledDetectors {
  let engine: MatchEngine
  /// By detector: the most bytes that a match, or what its capture needs around a hit, can take.
  let spans: [Int]

  /// Compiles every pattern for both engines.
  /// - Throws: `DetectionError`.
  init(compiling set: DetectorSet) throws(DetectionError) {
    var spans: [Int] = []
    for (number, detector) in set.detectors.enumerated() {
      do throws(PatternSpan.Fault) { spans.append(try PatternSpan.bytes(of: detector)) } catch {
        throw set.fault(number, error.field, error.reason)
      }
      do throws(Expression.Fault) { _ = try Expression(detector) } catch {
        throw set.fault(number, detector.capture == nil ? "pattern" : "capture", error.reason)
      }
    }
    engine = try MatchEngine(compiling: set)
    self.spans = spans
  }

  /// Takes the compiled form from the folder when it is there, and leaves it there when it was not.
  ///
  /// What cannot be read or written, is damaged, another's, or of another version is passed over: the cache only saves
  /// time.
  /// - Parameter folder: private to the user; nil: no cache.
  /// - Throws: `DetectionError`.
  init(_ set: DetectorSet, cachedIn folder: String?) throws(DetectionError) {
    guard let folder else {
      try self.init(compiling: set)
      return
    }
    let key = Self.key(of: set)
    let path = folder + "/detectors-" + String(decoding: TextEncodings.hex(Array(key.prefix(16))), as: UTF8.self)
    if let cached = Self.read(path, key: key, count: set.detectors.count) {
      self = cached
      return
    }
    try self.init(compiling: set)
    write(path, in: folder, key: key)
  }

  private init(engine: MatchEngine, spans: [Int]) {
    self.engine = engine
    self.spans = spans
  }

  // The file: "cofferdb", 1 as u32, the key, count and spans as u32, the database behind its length, BLAKE2b-256 of all
  // before.
  private static let magic = Array("cofferdb".utf8)
  private static let version: UInt32 = 1
  private static let limit = 256 << 20

  /// The detectors, the engine's version and the processor's features.
  private static func key(of set: DetectorSet) -> [UInt8] {
    var platform = hs_platform_info()
    _ = unsafe hs_populate_platform(&platform)
    var writer = CanonicalWriter()
    writer.fixed(set.digest)
    unsafe writer.text(String(cString: hs_version()))
    writer.u32(platform.tune)
    writer.u64(platform.cpu_features)
    return Hashing.digest("coffer detector cache", writer.bytes).bytes
  }

  private static func read(_ path: String, key: [UInt8], count: Int) -> Self? {
    guard let file = try? Files.readPrivate(path, limit: limit), file.count > 32,
      unsafe Hashing.checksum(file.span.bytes.extracting(0..<(file.count - 32))).elementsEqual(file.suffix(32))
    else { return nil }
    var reader = CanonicalReader(Array(file.dropLast(32)))
    guard (try? reader.fixed(magic.count)) == magic, (try? reader.u32()) == version,
      (try? reader.fixed(key.count)) == key, (try? reader.u32()) == UInt32(count)
    else { return nil }
    var spans: [Int] = []
    for _ in 0..<count {
      guard let span = try? reader.u32(), span <= Detector.maximumReach else { return nil }
      spans.append(Int(span))
    }
    guard let database = try? reader.prefixed(), let engine = MatchEngine(serialized: database) else { return nil }
    return Self(engine: engine, spans: spans)
  }

  private func write(_ path: String, in folder: String, key: [UInt8]) {
    guard let database = engine.serialized, database.count < Self.limit - 65536 else { return }
    var writer = CanonicalWriter()
    writer.fixed(Self.magic)
    writer.u32(Self.version)
    writer.fixed(key)
    writer.u32(UInt32(spans.count))
    for span in spans { writer.u32(UInt32(span)) }
    writer.prefixed(database)
    let sum = unsafe Hashing.checksum(writer.bytes.span.bytes)
    try? Files.makePrivateDirectory(folder)
    try? Files.writeAtomically(path, writer.bytes + sum)
  }
}
