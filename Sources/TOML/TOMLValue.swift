/// A place in the text.
package struct TOMLPosition: Equatable, Sendable {
  /// Counted from 1.
  package let line: Int
  /// In bytes of UTF-8, counted from 1.
  package let column: Int
}

/// One value of any of TOML's types.
package enum TOMLValue: Sendable {
  case string(String)
  case integer(Int64)
  case float(Double)
  case boolean(Bool)
  case dateTime(TOMLDateTime)
  /// An array, or an array of tables.
  case array([TOMLItem])
  /// A table, inline or not.
  case table(TOMLTable)

  /// The text of a string; nil for every other type, as with the accessors below.
  package var string: String? {
    if case .string(let text) = self { text } else { nil }
  }

  /// The number of an integer.
  package var integer: Int64? {
    if case .integer(let number) = self { number } else { nil }
  }

  /// The truth of a boolean.
  package var boolean: Bool? {
    if case .boolean(let answer) = self { answer } else { nil }
  }

  /// The items of an array.
  package var array: [TOMLItem]? {
    if case .array(let items) = self { items } else { nil }
  }

  /// The table.
  package var table: TOMLTable? {
    if case .table(let table) = self { table } else { nil }
  }

  /// The type's name in the specification, lowercase.
  package var typeName: String {
    switch self {
    case .string: "string"
    case .integer: "integer"
    case .float: "float"
    case .boolean: "boolean"
    case .dateTime(let moment): moment.kind.rawValue
    case .array: "array"
    case .table: "table"
    }
  }
}

/// One item of an array.
package struct TOMLItem: Sendable {
  package let value: TOMLValue
  /// Where it begins; of an array of tables, where its `[[` stands.
  package let position: TOMLPosition
}

/// One key of a table, with its value.
package struct TOMLEntry: Sendable {
  package let key: String
  /// Where the key first appears, be it in the header of another table.
  package let position: TOMLPosition
  package let value: TOMLValue
  /// Where the value begins; of a table that is not inline, the same as `position`.
  package let valuePosition: TOMLPosition
}

/// Keys and values in the order in which the keys first appear.
package struct TOMLTable: Sendable {
  package let entries: [TOMLEntry]

  /// The entry of that key, compared byte by byte. It searches from the front.
  package subscript(key: String) -> TOMLEntry? {
    entries.first { $0.key.isSameBytes(as: key) }
  }
}

extension String {
  /// TOML compares keys as written; Swift's `==` holds different spellings of one character for the same.
  func isSameBytes(as other: String) -> Bool {
    // `==` settles nearly every pair, and faster.
    utf8.count == other.utf8.count && self == other && utf8.elementsEqual(other.utf8)
  }
}
