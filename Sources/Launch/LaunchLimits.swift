import Platform
import Sealing

/// What execve(2) takes, checked before anything is launched or kept.
package enum LaunchLimits {
  /// Bytes of one `NAME=value` with its terminating zero: MAX_ARG_STRLEN, 32 pages of 4 KiB.
  package static let stringLimit = 131_072

  /// Bytes of all arguments and environment with their pointers: a quarter of the stack's limit, between 128 KiB and 6 MiB.
  /// Source: execve(2), "Limits on size of arguments and environment"; fs/exec.c, bprm_stack_limits().
  package static func totalLimit(stackLimit: UInt64 = ProcessFacts.stackLimit) -> Int {
    max(131_072, Int(min(stackLimit / 4, 6 << 20)))
  }

  /// Whether `name` is one that programs and shells can use: `[A-Za-z_][A-Za-z0-9_]*`.
  package static func isName(_ name: String) -> Bool {
    var isFirst = true
    for byte in name.utf8 {
      switch byte {
      case 0x41...0x5A, 0x61...0x7A, 0x5F: break
      case 0x30...0x39 where !isFirst: break
      default: return false
      }
      isFirst = false
    }
    return !isFirst
  }

  /// Checks one variable by its measures; `set` calls it before it stores.
  /// - Parameter valueCount: length of the value in bytes.
  package static func check(
    name: String, valueCount: Int, containsNUL: Bool, deliversFile: Bool = false
  ) throws(LaunchError) {
    guard isName(name) else { throw .badName(name) }
    // A file may hold anything.
    guard !deliversFile else { return }
    guard !containsNUL else { throw .zeroByte(name: name) }
    let bytes = stringCount(name: name, valueCount: valueCount)
    guard bytes <= stringLimit else { throw .tooLong(name: name, bytes: bytes, limit: stringLimit) }
  }

  /// Checks one variable.
  package static func check(_ variable: LaunchVariable) throws(LaunchError) {
    try check(
      name: variable.name, valueCount: variable.value.bytes.count,
      containsNUL: variable.value.bytes.withBytes { containsNUL($0) }, deliversFile: variable.deliversFile)
  }

  package static func containsNUL(_ bytes: RawSpan) -> Bool {
    for offset in 0..<bytes.byteCount
    where unsafe bytes.unsafeLoad(fromByteOffset: offset, as: UInt8.self) == 0 {
      return true
    }
    return false
  }

  /// Bytes of `NAME=value` with its terminating zero.
  static func stringCount(name: String, valueCount: Int) -> Int { name.utf8.count + valueCount + 2 }
}
