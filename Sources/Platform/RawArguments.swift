import CPlatform

/// The process's arguments as the C strings the kernel passed: those that are not UTF-8 reach a launched command byte for byte.
package enum RawArguments {
  /// How many there are, the program's name included.
  package static var count: Int { Int(cp_arguments_count()) }

  /// The null-terminated array from `index` on; lives as long as the process.
  package static func pointers(from index: Int) -> UnsafeMutablePointer<UnsafeMutablePointer<CChar>?> {
    precondition(index >= 0 && index <= count)
    return cp_arguments() + index
  }

  /// The place of the first `--`, nil when there is none.
  package static var separator: Int? {
    (1..<max(1, count)).first { index in
      let text = pointers(from: index).pointee!
      return text[0] == dash && text[1] == dash && text[2] == 0
    }
  }

  /// The null-terminated array of what stands after the first `--`; nil when there is no `--` or nothing after it.
  package static var afterSeparator: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? {
    guard let separator, separator + 1 < count else { return nil }
    return pointers(from: separator + 1)
  }

  /// All of them for people and parsers, bytes that are not UTF-8 repaired. Works in a root without /proc, where
  /// `CommandLine.arguments` does not.
  package static var strings: [String] { strings(from: pointers(from: 0)) }

  /// A null-terminated array as strings, bytes that are not UTF-8 repaired.
  package static func strings(from array: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> [String] {
    var texts: [String] = []
    var place = array
    while let text = place.pointee {
      texts.append(String(cString: text))
      place += 1
    }
    return texts
  }

  private static let dash = CChar(bitPattern: UInt8(ascii: "-"))
}
