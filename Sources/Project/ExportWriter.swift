/// Writes one name and its value into lent memory: the value is never anything but bytes there.
package enum ExportWriter {
  /// How many bytes `write` will need.
  /// - Throws: `ExportError`, but not `outputTooSmall`.
  package static func size(
    of name: String, _ value: RawSpan, as form: ExportForm, isFirst: Bool
  ) throws(ExportError) -> Int {
    var nothing = MutableRawSpan()
    var offset = 0
    try emit(name, value, form, isFirst, &nothing, &offset)
    return offset
  }

  /// Writes one assignment with its line end.
  /// - Parameters:
  ///   - isFirst: whether it is the first after `ExportForm.prologue`: JSON puts a comma before all others.
  ///   - offset: where in `output` to start; the value returned is where the next one starts.
  /// - Throws: `ExportError`; `output` may then hold a part of the value.
  package static func write(
    _ name: String, _ value: RawSpan, as form: ExportForm, isFirst: Bool,
    into output: inout MutableRawSpan,
    at offset: Int
  ) throws(ExportError) -> Int {
    var end = offset
    try emit(name, value, form, isFirst, &output, &end)
    guard end <= output.byteCount else { throw .outputTooSmall }
    return end
  }

  private static func emit(
    _ name: String, _ value: RawSpan, _ form: ExportForm, _ isFirst: Bool,
    _ output: inout MutableRawSpan,
    _ offset: inout Int
  ) throws(ExportError) {
    guard VariableName.isValid(name) else { throw .invalidName }
    guard value.all({ $0 != 0 }) else { throw .nul }
    switch form {
    case .dotenv:
      put(name + "=", &output, &offset)
      putDotenv(value, &output, &offset)
      put("\n", &output, &offset)
    case .shell:
      put("export " + name + "='", &output, &offset)
      for index in 0..<value.byteCount {
        let byte = value.at(index)
        if byte == UInt8(ascii: "'") {
          put("'\\''", &output, &offset)
        } else {
          put(byte, &output, &offset)
        }
      }
      put("'\n", &output, &offset)
    case .json:
      guard UTF8Check.isValid(value) else { throw .notUTF8 }
      put((isFirst ? "" : ",") + "\n  \"" + name + "\": \"", &output, &offset)
      for index in 0..<value.byteCount { putJSON(value.at(index), &output, &offset) }
      put("\"", &output, &offset)
    }
  }

  /// Counts always, stores while there is room: one code for the size and for the bytes.
  private static func put(_ byte: UInt8, _ output: inout MutableRawSpan, _ offset: inout Int) {
    if offset < output.byteCount { output.put(byte, at: offset) }
    offset += 1
  }

  private static func put(_ text: String, _ output: inout MutableRawSpan, _ offset: inout Int) {
    for byte in text.utf8 { put(byte, &output, &offset) }
  }

  private static func putJSON(_ byte: UInt8, _ output: inout MutableRawSpan, _ offset: inout Int) {
    switch byte {
    case UInt8(ascii: "\""): put("\\\"", &output, &offset)
    case UInt8(ascii: "\\"): put("\\\\", &output, &offset)
    case UInt8(ascii: "\n"): put("\\n", &output, &offset)
    case UInt8(ascii: "\r"): put("\\r", &output, &offset)
    case UInt8(ascii: "\t"): put("\\t", &output, &offset)
    case 0..<0x20, 0x7F:
      let digits = Array("0123456789abcdef".utf8)
      put("\\u00", &output, &offset)
      put(digits[Int(byte >> 4)], &output, &offset)
      put(digits[Int(byte & 15)], &output, &offset)
    default: put(byte, &output, &offset)
    }
  }

  /// The plainest quoting that every common reader understands alike; escapes, on which they differ, only when nothing else is left.
  private static func putDotenv(
    _ value: RawSpan, _ output: inout MutableRawSpan, _ offset: inout Int
  ) {
    var has = Set<UInt8>()
    var plain = value.byteCount > 0
    for index in 0..<value.byteCount {
      let byte = value.at(index)
      if "'\"`\\$\r".utf8.contains(byte) { has.insert(byte) }
      if !(byte.isNameByte || "./:@%+,=-".utf8.contains(byte)) { plain = false }
    }
    let needsEscape = has.contains(UInt8(ascii: "\r"))
    let quote: String
    if plain {
      quote = ""
    } else if !needsEscape, !has.contains(UInt8(ascii: "'")) {
      quote = "'"
    } else if !needsEscape, has.isDisjoint(with: "\"\\$".utf8) {
      quote = "\""
    } else if !needsEscape, !has.contains(UInt8(ascii: "`")) {
      quote = "`"
    } else {
      quote = "\""
    }
    put(quote, &output, &offset)
    for index in 0..<value.byteCount {
      let byte = value.at(index)
      switch byte {
      case UInt8(ascii: "\r") where quote == "\"": put("\\r", &output, &offset)
      case UInt8(ascii: "\\") where quote == "\"", UInt8(ascii: "\"") where quote == "\"",
        UInt8(ascii: "$") where quote == "\"":
        put(UInt8(ascii: "\\"), &output, &offset)
        put(byte, &output, &offset)
      default: put(byte, &output, &offset)
      }
    }
    put(quote, &output, &offset)
  }
}
