import CHarness

/// A secret that cannot be anywhere by chance, and every form in which it must not be found.
struct Marker: Sendable {
  let text: String
  /// The bytes of each form, with its name.
  let forms: [(name: String, bytes: [UInt8])]

  /// Forty letters and digits, a letter first.
  init() {
    let letters = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
    let signs = letters + Array("0123456789")
    self.init(String((0..<40).map { $0 == 0 ? letters.randomElement()! : signs.randomElement()! }))
  }

  init(_ text: String) {
    self.text = text
    let raw = Array(text.utf8)
    let hex = raw.map { byte in
      String(byte, radix: 16).count == 1 ? "0" + String(byte, radix: 16) : String(byte, radix: 16)
    }
    var forms: [(name: String, bytes: [UInt8])] = [
      ("itself", raw), ("hex", Array(hex.joined().utf8)), ("HEX", Array(hex.joined().uppercased().utf8)),
      ("percent", Array(hex.map { "%" + $0 }.joined().utf8)),
      ("PERCENT", Array(hex.map { "%" + $0.uppercased() }.joined().utf8)),
      ("escaped hex", Array(hex.map { "\\x" + $0 }.joined().utf8)),
      ("UTF-16LE", raw.flatMap { [$0, 0] }), ("UTF-16BE", raw.flatMap { [0, $0] }),
      ("reversed", raw.reversed()),
    ]
    for offset in 0..<3 {
      let encoded = Marker.base64(raw, at: offset)
      forms.append(("base64 at \(offset)", encoded))
      let url = encoded.map {
        $0 == UInt8(ascii: "+") ? UInt8(ascii: "-") : $0 == UInt8(ascii: "/") ? UInt8(ascii: "_") : $0
      }
      if url != encoded { forms.append(("base64url at \(offset)", url)) }
    }
    // A part alone is no better; a third is still far beyond chance.
    if raw.count >= 39 {
      for start in [0, raw.count / 3, raw.count - 13] {
        forms.append(("13 of its bytes", Array(raw[start..<start + 13])))
      }
    }
    self.forms = forms
  }

  /// The name of a form that the bytes hold; nil when they hold none.
  func form(in bytes: [UInt8]) -> String? {
    forms.first { harness_contains(bytes, bytes.count, $0.bytes, $0.bytes.count) }?.name
  }

  func form(in text: String) -> String? { form(in: Array(text.utf8)) }

  /// The signs that depend on the value alone when it stands `offset` bytes after a multiple of three.
  private static func base64(_ bytes: [UInt8], at offset: Int) -> [UInt8] {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    let padded = [UInt8](repeating: 0, count: offset) + bytes
    let whole = padded.count / 3 * 3
    var signs: [UInt8] = []
    for start in stride(from: 0, to: whole, by: 3) {
      let group = Int(padded[start]) << 16 | Int(padded[start + 1]) << 8 | Int(padded[start + 2])
      for shift in [18, 12, 6, 0] { signs.append(alphabet[group >> shift & 63]) }
    }
    return Array(signs.dropFirst(offset == 0 ? 0 : offset + 1))
  }
}
