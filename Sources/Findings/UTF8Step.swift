/// UTF-8 read one character at a time, where bytes that are none must not be lost.
enum UTF8Step {
  /// The first character of `bytes` and its length; for bytes that are no character nil and the length of what cannot
  /// be one, at least 1.
  /// - Precondition: `bytes` is not empty.
  static func next(in bytes: ArraySlice<UInt8>) -> (Unicode.Scalar?, Int) {
    // No character is longer than four bytes.
    var iterator = bytes.prefix(4).makeIterator()
    var decoder = UTF8()
    switch decoder.decode(&iterator) {
    case .scalarValue(let scalar): return (scalar, UTF8.width(scalar))
    case .emptyInput, .error: return (nil, 1)
    }
  }

  /// Whether all of `bytes` is UTF-8.
  static func isValid(_ bytes: [UInt8]) -> Bool { String(validating: bytes, as: UTF8.self) != nil }
}
