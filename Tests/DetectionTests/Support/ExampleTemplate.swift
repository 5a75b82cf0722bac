/// The examples of policies/detectors: `{KIND:n}` replaced by invented characters, `⟦` and `⟧` around the secret.
/// The README there tells it.
struct ExampleTemplate {
  let text: [UInt8]
  /// The secret that is to be found.
  let secret: [UInt8]

  /// - Parameter seed: `ID/matches/INDEX` or `ID/misses/INDEX`.
  init(_ template: String, seed: String) {
    var stream = Stream(seed: seed)
    var output = ""
    var rest = template[...]
    while let brace = rest.firstIndex(of: "{") {
      output += rest[..<brace]
      if let end = rest[brace...].firstIndex(of: "}"),
        let made = stream.expansion(String(rest[rest.index(after: brace)..<end]))
      {
        output += made
        rest = rest[rest.index(after: end)...]
      } else {
        output += "{"
        rest = rest[rest.index(after: brace)...]
      }
    }
    output += rest
    let plain = output.filter { $0 != "⟦" && $0 != "⟧" }
    text = Array(plain.utf8)
    if let start = output.firstIndex(of: "⟦"), let end = output.firstIndex(of: "⟧") {
      secret = Array(output[output.index(after: start)..<end].utf8)
    } else {
      secret = text
    }
  }

  private struct Stream {
    private var state: UInt64

    init(seed: String) {
      state = seed.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }

    mutating func expansion(_ form: String) -> String? {
      let parts = form.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
      if form == "uuid" { return [8, 4, 4, 4, 12].map { characters($0, "0123456789abcdef") }.joined(separator: "-") }
      if form == "jwt" { return jwt(#"{"sub":""# + characters(10, "0123456789") + #"","iat":1700000000}"#) }
      guard parts.count >= 2 else { return nil }
      switch parts[0] {
      case "jwt":
        return jwt(
          #"{"iss":"supabase","ref":""# + characters(20, "abcdefghijklmnopqrstuvwxyz") + #"","role":""# + parts[1]
            + #"","iat":1700000000,"exp":2015000000}"#)
      case "pem": return pem(parts[1], "\n")
      case "pem-escaped": return pem(parts[1], #"\n"#)
      case "github": return crc(parts[1], 30)
      case "checked":
        guard parts.count == 3, let count = Int(parts[2]) else { return nil }
        let body = parts[1] + characters(count, Self.alphabets["B62"]!)
        return body + base62CRC(body)
      case "crc": return parts.count == 3 ? Int(parts[2]).map { crc(parts[1], $0) } : nil
      default:
        guard let alphabet = Self.alphabets[parts[0]], let count = Int(parts[1]) else { return nil }
        return characters(count, alphabet)
      }
    }

    private static let upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    private static let lower = "abcdefghijklmnopqrstuvwxyz"
    private static let digits = "0123456789"
    private static let alphabets = [
      "B62": digits + upper + lower, "alnum": digits + lower, "hex": digits + "abcdef", "HEX": digits + "ABCDEF",
      "b64": upper + lower + digits + "+/", "b64url": upper + lower + digits + "-_", "b32": upper + "234567",
      "digits": digits, "upper": upper, "lower": lower,
    ]

    private mutating func characters(_ count: Int, _ alphabet: String) -> String {
      let alphabet = Array(alphabet)
      return String((0..<count).map { _ in alphabet[Int(next() % UInt64(alphabet.count))] })
    }

    /// SplitMix64
    private mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var word = state
      word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
      word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
      return word ^ word >> 31
    }

    private mutating func crc(_ prefix: String, _ count: Int) -> String {
      let body = characters(count, Self.alphabets["B62"]!)
      return prefix + body + base62CRC(body)
    }

    private mutating func jwt(_ payload: String) -> String {
      base64URL(#"{"alg":"HS256","typ":"JWT"}"#) + "." + base64URL(payload) + "."
        + characters(43, Self.alphabets["b64url"]!)
    }

    private mutating func pem(_ label: String, _ lineEnd: String) -> String {
      let lines = (0..<4).map { _ in characters(64, Self.alphabets["b64"]!) }
      return (["-----BEGIN \(label)-----"] + lines + ["-----END \(label)-----"]).joined(separator: lineEnd)
    }
  }
}
