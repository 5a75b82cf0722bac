import CPlatform

/// A small private file held open under a lock of the whole file (flock(2)); the lock ends with this value, and with the
/// process.
package struct LockedFile: ~Copyable, Sendable {
  package enum Mode: Equatable, Sendable {
    /// Many readers at a time.
    case shared
    /// One holder at a time.
    case exclusive
  }

  package let path: String
  private let descriptor: Descriptor
  private var number: Int32 { descriptor.number }

  /// Opens the file (created with mode 0600 when missing, never through a symlink) and waits for the lock.
  /// - Parameter wait: false: throw EWOULDBLOCK at once when another holds it.
  /// - Throws: `FileError.refused` for what is not a regular file of this user's alone, by the checks of `Files.readPrivate`;
  ///   `FileError.system`.
  package init(_ path: String, _ mode: Mode, wait: Bool = true) throws(FileError) {
    let descriptor: Descriptor
    do throws(SystemError) {
      descriptor = try Descriptor(
        opening: path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK, mode: 0o600)
    } catch { throw Files.refusal(opening: path, error) }
    let found: cp_status
    do throws(SystemError) { found = try descriptor.status(path: path) } catch { throw .system(error) }
    try Files.judgePrivate(found, path: path)
    let lock = mode == .shared ? LOCK_SH : LOCK_EX
    do throws(SystemError) {
      _ = try checked("flock", path, cp_flock(descriptor.number, wait ? lock : lock | LOCK_NB))
    } catch { throw .system(error) }
    self.path = path
    self.descriptor = descriptor
  }

  /// Length in bytes.
  /// - Throws: what fstat(2) refused.
  package borrowing func size() throws(SystemError) -> Int {
    Int(try descriptor.status(path: path).size)
  }

  /// Whether the file is still the one at its path: another holder may have moved it away before the lock was free.
  package borrowing func isAtItsPath() throws(SystemError) -> Bool {
    let held = try descriptor.status(path: path)
    var found = emptyStatus
    return cp_status(path, false, &found) == 0 && found.device == held.device && found.inode == held.inode
  }

  /// Up to `count` bytes from `offset`; fewer only at the end of the file.
  /// - Throws: what pread(2) refused.
  package borrowing func pread(_ count: Int, at offset: Int) throws(SystemError) -> [UInt8] {
    try descriptor.pread(count, at: offset, path: path)
  }

  /// Writes all of `bytes` at `offset`.
  /// - Throws: what pwrite(2) refused; a part may have been written.
  package borrowing func pwrite(_ bytes: [UInt8], at offset: Int) throws(SystemError) {
    var done = 0
    while done < bytes.count {
      let answer = bytes.withUnsafeBytes {
        cp_pwrite(number, $0.baseAddress! + done, bytes.count - done, Int64(offset + done))
      }
      done += Int(try checked("pwrite", path, answer))
    }
  }

  /// Cuts or extends the file to `size` bytes.
  /// - Throws: what ftruncate(2) refused.
  package borrowing func truncate(to size: Int) throws(SystemError) {
    _ = try checked("ftruncate", path, cp_truncate(number, Int64(size)))
  }

  /// Waits until what was written is on the disk.
  /// - Throws: what fsync(2) refused.
  package borrowing func sync() throws(SystemError) {
    _ = try checked("fsync", path, cp_fsync(number))
  }
}
