import CPlatform

/// The environment this process was started with, as raw `NAME=value` C strings: values may be secrets and need not be UTF-8.
package enum AmbientEnvironment {
  /// Lends every string in the order of the block, entries without `=` and duplicates included.
  package static func forEach(_ body: (UnsafePointer<CChar>) -> Void) {
    guard var place = cp_environment() else { return }
    while let entry = place.pointee {
      body(UnsafePointer(entry))
      place += 1
    }
  }

  /// The value of a variable that holds no secret; the first one when there are two, as getenv(3). Bytes that are not UTF-8 are
  /// repaired.
  package static func value(of name: String) -> String? {
    rawValue(of: name).map { String(cString: $0) }
  }

  /// Lends the bytes of a variable that may hold a secret, without copying them; nil when it is not set.
  package static func withSecret<R: ~Copyable, E: Error>(
    of name: String, _ body: (RawSpan) throws(E) -> R
  ) throws(E) -> R? {
    guard let text = rawValue(of: name) else { return nil }
    return try body(RawSpan(_unsafeStart: UnsafeRawPointer(text), byteCount: bytesCount(text)))
  }

  /// Length in bytes of a C string.
  package static func bytesCount(_ text: UnsafePointer<CChar>) -> Int {
    var count = 0
    while text[count] != 0 { count += 1 }
    return count
  }

  private static func rawValue(of name: String) -> UnsafePointer<CChar>? {
    var name = name
    return name.withUTF8 { wanted in
      var found: UnsafePointer<CChar>?
      forEach { entry in
        guard found == nil else { return }
        var index = 0
        while index < wanted.count, UInt8(bitPattern: entry[index]) == wanted[index] { index += 1 }
        if index == wanted.count, entry[index] == CChar(bitPattern: UInt8(ascii: "=")) {
          found = entry + index + 1
        }
      }
      return found
    }
  }
}
