import Platform
import Sealing

/// Values and passphrases on their way in: from a file, a descriptor or a hidden prompt, into locked memory and nowhere else.
enum SecretInput {
  /// Of a value, in bytes: files in memory may be larger than variables.
  static let valueLimit = 1 << 20
  /// What a pipe or a prompt may bring: its length is not known beforehand, and locked memory is scarce.
  static let streamLimit = 256 << 10
  static let passphraseLimit = 1024

  /// A whole file, a pipe, or standard input for "-".
  static func file(_ path: String, limit: Int = valueLimit) throws -> SecretBytes {
    if path == "-" { return try descriptor(0, limit: min(limit, streamLimit)) }
    guard isRegular(path) else {
      return try filled(min(limit, streamLimit)) { (bytes) throws in try Files.readSecretStream(path, into: &bytes) }
    }
    let size = try Files.size(path)
    guard size <= limit else { throw FileError.tooLarge(path: path, limit: limit) }
    return try filled(size) { (bytes) throws in try Files.readSecret(path, into: &bytes) }
  }

  /// As `file`, for what opens others: one that others of the machine can read is warned of. What a container's manager puts into
  /// /run/secrets has the mode that it chose.
  static func keyFile(_ path: String, limit: Int) throws -> SecretBytes {
    if let found = try? Files.canonical(path), !found.hasPrefix("/run/secrets/"), let mode = Files.exposedMode(found) {
      Console().warn("\(path) can be read by others (mode \(String(mode, radix: 8))): chmod 600 \(path)")
    }
    return try file(path, limit: limit)
  }

  static func descriptor(_ number: Int32, limit: Int) throws -> SecretBytes {
    try filled(limit) { (bytes) throws in try Files.readSecret(descriptor: number, into: &bytes) }
  }

  static func prompt(_ text: String, limit: Int = streamLimit) throws -> SecretBytes {
    try filled(limit) { (bytes) throws in try Terminal.promptHidden(prompt: text, into: &bytes) }
  }

  /// Without one line end at the end, which `echo` and editors add.
  static func withoutLineEnd(_ value: borrowing SecretBytes) throws -> SecretBytes {
    let end = value.withBytes { bytes in
      var end = bytes.byteCount
      if end > 0, bytes.byte(at: end - 1) == 0x0A {
        end -= 1
        if end > 0, bytes.byte(at: end - 1) == 0x0D { end -= 1 }
      }
      return end
    }
    return try value.slice(0..<end)
  }

  /// A pipe behind `/dev/fd/63` has no path of its own.
  static func isRegular(_ path: String) -> Bool { (try? Files.canonical(path)).flatMap(Files.kind) == .regular }

  private static func filled(_ count: Int, _ fill: (inout MutableRawSpan) throws -> Int) throws -> SecretBytes {
    var buffer = try SecretBytes(count: count)
    let used = try buffer.withMutableBytes { (bytes) throws in try fill(&bytes) }
    return used == count ? buffer : try buffer.slice(0..<used)
  }
}
