/// Where an assigned value stands: under which name, and whether in quotes.
struct AssignmentPlace {
  private static let longestName = 96

  /// The whole name: of `spring.datasource.password`, all of it. Nil when the pattern itself says that a password
  /// follows.
  let name: [UInt8]?
  /// It stands between two equal quotes, escaped or not.
  let isQuoted: Bool

  /// - Parameter name: where the pattern saw the name, or a part of it.
  init(_ secret: Range<Int>, name: Range<Int>?, in bytes: RawSpan) {
    self.name = name.map { name in
      let limit = max(0, secret.lowerBound - Self.longestName)
      var (start, end) = (name.lowerBound, name.upperBound)
      while start > limit, bytes.byte(start - 1).isNameByte { start -= 1 }
      while end < secret.lowerBound, bytes.byte(end).isNameByte { end += 1 }
      return bytes.array(start..<end)
    }
    let before = secret.lowerBound > 0 ? bytes.byte(secret.lowerBound - 1) : 0
    let after = secret.upperBound < bytes.byteCount ? bytes.byte(secret.upperBound) : 0
    isQuoted = before.isQuote && (after == before || after == UInt8(ascii: "\\"))
  }
}

extension UInt8 {
  /// Of names in code, in configuration and of flags.
  fileprivate var isNameByte: Bool { isWordByte || self == UInt8(ascii: "-") || self == UInt8(ascii: ".") }
}
