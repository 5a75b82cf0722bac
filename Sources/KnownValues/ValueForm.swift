package import Sealing

/// One way in which a value can stand in a file.
///
/// All forms are of the value without the line ends at its end. A form that a neighbour would change is cut down to
/// what depends on the value alone, so that it is found inside a longer text of its kind.
package enum ValueForm: Hashable, Sendable {
  /// As it is.
  case raw
  /// With its line ends written otherwise; only for values of several lines.
  case lines(LineEnd)
  /// Base64 (RFC 4648) of a longer text in which the value starts `offset` bytes (0, 1 or 2) into a group of three. The
  /// characters that depend on neighbours, and padding, are left out.
  case base64(Base64Alphabet, offset: Int)
  /// Base64 of the value itself, broken into lines as openssl (64) and base64(1) (76) do; only for values that fill a
  /// line.
  case brokenBase64(width: Int)
  case hex(upper: Bool)
  /// Percent-encoded (RFC 3986, 2.1).
  case percent(PercentSet, upper: Bool)
  /// Inside a JSON string (RFC 8259): quotes, backslashes, controls, and in some writers slashes, behind a backslash.
  case json(escapesSlash: Bool)
  /// UTF-16, only for values that are UTF-8. A zero byte at the very start or end is left out: so both byte orders of
  /// an ASCII value are one form, found once.
  case utf16(bigEndian: Bool)

  /// How a line ends.
  package enum LineEnd: CaseIterable, Sendable {
    case lineFeed
    case carriageReturnLineFeed
    /// A backslash and an `n`, as in a one-line variable.
    case escapedLineFeed
    case escapedCarriageReturnLineFeed

    var bytes: [UInt8] {
      switch self {
      case .lineFeed: [0x0A]
      case .carriageReturnLineFeed: [0x0D, 0x0A]
      case .escapedLineFeed: Array("\\n".utf8)
      case .escapedCarriageReturnLineFeed: Array("\\r\\n".utf8)
      }
    }
  }

  /// The characters of base64's last two values.
  package enum Base64Alphabet: CaseIterable, Sendable {
    /// `+` and `/`.
    case standard
    /// `-` and `_`.
    case url
  }

  /// What stays as it is besides letters and digits.
  package enum PercentSet: CaseIterable, Sendable {
    /// JavaScript's encodeURIComponent: `-_.!~*'()`.
    case javaScript
    /// RFC 3986's unreserved characters: `-_.~`.
    case unreserved

    func keeps(_ byte: UInt8) -> Bool {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."),
        UInt8(ascii: "~"):
        true
      case UInt8(ascii: "!"), UInt8(ascii: "*"), UInt8(ascii: "'"), UInt8(ascii: "("), UInt8(ascii: ")"):
        self == .javaScript
      default: false
      }
    }
  }

  /// Every form. Several are often the same bytes.
  package static let all: [ValueForm] =
    [.raw] + LineEnd.allCases.map { .lines($0) }
    + Base64Alphabet.allCases.flatMap { alphabet in (0..<3).map { .base64(alphabet, offset: $0) } }
    + [.brokenBase64(width: 64), .brokenBase64(width: 76), .hex(upper: false), .hex(upper: true)]
    + PercentSet.allCases.flatMap { [.percent($0, upper: true), .percent($0, upper: false)] }
    + [.json(escapesSlash: false), .json(escapesSlash: true), .utf16(bigEndian: false), .utf16(bigEndian: true)]

  /// A form's bytes, and where a part of the value went.
  package struct Encoded: ~Copyable {
    /// In locked memory.
    package let bytes: SecretBytes
    /// The offset of the first byte that depends on nothing before the offset asked for; the length when there is none.
    package let anchor: Int
  }

  /// The form of `value`, telling where its byte at `source` went; nil when the value has no such form.
  /// - Throws: `SealingError.outOfMemory`, `.unavailable`.
  package func encode(_ value: RawSpan, anchorAt source: Int = 0) throws(SealingError) -> Encoded? {
    let value = value.extracting(0..<value.countWithoutLastLineEnds)
    guard applies(to: value) else { return nil }
    var count = 0
    var anchor: Int?
    emit(value) { _, origin in
      if anchor == nil, origin >= source { anchor = count }
      count += 1
    }
    var bytes = try SecretBytes(count: count)
    bytes.withMutableBytes { output in
      var offset = 0
      emit(value) { byte, _ in
        output.storeByte(byte, at: offset)
        offset += 1
      }
    }
    return Encoded(bytes: bytes, anchor: anchor ?? count)
  }

  private func applies(to value: RawSpan) -> Bool {
    switch self {
    case .raw, .base64, .hex, .percent, .json: true
    case .lines: value.firstOffset(of: [0x0A], in: 0..<value.byteCount) != nil
    case .brokenBase64(let width): value.byteCount > width / 4 * 3
    case .utf16: UTF8Walk.isValid(value)
    }
  }

  /// Gives the form byte by byte, each with the offset of the first byte of the value on which it depends.
  private func emit(_ value: RawSpan, _ put: (UInt8, Int) -> Void) {
    switch self {
    case .raw: for index in 0..<value.byteCount { put(value.byte(at: index), index) }
    case .lines(let end): FormEncoding.lines(value, end.bytes, put)
    case .base64(let alphabet, let offset): FormEncoding.base64(value, alphabet, offset, put)
    case .brokenBase64(let width):
      var column = 0
      FormEncoding.base64(value, .standard, 0) { byte, source in
        if column == width {
          put(0x0A, source)
          column = 0
        }
        put(byte, source)
        column += 1
      }
    case .hex(let upper):
      for index in 0..<value.byteCount { FormEncoding.hex(value.byte(at: index), upper, index, put) }
    case .percent(let set, let upper):
      for index in 0..<value.byteCount {
        let byte = value.byte(at: index)
        if set.keeps(byte) {
          put(byte, index)
        } else {
          put(UInt8(ascii: "%"), index)
          FormEncoding.hex(byte, upper, index, put)
        }
      }
    case .json(let escapesSlash): FormEncoding.json(value, escapesSlash, put)
    case .utf16(let bigEndian): FormEncoding.utf16(value, bigEndian, put)
    }
  }
}
