/// Walks the header lines of a commit or a tag, one after the other, up to the first empty line.
struct HeaderLines {
  private var position = 0

  /// - Returns: where the next line stands, without its newline; nil at the empty line and at the end of the text.
  mutating func next(in text: RawSpan) -> Range<Int>? {
    guard position < text.byteCount else { return nil }
    let start = position
    var end = start
    while end < text.byteCount, text.byte(at: end) != 10 { end += 1 }
    position = end + 1
    return end == start ? nil : start..<end
  }

  /// What follows the empty line, once `next` has answered nil.
  func rest(of text: RawSpan) -> Range<Int> { min(position, text.byteCount)..<text.byteCount }

  /// Whether a line begins with a word.
  static func has(_ text: RawSpan, _ line: Range<Int>, _ word: StaticString) -> Bool {
    guard line.count >= word.utf8CodeUnitCount else { return false }
    return word.withUTF8Buffer { letters in
      for index in letters.indices where unsafe text.byte(at: line.lowerBound + index) != letters[index] {
        return false
      }
      return true
    }
  }

  /// - Returns: the id that is all that stands in a line after a word.
  static func id(_ text: RawSpan, _ line: Range<Int>, after word: StaticString) -> ObjectID? {
    guard has(text, line, word) else { return nil }
    return ObjectID(hex: text.extracting(line.lowerBound + word.utf8CodeUnitCount..<line.upperBound))
  }
}
