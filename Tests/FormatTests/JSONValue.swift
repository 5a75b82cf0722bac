@testable import Sealing

/// What a case's fields are made of.
enum JSONValue: Codable, Equatable, Sendable {
  case integer(UInt64)
  case text(String)
  case list([JSONValue])
  case object([String: JSONValue])

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let value = try? container.decode(UInt64.self) {
      self = .integer(value)
    } else if let value = try? container.decode(String.self) {
      self = .text(value)
    } else if let value = try? container.decode([JSONValue].self) {
      self = .list(value)
    } else {
      self = .object(try container.decode([String: JSONValue].self))
    }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .integer(let value): try container.encode(value)
    case .text(let value): try container.encode(value)
    case .list(let value): try container.encode(value)
    case .object(let value): try container.encode(value)
    }
  }
}

extension JSONValue {
  /// Every text in it, as often as it stands there.
  var texts: [String] {
    switch self {
    case .integer: []
    case .text(let text): [text]
    case .list(let values): values.flatMap(\.texts)
    case .object(let fields): fields.values.flatMap(\.texts)
    }
  }

  /// The same with some texts replaced by others.
  func replacing(_ texts: [String: String]) -> JSONValue {
    switch self {
    case .integer: self
    case .text(let text): .text(texts[text] ?? text)
    case .list(let values): .list(values.map { $0.replacing(texts) })
    case .object(let fields): .object(fields.mapValues { $0.replacing(texts) })
    }
  }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByArrayLiteral {
  init(stringLiteral value: String) { self = .text(value) }
  init(integerLiteral value: UInt64) { self = .integer(value) }
  init(arrayLiteral elements: JSONValue...) { self = .list(elements) }
}

/// A case that lacks what its kind needs: the file of vectors is wrong, not the format.
struct BadCase: Error {
  let field: String
}

typealias Fields = [String: JSONValue]

extension Fields {
  func text(_ name: String) throws -> String {
    guard case .text(let value)? = self[name] else { throw BadCase(field: name) }
    return value
  }

  func integer(_ name: String) throws -> UInt64 {
    guard case .integer(let value)? = self[name] else { throw BadCase(field: name) }
    return value
  }

  func list(_ name: String) throws -> [JSONValue] {
    guard case .list(let value)? = self[name] else { throw BadCase(field: name) }
    return value
  }

  func texts(_ name: String) throws -> [String] { try list(name).map { try Fields.text(of: $0, name) } }

  /// Bytes written in hexadecimal.
  func bytes(_ name: String) throws -> [UInt8] {
    guard let bytes = [UInt8](hexadecimal: try text(name)) else { throw BadCase(field: name) }
    return bytes
  }

  static func text(of value: JSONValue, _ name: String) throws -> String {
    guard case .text(let text) = value else { throw BadCase(field: name) }
    return text
  }
}

extension [UInt8] {
  init?(hexadecimal text: String) {
    let digits = text.utf8.map { UInt8(ascii: "0") <= $0 && $0 <= UInt8(ascii: "9") ? $0 - 48 : $0 &- 87 }
    guard digits.count % 2 == 0, digits.allSatisfy({ $0 < 16 }) else { return nil }
    self = stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
  }

  var json: JSONValue { .text(hex) }
}
