/// A mark on a secret's line that says it is no leak.
enum InlineAllow {
  private static let marks: [StaticString] = ["coffer:allow", "gitleaks:allow"]
  /// How far from the secret a mark is looked for, in bytes.
  private static let reach = 1024

  /// Whether a mark stands on the line where the secret begins or on the one where it ends.
  static func stands(beside secret: Range<Int>, in bytes: RawSpan) -> Bool {
    var start = secret.lowerBound
    while start > 0, secret.lowerBound - start < reach, bytes.byte(start - 1) != 0x0A { start -= 1 }
    var end = secret.upperBound
    while end < bytes.byteCount, end - secret.upperBound < reach, bytes.byte(end) != 0x0A { end += 1 }
    // Of a secret of many lines the first and the last; of others, all of it is the line.
    if secret.count <= reach { return isMarked(bytes.array(start..<end)) }
    return isMarked(bytes.array(start..<secret.lowerBound)) || isMarked(bytes.array(secret.upperBound..<end))
  }

  private static func isMarked(_ line: [UInt8]) -> Bool { marks.contains { line.holds($0) } }
}

extension RawSpan {
  /// - Precondition: the offset is inside.
  func byte(_ offset: Int) -> UInt8 { unsafe unsafeLoad(fromByteOffset: offset, as: UInt8.self) }

  /// A copy of the range.
  func array(_ range: Range<Int>) -> [UInt8] {
    unsafe extracting(range).withUnsafeBytes { unsafe [UInt8]($0) }
  }
}
