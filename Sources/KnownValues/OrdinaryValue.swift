import Sealing

/// Which values are not looked for: those that stand in any repository by accident, so that finding them would say
/// nothing.
package enum OrdinaryValue {
  /// Shorter ones are never looked for: an anchor has this many bytes.
  package static let shortest = 8
  /// Longer ones neither: eight times what one value of the vault may have.
  package static let longest = 8 << 20
  /// Estimated bits (`ValueStrength.bits`) below which a value is taken for a word or a pattern.
  private static let fewestBits = 16

  /// Whether `value`, without the line ends at its end, is too short, too long or too common: fewer than 10 digits,
  /// fewer than 12 lower-case letters, everyday words with short numbers between them (`us-east-1`,
  /// `http://localhost:3000`), the name of a local file, or fewer than 16 estimated bits.
  package static func isOrdinary(_ value: RawSpan) -> Bool {
    let value = value.extracting(0..<value.countWithoutLastLineEnds)
    guard (shortest...longest).contains(value.byteCount) else { return true }
    let all = 0..<min(value.byteCount, 12)
    if value.byteCount < 10, all.allSatisfy({ isDigit(value.byte(at: $0)) }) { return true }
    if value.byteCount < 12, all.allSatisfy({ isLower(value.byte(at: $0)) }) { return true }
    return ValueStrength.bits(value) < fewestBits || hasOnlyEverydayWords(value) || namesLocalFile(value)
  }

  /// `sqlite:///shop.db`: a place, and no way in.
  private static func namesLocalFile(_ value: RawSpan) -> Bool {
    guard localSchemes.contains(where: { value.starts(with: $0) }) else { return false }
    return (0..<value.byteCount).allSatisfy { ![UInt8(ascii: "@"), UInt8(ascii: "?")].contains(value.byte(at: $0)) }
  }

  private static let localSchemes = ["sqlite:", "sqlite3:", "file:"].map { Array($0.utf8) }

  private static func hasOnlyEverydayWords(_ value: RawSpan) -> Bool {
    guard value.byteCount <= 256 else { return false }
    var start = 0
    while start < value.byteCount {
      let first = value.byte(at: start)
      guard first < 0x80 else { return false }
      var end = start + 1
      if isDigit(first) {
        while end < value.byteCount, isDigit(value.byte(at: end)) { end += 1 }
        if end - start > 5 { return false }
      } else if isLower(first | 0x20) {
        while end < value.byteCount, isLower(value.byte(at: end) | 0x20) { end += 1 }
        let word = start..<end
        if !words.contains(where: { value.isWord($0, at: word) }) { return false }
      }
      start = end
    }
    return true
  }

  private static func isDigit(_ byte: UInt8) -> Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte }
  private static func isLower(_ byte: UInt8) -> Bool { UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte }

  private static let words: [[UInt8]] =
    """
    admin administrator allow always amqp an and ap api app application auth backend bar base baz beta bool boolean
    bucket build cache cdn central change changeme cli client cloud code com config console content control data
    database date db debug default demo dev development disable disabled docker domain east en enable enabled env error
    eu eur example false file foo for frontend go guest hello home host html http https id in info internal io java js
    json jpg key latest linux list live local localhost log logger login main manager master max me message min mode
    mongo mongodb mq my mysql name net never new no node none north northeast northwest null of off on one only open org
    origin pass passwd password path php ping pg plain png port postgres postgresql preview private prod production
    project proxy public python qa queue read redis region release remote replica root ruby run sandbox secret server
    service session site smtp socket south southeast southwest sql sqlite src stage staging standard start static status
    stop storage string system target tcp temp test tests text the this time tmp to token true type udp undefined
    unknown url us usd user username users utc utf value var verbose version warn warning web west with worker world
    write www yes your
    """.utf8.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\n") }.map(Array.init)
}

extension RawSpan {
  fileprivate func starts(with prefix: [UInt8]) -> Bool {
    byteCount >= prefix.count && prefix.indices.allSatisfy { byte(at: $0) == prefix[$0] }
  }

  /// Whether the letters in `range` are `word`, which is in lower case.
  fileprivate func isWord(_ word: [UInt8], at range: Range<Int>) -> Bool {
    guard word.count == range.count else { return false }
    return word.indices.allSatisfy { byte(at: range.lowerBound + $0) | 0x20 == word[$0] }
  }
}
