import CPlatform

/// A private file that several processes add to at once, each by single writes at its end (O_APPEND), without waiting for one
/// another.
package struct AppendedFile: ~Copyable, Sendable {
  package let path: String
  private let descriptor: Descriptor

  /// Opens the file (created with mode 0600 when missing, never through a symlink).
  /// - Throws: `FileError.refused` for what is not a regular file of this user's alone, by the checks of `Files.readPrivate`;
  ///   `FileError.system`.
  package init(_ path: String) throws(FileError) {
    let descriptor: Descriptor
    do throws(SystemError) {
      descriptor = try Descriptor(
        opening: path, O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK, mode: 0o600)
    } catch { throw Files.refusal(opening: path, error) }
    let found: cp_status
    do throws(SystemError) { found = try descriptor.status(path: path) } catch { throw .system(error) }
    try Files.judgePrivate(found, path: path)
    self.path = path
    self.descriptor = descriptor
  }

  /// Length in bytes.
  /// - Throws: what fstat(2) refused.
  package borrowing func size() throws(SystemError) -> Int { Int(try descriptor.status(path: path).size) }

  /// What is there from `offset` to the end.
  /// - Throws: what fstat(2) or pread(2) refused.
  package borrowing func bytes(from offset: Int) throws(SystemError) -> [UInt8] {
    try descriptor.pread(max(0, try size() - offset), at: offset, path: path)
  }

  /// Adds lines, each with its line end, in one write(2). What a crash or a full disk left of an earlier line is ended first.
  /// - Returns: the file's length before and after; what other processes add meanwhile may be in it.
  /// - Throws: what the system refused; ENOSPC when only a part was taken.
  package borrowing func add(_ lines: [UInt8]) throws(SystemError) -> (before: Int, after: Int) {
    let size = try size()
    let isTorn = size > 0 ? try descriptor.pread(1, at: size - 1, path: path) != [0x0A] : false
    let bytes = isTorn ? [0x0A] + lines : lines
    let count = try checked(
      "write", path, bytes.withUnsafeBytes { cp_write(descriptor.number, $0.baseAddress, $0.count) })
    guard count == bytes.count else { throw SystemError(operation: "write", path: path, code: ENOSPC) }
    return (size, size + bytes.count)
  }
}
