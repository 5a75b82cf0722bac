import CPlatform
import Glibc

/// A new file beside the one whose place it is to take, under a name of its own and a lock (flock(2)) that ends with the process: what a
/// killed one left is told from what is being written, and taken away by the next that writes there.
package struct TemporaryFile: ~Copyable {
  /// The target's, `.coffer-` and sixteen hexadecimal digits.
  package let path: String
  private let target: String
  private let descriptor: Descriptor
  private var isPlaced = false

  /// Writes it, synced, after taking away what killed processes left beside the same target.
  /// - Parameter mode: permission bits, whatever the umask.
  /// - Throws: what the system refused, told of `target`; nothing is left then.
  package static func write(
    beside target: String, _ bytes: RawSpan, mode: UInt32 = 0o600
  ) throws(SystemError) -> TemporaryFile {
    Files.removeLeftovers(in: Files.parent(of: target), of: target)
    let file = try created(beside: target, mode: mode)
    try file.descriptor.fill(bytes, mode: mode, path: target)
    return file
  }

  private init(_ path: String, _ target: String, _ descriptor: consuming Descriptor) {
    self.path = path
    self.target = target
    self.descriptor = descriptor
  }

  deinit { if !isPlaced { _ = cp_unlink(path) } }

  /// Gives it the target's name, in place of what has it, and syncs the folder.
  /// - Throws: what rename(2) refused, told of the target; what the folder's sync refused, and it is in place then.
  package mutating func replace() throws(SystemError) { _ = try place(cp_rename(path, target)) }

  /// Gives it the target's name if nothing has it, and syncs the folder.
  /// - Returns: false, with nothing placed, when anything has the name.
  /// - Throws: as `replace`.
  package mutating func placeNew() throws(SystemError) -> Bool { try place(cp_rename_new(path, target)) }

  private mutating func place(_ answer: Int32) throws(SystemError) -> Bool {
    if answer == -EEXIST { return false }
    _ = try checked("rename", target, answer)
    isPlaced = true
    try Files.syncFolder(Files.parent(of: target))
    return true
  }

  fileprivate static let mark = ".coffer-"
  fileprivate static let digits = 16

  private static func created(beside target: String, mode: UInt32) throws(SystemError) -> TemporaryFile {
    while true {
      var random: UInt64 = 0
      _ = try checked("getrandom", nil, cp_random(&random, MemoryLayout<UInt64>.size))
      let number = String(random, radix: 16)
      let path = target + mark + String(repeating: "0", count: digits - number.utf8.count) + number
      let descriptor: Descriptor
      // Created with the owner's bits only, so that it is never wider than `mode` for a moment.
      do throws(SystemError) {
        descriptor = try Descriptor(
          opening: path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_NOCTTY, mode: mode & 0o700)
      } catch { throw SystemError(operation: error.operation, path: target, code: error.code) }
      // On a file system without locks nothing is taken for left, either.
      _ = cp_flock(descriptor.number, LOCK_EX)
      // Whoever looked between the two calls took it for left.
      if descriptor.isAt(path) { return TemporaryFile(path, target, descriptor) }
    }
  }
}

extension Files {
  /// Folders with more have other uses than Coffer's.
  private static let mostEntries = 65_536

  /// Takes away what killed processes left of temporary files: this user's, regular, named as they are, and locked by nobody. What cannot
  /// be looked at stays.
  /// - Parameter target: only of those that were to take this path; nil: of all in the folder.
  package static func removeLeftovers(in folder: String, of target: String? = nil) {
    let start = target.map { Array(trimmed($0).utf8).split(separator: 0x2F).last.map(Array.init) ?? [] } ?? []
    for name in names(in: folder) where isTemporary(name, of: target == nil ? nil : start) {
      let path = folder + "/" + name
      guard let file = try? Descriptor(opening: path, O_WRONLY | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK),
        let found = try? file.status(path: path), Kind(mode: found.mode) == .regular,
        found.owner == cp_effective_user(), cp_flock(file.number, LOCK_EX | LOCK_NB) == 0
      else { continue }
      _ = cp_unlink(path)
    }
  }

  private static func isTemporary(_ name: String, of target: [UInt8]?) -> Bool {
    let bytes = Array(name.utf8)
    let number = bytes.suffix(TemporaryFile.digits)
    let rest = bytes.dropLast(TemporaryFile.digits)
    let mark = Array(TemporaryFile.mark.utf8)
    guard number.count == TemporaryFile.digits,
      number.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }), rest.count > mark.count,
      Array(rest.suffix(mark.count)) == mark
    else { return false }
    return target.map { Array(rest.dropLast(mark.count)) == $0 } ?? true
  }

  private static func names(in folder: String) -> [String] {
    guard let handle = opendir(folder) else { return [] }
    defer { closedir(handle) }
    var names: [String] = []
    for _ in 0..<mostEntries {
      guard let entry = readdir(handle) else { break }
      // `d_name` is as long as the entry, whatever its declared type says.
      let start = UnsafeRawPointer(entry) + MemoryLayout<dirent>.offset(of: \.d_name)!
      names.append(String(cString: start.assumingMemoryBound(to: CChar.self)))
    }
    return names
  }
}
