import Platform

/// The ambient environment as it lies in memory since the start: entries are looked at, never copied, because any of them may
/// be a secret. Entries live as long as the process (or, in tests, as long as who made them keeps them).
@safe struct AmbientBlock {
  private let entries: [UnsafePointer<CChar>]
  /// The name of each entry; nil for one without `=`.
  let names: [String?]

  /// The environment of this process.
  init() {
    var entries: [UnsafePointer<CChar>] = unsafe []
    unsafe AmbientEnvironment.forEach { unsafe entries.append($0) }
    unsafe self.init(entries)
  }

  /// - Parameter entries: C strings that outlive this value.
  @unsafe init(_ entries: [UnsafePointer<CChar>]) {
    unsafe self.entries = entries
    names = unsafe entries.map { unsafe Self.name(of: $0) }
  }

  /// The chosen entries for exec, which wants a mutable type for C's sake.
  @unsafe func pointers(where chosen: [Bool]) -> [UnsafeMutablePointer<CChar>?] {
    var pointers: [UnsafeMutablePointer<CChar>?] = unsafe []
    for index in chosen.indices where chosen[index] {
      unsafe pointers.append(UnsafeMutablePointer(mutating: entries[index]))
    }
    return unsafe pointers
  }

  /// Name and length in bytes, terminating zero included, of the chosen entries.
  func sizes(where chosen: [Bool]) -> [(name: String, bytes: Int)] {
    var sizes: [(name: String, bytes: Int)] = []
    for index in chosen.indices where chosen[index] {
      sizes.append((names[index] ?? "", unsafe AmbientEnvironment.bytesCount(entries[index]) + 1))
    }
    return sizes
  }

  private static func name(of entry: UnsafePointer<CChar>) -> String? {
    let equals = CChar(bitPattern: UInt8(ascii: "="))
    var count = 0
    while unsafe entry[count] != equals {
      if unsafe entry[count] == 0 { return nil }
      count += 1
    }
    let bytes = unsafe UnsafeRawBufferPointer(start: entry, count: count)
    return unsafe String(decoding: bytes, as: UTF8.self)
  }
}
