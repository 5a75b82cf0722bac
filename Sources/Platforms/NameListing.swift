/// Names out of what a platform's program writes. The text may hold values as well: nothing but names is taken out of it.
package enum NameListing {
  /// The text is not what the recipe says. Nothing of it is in the error.
  package struct Fault: Error, Equatable, Sendable {
    /// In bytes.
    package let offset: Int
  }

  /// In bytes, and more than any platform takes.
  static let longestName = 256
  static let mostNames = 10_000
  /// Deeper nesting is refused rather than followed.
  static let deepest = 64

  /// The names in the order in which they come.
  /// - Throws: `Fault`.
  package static func names(in text: RawSpan, _ list: RecipeList) throws(Fault) -> [String] {
    switch list.format {
    case .json:
      var reader = JSONNameReader()
      return try reader.read(text, list.names)
    case .lines: return try lines(text)
    }
  }

  private static func lines(_ text: RawSpan) throws(Fault) -> [String] {
    var names: [String] = []
    var start = 0
    while start < text.byteCount {
      var end = start
      while end < text.byteCount, text.byte(end) != 0x0A { end += 1 }
      var stop = start
      while stop < end, ![0x20, 0x09, 0x0D, 0x3D].contains(text.byte(stop)) { stop += 1 }
      if stop > start { names.append(try name(text, start..<stop)) }
      guard names.count <= mostNames else { throw Fault(offset: start) }
      start = end + 1
    }
    return names
  }

  /// Printable ASCII without a backslash: what else a terminal would show, and what JSON would escape, is no name.
  static func name(_ text: RawSpan, _ range: Range<Int>) throws(Fault) -> String {
    guard !range.isEmpty, range.count <= longestName else { throw Fault(offset: range.lowerBound) }
    var bytes: [UInt8] = []
    for place in range {
      guard (0x21...0x7E).contains(text.byte(place)), text.byte(place) != 0x5C else { throw Fault(offset: place) }
      bytes.append(text.byte(place))
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

/// Goes through a JSON text (RFC 8259) once. What does not lie on the way to names is passed over.
private struct JSONNameReader {
  private var at = 0
  private var names: [String] = []

  init() {}

  mutating func read(_ text: RawSpan, _ steps: [RecipeStep]) throws(NameListing.Fault) -> [String] {
    try value(text, steps[...], depth: 0)
    skipSpace(text)
    guard at == text.byteCount else { throw fault }
    return names
  }

  private var fault: NameListing.Fault { NameListing.Fault(offset: at) }

  /// - Parameter steps: the rest of the way; nil beside it.
  private mutating func value(
    _ text: RawSpan, _ steps: ArraySlice<RecipeStep>?, depth: Int
  ) throws(NameListing.Fault) {
    skipSpace(text)
    guard depth < NameListing.deepest, at < text.byteCount else { throw fault }
    let first = text.byte(at)
    guard let steps else { return try passOver(text, first, depth) }
    switch steps.first {
    case nil:
      guard first == 0x22 else { throw fault }
      try take(name: string(text), text)
    case .items:
      guard first == 0x5B else { throw fault }
      try items(text, until: 0x5D) { (reader, text) throws(NameListing.Fault) in
        try reader.value(text, steps.dropFirst(), depth: depth + 1)
      }
    case .keys:
      guard first == 0x7B else { throw fault }
      try members(text) { (reader, text, key) throws(NameListing.Fault) in
        try reader.take(name: key, text)
        try reader.value(text, nil, depth: depth + 1)
      }
    case .key(let wanted):
      guard first == 0x7B else { throw fault }
      var isFound = false
      try members(text) { (reader, text, key) throws(NameListing.Fault) in
        let isIt = !isFound && reader.matches(text, key, wanted)
        if isIt { isFound = true }
        try reader.value(text, isIt ? steps.dropFirst() : nil, depth: depth + 1)
      }
      guard isFound else { throw fault }
    }
  }

  private mutating func passOver(_ text: RawSpan, _ first: UInt8, _ depth: Int) throws(NameListing.Fault) {
    switch first {
    case 0x22: _ = try string(text)
    case 0x5B:
      try items(text, until: 0x5D) { (reader, text) throws(NameListing.Fault) in
        try reader.value(text, nil, depth: depth + 1)
      }
    case 0x7B:
      try members(text) { (reader, text, _) throws(NameListing.Fault) in
        try reader.value(text, nil, depth: depth + 1)
      }
    default:
      // A number, true, false or null: what it is does not matter.
      let start = at
      while at < text.byteCount, Self.isWordByte(text.byte(at)) { at += 1 }
      guard at > start else { throw fault }
    }
  }

  private mutating func members(
    _ text: RawSpan,
    _ body: (inout JSONNameReader, RawSpan, Range<Int>) throws(NameListing.Fault) -> Void
  ) throws(NameListing.Fault) {
    try items(text, until: 0x7D) { (reader, text) throws(NameListing.Fault) in
      reader.skipSpace(text)
      let key = try reader.string(text)
      reader.skipSpace(text)
      try reader.take(0x3A, text)
      try body(&reader, text, key)
    }
  }

  private mutating func items(
    _ text: RawSpan, until end: UInt8,
    _ item: (inout JSONNameReader, RawSpan) throws(NameListing.Fault) -> Void
  ) throws(NameListing.Fault) {
    at += 1
    skipSpace(text)
    if at < text.byteCount, text.byte(at) == end {
      at += 1
      return
    }
    while true {
      try item(&self, text)
      skipSpace(text)
      guard at < text.byteCount, text.byte(at) == 0x2C else { break }
      at += 1
    }
    try take(end, text)
  }

  /// - Returns: where its text is, between the quotes.
  private mutating func string(_ text: RawSpan) throws(NameListing.Fault) -> Range<Int> {
    try take(0x22, text)
    let start = at
    while at < text.byteCount {
      switch text.byte(at) {
      case 0x22:
        at += 1
        return start..<(at - 1)
      case 0x5C: at += 2
      case ..<0x20: throw fault
      default: at += 1
      }
    }
    throw fault
  }

  private mutating func take(name range: Range<Int>, _ text: RawSpan) throws(NameListing.Fault) {
    guard names.count < NameListing.mostNames else { throw fault }
    names.append(try NameListing.name(text, range))
  }

  private mutating func take(_ byte: UInt8, _ text: RawSpan) throws(NameListing.Fault) {
    guard at < text.byteCount, text.byte(at) == byte else { throw fault }
    at += 1
  }

  private mutating func skipSpace(_ text: RawSpan) {
    while at < text.byteCount, [0x20, 0x09, 0x0A, 0x0D].contains(text.byte(at)) { at += 1 }
  }

  /// Whether a key is the wanted one, without regard to the case of ASCII letters.
  private func matches(_ text: RawSpan, _ key: Range<Int>, _ wanted: String) -> Bool {
    guard key.count == wanted.utf8.count else { return false }
    return zip(key, wanted.utf8).allSatisfy { Self.lowered(text.byte($0)) == Self.lowered($1) }
  }

  private static func lowered(_ byte: UInt8) -> UInt8 { (0x41...0x5A).contains(byte) ? byte | 0x20 : byte }

  private static func isWordByte(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
      || [0x2B, 0x2D, 0x2E].contains(byte)
  }
}

extension RawSpan {
  /// - Parameter offset: below `byteCount`.
  fileprivate func byte(_ offset: Int) -> UInt8 {
    precondition(offset < byteCount)
    return unsafe unsafeLoad(fromByteOffset: offset, as: UInt8.self)
  }
}
