/// The JSON of Coffer's own lines, RFC 8259: objects of texts, whole numbers and objects. Whoever can write the files can write
/// anything, so what is read is bounded by the line and by its depth.
package enum JSONLine {
  enum Value: Equatable {
    case string(String)
    case number(UInt64)
    case object([(String, Value)])

    var string: String? { if case .string(let text) = self { text } else { nil } }
    var number: UInt64? { if case .number(let number) = self { number } else { nil } }

    static func == (left: Self, right: Self) -> Bool {
      switch (left, right) {
      case (.string(let left), .string(let right)): left == right
      case (.number(let left), .number(let right)): left == right
      case (.object(let left), .object(let right)):
        left.count == right.count && zip(left, right).allSatisfy { $0.0 == $1.0 && $0.1 == $1.1 }
      default: false
      }
    }
  }

  /// Appends `text` as a JSON string: what is no printable ASCII stays as UTF-8, but for controls.
  package static func append(_ text: String, to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
      case ..<0x20, 0x7F:
        let digits = Array("0123456789abcdef".utf8)
        bytes += Array("\\u00".utf8) + [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      default: bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }

  /// The members of a line that is one object; of two with one key the first. Nil for anything else.
  static func object(_ bytes: ArraySlice<UInt8>) -> [String: Value]? {
    var reader = Reader(bytes: bytes, place: bytes.startIndex)
    guard case .object(let members)? = reader.value(depth: 0), reader.isAtEnd else { return nil }
    return Dictionary(members) { first, _ in first }
  }

  private struct Reader {
    /// A line, its names, their versions.
    static let maximumDepth = 3

    let bytes: ArraySlice<UInt8>
    var place: Int

    var isAtEnd: Bool {
      mutating get {
        skipBlanks()
        return place == bytes.endIndex
      }
    }

    mutating func value(depth: Int) -> Value? {
      skipBlanks()
      guard place < bytes.endIndex, depth < Self.maximumDepth else { return nil }
      switch bytes[place] {
      case UInt8(ascii: "\""): return string().map { .string($0) }
      case UInt8(ascii: "{"): return object(depth: depth).map { .object($0) }
      default: return number().map { .number($0) }
      }
    }

    private mutating func object(depth: Int) -> [(String, Value)]? {
      guard take("{") else { return nil }
      var members: [(String, Value)] = []
      if take("}") { return members }
      repeat {
        skipBlanks()
        guard let key = string(), take(":"), let value = value(depth: depth + 1) else { return nil }
        members.append((key, value))
      } while take(",")
      return take("}") ? members : nil
    }

    private mutating func number() -> UInt64? {
      let start = place
      while place < bytes.endIndex, (0x30...0x39).contains(bytes[place]) { place += 1 }
      // Twenty digits hold any of 64 bits.
      guard place > start, place - start <= 20, bytes[start] != 0x30 || place == start + 1 else { return nil }
      return UInt64(String(decoding: bytes[start..<place], as: UTF8.self))
    }

    private mutating func string() -> String? {
      guard take("\"", blanks: false) else { return nil }
      var text: [UInt8] = []
      while place < bytes.endIndex {
        let byte = bytes[place]
        place += 1
        switch byte {
        case UInt8(ascii: "\""): return String(validating: text, as: UTF8.self)
        case UInt8(ascii: "\\"):
          guard let escaped = escape() else { return nil }
          text += escaped
        case ..<0x20: return nil
        default: text.append(byte)
        }
      }
      return nil
    }

    private mutating func escape() -> [UInt8]? {
      guard place < bytes.endIndex else { return nil }
      let byte = bytes[place]
      place += 1
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
      case UInt8(ascii: "u"):
        // Coffer writes no others than those of controls.
        guard place + 4 <= bytes.endIndex,
          let code = UInt8(String(decoding: bytes[place..<(place + 4)], as: UTF8.self), radix: 16), code < 0x80
        else { return nil }
        place += 4
        return [code]
      default: return nil
      }
    }

    private mutating func take(_ sign: Unicode.Scalar, blanks: Bool = true) -> Bool {
      if blanks { skipBlanks() }
      guard place < bytes.endIndex, UInt32(bytes[place]) == sign.value else { return false }
      place += 1
      return true
    }

    private mutating func skipBlanks() {
      while place < bytes.endIndex, bytes[place] == 0x20 || bytes[place] == 0x09 { place += 1 }
    }
  }
}
