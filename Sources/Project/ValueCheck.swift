/// Whether a value looks like its type, judged on lent bytes. No answer quotes the value.
package enum ValueCheck {
  /// What is wrong with `value` as a value of `variable`, as the end of a sentence ("is not a URL"); nil when nothing is.
  package static func problem(in value: RawSpan, of variable: Variable) -> String? {
    variable.type.problem(in: value, schemes: variable.schemes, choices: variable.choices)
  }

  /// The first text that `variable` forbids in `environment` and `value` contains. It stands in coffer.toml, so it may be shown.
  package static func forbidden(in value: RawSpan, of variable: Variable, environment: String)
    -> String?
  {
    variable.forbid[environment]?.first { value.holds($0, ignoringCase: true) }
  }

  /// Whether `text` is a URL scheme (RFC 3986): a letter, then letters, digits, `+`, `-` and `.`.
  static func isScheme(_ text: String) -> Bool {
    guard let first = text.utf8.first, first.isLetter else { return false }
    return text.utf8.allSatisfy(isSchemeByte)
  }

  static func isSchemeByte(_ byte: UInt8) -> Bool {
    byte.isLetter || byte.isDigit || "+-.".utf8.contains(byte)
  }
}

extension VariableType {
  /// What is wrong with `value`, as the end of a sentence; nil when nothing is.
  ///
  /// - Parameters:
  ///   - schemes: for `url`: the allowed ones; any when empty.
  ///   - choices: for `enum`.
  package func problem(in value: RawSpan, schemes: [String] = [], choices: [String] = []) -> String? {
    if self == .string { return nil }
    if self == .enum {
      return choices.contains { value.equals($0) }
        ? nil : "is not one of \(choices.joined(separator: ", "))"
    }
    if value.isEmpty { return "is empty" }
    let isLine = ![.json, .pem, .base64, .hex].contains(self)
    if isLine, value.at(0).isSpace || value.at(value.byteCount - 1).isSpace {
      return "has a space or line break at its start or end"
    }
    switch self {
    case .string, .enum: return nil
    case .url: return urlProblem(value, schemes)
    case .int: return isInteger(value) ? nil : "is not a whole number"
    case .port: return isPort(value) ? nil : "is not a port (1 to 65535)"
    case .bool:
      let words = ["true", "false", "1", "0", "yes", "no", "on", "off"]
      return words.contains { value.equals($0, ignoringCase: true) } ? nil : "is not true or false"
    case .email: return isEmail(value) ? nil : "is not an email address"
    case .json: return JSONCheck.isValid(value) ? nil : "is not JSON"
    case .pem: return PEMCheck.problem(in: value)
    case .base64: return isBase64(value) ? nil : "is not base64"
    case .hex: return isHex(value) ? nil : "is not hexadecimal"
    }
  }

  private func urlProblem(_ value: RawSpan, _ schemes: [String]) -> String? {
    guard let colon = value.firstOffset(of: "://"), colon > 0, value.at(0).isLetter,
      value.extracting(0..<colon).all(ValueCheck.isSchemeByte), colon + 3 < value.byteCount,
      value.all({ $0 > 0x20 && $0 != 0x7F })
    else { return "is not a URL" }
    let scheme = value.extracting(0..<colon)
    guard schemes.isEmpty || schemes.contains(where: { scheme.equals($0, ignoringCase: true) })
    else {
      return "is not a URL that starts with " + schemes.map { $0 + "://" }.joined(separator: " or ")
    }
    let next = value.at(colon + 3)
    let local = ["file", "sqlite", "unix"].contains { scheme.has($0, at: 0, ignoringCase: true) }
    if !local, next == UInt8(ascii: "?") || next == UInt8(ascii: "#") {
      return "is a URL without a host"
    }
    let web = ["http", "https", "ws", "wss"].contains { scheme.equals($0, ignoringCase: true) }
    if web, next == UInt8(ascii: "/") { return "is a URL without a host" }
    return nil
  }

  private func isInteger(_ value: RawSpan) -> Bool {
    let signed = value.at(0) == UInt8(ascii: "-") || value.at(0) == UInt8(ascii: "+")
    let digits = value.extracting((signed ? 1 : 0)..<value.byteCount)
    return !digits.isEmpty && digits.all(\.isDigit)
  }

  private func isPort(_ value: RawSpan) -> Bool {
    guard value.byteCount <= 5, value.all(\.isDigit) else { return false }
    var number = 0
    for offset in 0..<value.byteCount {
      number = number * 10 + Int(value.at(offset) - UInt8(ascii: "0"))
    }
    return (1...65535).contains(number)
  }

  private func isEmail(_ value: RawSpan) -> Bool {
    guard let sign = value.firstOffset(of: UInt8(ascii: "@")), (1...64).contains(sign),
      value.firstOffset(of: UInt8(ascii: "@"), from: sign + 1) == nil
    else { return false }
    let local = value.extracting(0..<sign)
    guard local.all({ $0 > 0x20 && $0 != 0x7F && !"()<>[]:;,\"\\".utf8.contains($0) }) else {
      return false
    }
    let domain = value.extracting((sign + 1)..<value.byteCount)
    guard
      domain.all({
        $0.isLetter || $0.isDigit || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".")
          || $0 >= 0x80
      })
    else { return false }
    return !domain.isEmpty && !domain.has(".", at: 0) && !domain.has(".", at: domain.byteCount - 1)
      && !domain.holds("..")
  }

  private func isBase64(_ value: RawSpan) -> Bool {
    var count = 0
    var padding = 0
    for offset in 0..<value.byteCount {
      let byte = value.at(offset)
      if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") { continue }
      if byte == UInt8(ascii: "=") {
        padding += 1
      } else if padding == 0, byte.isLetter || byte.isDigit || "+/-_".utf8.contains(byte) {
        count += 1
      } else {
        return false
      }
    }
    return count > 0 && count % 4 != 1
      && (padding == 0 || (padding <= 2 && (count + padding) % 4 == 0))
  }

  private func isHex(_ value: RawSpan) -> Bool {
    let digits = value.extracting(
      (value.has("0x", at: 0, ignoringCase: true) ? 2 : 0)..<value.byteCount)
    return !digits.isEmpty && digits.byteCount % 2 == 0 && digits.all(\.isHexDigit)
  }
}
