/// Reads a document, statement by statement, into a tree.
struct TOMLParser {
  private var cursor: TOMLCursor
  private var tree = TOMLTree()

  init(_ bytes: [UInt8]) { cursor = TOMLCursor(bytes) }

  /// - Throws: `TOMLError`: the first fault.
  mutating func parse() throws(TOMLError) -> TOMLTable {
    try cursor.checkText()
    var table = TOMLTree.root
    while true {
      cursor.skipSpace()
      guard cursor.byte != nil else { return tree.finished() }
      if cursor.stands("[") {
        table = try readHeader()
      } else {
        try readPair(in: table)
      }
      cursor.skipBlanks()
      cursor.skipComment()
      guard cursor.takeLineEnd() || cursor.byte == nil else {
        throw cursor.fault("something follows on the same line")
      }
    }
  }

  private mutating func readHeader() throws(TOMLError) -> Int {
    cursor.advance()
    let isArray = cursor.take("[")
    var table = TOMLTree.root
    var key = try readKey()
    while cursor.take(".") {
      table = try tree.enterImplied(key, in: table)
      key = try readKey()
    }
    guard cursor.take("]"), !isArray || cursor.take("]") else {
      throw cursor.fault("the table's name is not closed by \(isArray ? "]]" : "]")")
    }
    return isArray ? try tree.appendTable(key, in: table) : try tree.define(key, in: table)
  }

  private mutating func readPair(in table: Int) throws(TOMLError) {
    var table = table
    var key = try readKey()
    while cursor.take(".") {
      table = try tree.enterDotted(key, in: table)
      key = try readKey()
    }
    guard cursor.take("=") else { throw cursor.fault("= is missing after the key") }
    cursor.skipBlanks()
    let position = cursor.position
    let value = try readValue(depth: tree.depth(of: table) + 1)
    try tree.set(key, to: value, at: position, in: table)
  }

  /// Reads one part of a dotted key, and the blanks around it.
  private mutating func readKey() throws(TOMLError) -> TOMLKey {
    cursor.skipBlanks()
    let position = cursor.position
    let text: String
    if cursor.stands("\"") || cursor.stands("'") {
      text = try cursor.readLineString()
    } else {
      let word = cursor.takeWhile(\.isBareKeyByte)
      guard !word.isEmpty else { throw cursor.fault("a key is expected here") }
      text = String(decoding: word, as: UTF8.self)
    }
    cursor.skipBlanks()
    return TOMLKey(text: text, position: position)
  }

  /// - Parameter depth: of the value, were it a table or an array.
  private mutating func readValue(depth: Int) throws(TOMLError) -> TOMLValue {
    switch cursor.byte {
    case UInt8(ascii: "\""), UInt8(ascii: "'"): .string(try cursor.readString())
    case UInt8(ascii: "["): .array(try readArray(depth: depth))
    case UInt8(ascii: "{"): .table(try readInlineTable(depth: depth))
    default: try readWord()
    }
  }

  private mutating func readArray(depth: Int) throws(TOMLError) -> [TOMLItem] {
    guard depth <= TOMLDocument.maximumDepth else { throw cursor.fault("too deeply nested") }
    cursor.advance()
    var items: [TOMLItem] = []
    while true {
      cursor.skipSpace()
      if cursor.take("]") { return items }
      let position = cursor.position
      items.append(TOMLItem(value: try readValue(depth: depth + 1), position: position))
      cursor.skipSpace()
      guard cursor.take(",") || cursor.stands("]") else {
        throw cursor.fault("the array goes on with , or ends with ]")
      }
    }
  }

  private mutating func readInlineTable(depth: Int) throws(TOMLError) -> TOMLTable {
    let table = try tree.makeInline(depth: depth, at: cursor.position)
    cursor.advance()
    cursor.skipBlanks()
    if cursor.take("}") { return tree.takeInline(table) }
    while true {
      try readPair(in: table)
      cursor.skipBlanks()
      if cursor.take("}") { return tree.takeInline(table) }
      guard cursor.take(",") else {
        throw cursor.fault("the inline table goes on with , or ends with } on this line")
      }
    }
  }

  /// Reads what has no quotes or brackets: a boolean, a number, a date or a time.
  private mutating func readWord() throws(TOMLError) -> TOMLValue {
    let start = cursor.position
    var word = cursor.takeWhile(\.isWordByte)
    if TOMLDateTime.isWholeDate(word), cursor.stands(" "),
      cursor.bytes[cursor.at...].dropFirst().first?.isDecimalDigit == true
    {
      cursor.advance()
      word = cursor.bytes[word.startIndex..<cursor.takeWhile(\.isWordByte).endIndex]
    }
    if word.isEmpty { throw cursor.fault("a value is missing here") }
    if word.elementsEqual("true".utf8) { return .boolean(true) }
    if word.elementsEqual("false".utf8) { return .boolean(false) }
    if TOMLDateTime.isLikely(word) {
      guard let moment = TOMLDateTime(word) else {
        throw TOMLError("this is not a date or time that exists", at: start)
      }
      return .dateTime(moment)
    }
    do {
      return try TOMLNumber.value(of: word)
    } catch {
      throw TOMLError(error.reason, at: start)
    }
  }
}

extension UInt8 {
  fileprivate var isBareKeyByte: Bool {
    isDecimalDigit || (0x41...0x5A).contains(self) || (0x61...0x7A).contains(self)
      || self == UInt8(ascii: "_") || self == UInt8(ascii: "-")
  }

  /// Of booleans, numbers, dates and times, and of what people write without quotes by mistake.
  fileprivate var isWordByte: Bool {
    isBareKeyByte || self == UInt8(ascii: "+") || self == UInt8(ascii: ".") || self == UInt8(ascii: ":")
  }
}
