/// PEM blocks by RFC 7468: matching labels, a base64 body, the headers of old encrypted keys allowed.
enum PEMCheck {
  /// What is wrong, as the end of a sentence; nil when nothing is.
  static func problem(in value: RawSpan) -> String? {
    if value.holds("-----\\n") {
      return "is PEM with \\n written out where line breaks belong"
    }
    var label: Range<Int>?
    var bodyBytes = 0
    var blocks = 0
    var start = 0
    while start < value.byteCount {
      let lineEnd = value.firstOffset(of: UInt8(ascii: "\n"), from: start) ?? value.byteCount
      var end = lineEnd
      while end > start, value.at(end - 1).isSpace { end -= 1 }
      let line = value.extracting(start..<end)
      if let found = boundary("-----BEGIN ", line) {
        guard label == nil else { return "is not PEM: a block does not end" }
        label = (start + found.lowerBound)..<(start + found.upperBound)
        bodyBytes = 0
      } else if let found = boundary("-----END ", line) {
        guard let opened = label,
          same(value, opened, (start + found.lowerBound)..<(start + found.upperBound)),
          bodyBytes > 0
        else { return "is not PEM: its END line does not match its BEGIN line" }
        label = nil
        blocks += 1
      } else if label != nil {
        // "Proc-Type: 4,ENCRYPTED" and "DEK-Info: …" of RFC 1421.
        let isHeader = bodyBytes == 0 && line.holds(": ")
        if !isHeader {
          guard line.all({ $0.isLetter || $0.isDigit || "+/=".utf8.contains($0) }) else {
            return "is not PEM: its body is not base64"
          }
          bodyBytes += line.byteCount
        }
      }
      start = lineEnd + 1
    }
    if label != nil { return "is not PEM: its END line is missing" }
    return blocks > 0 ? nil : "is not PEM: it has no BEGIN line"
  }

  /// The label's bytes in a boundary line.
  private static func boundary(_ prefix: String, _ line: RawSpan) -> Range<Int>? {
    let length = prefix.utf8.count
    guard line.byteCount > length + 5, line.has(prefix, at: 0),
      line.has("-----", at: line.byteCount - 5)
    else {
      return nil
    }
    return length..<(line.byteCount - 5)
  }

  private static func same(_ value: RawSpan, _ left: Range<Int>, _ right: Range<Int>) -> Bool {
    guard left.count == right.count else { return false }
    return zip(left, right).allSatisfy { value.at($0) == value.at($1) }
  }
}
