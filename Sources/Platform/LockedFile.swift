import CPlatform

/// A small file held open under a lock of the whole file (flock(2)); the lock ends with this value, and with the process.
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
  /// - Throws: ELOOP for a symlink; EINVAL for anything but a regular file.
  package init(_ path: String, _ mode: Mode, wait: Bool = true) throws(SystemError) {
    let descriptor = try Descriptor(
      opening: path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK, mode: 0o600)
    guard Files.Kind(mode: try descriptor.status(path: path).mode) == .regular else {
      throw SystemError(operation: "open", path: path, code: EINVAL)
    }
    let lock = mode == .shared ? LOCK_SH : LOCK_EX
    _ = try checked("flock", path, cp_flock(descriptor.number, wait ? lock : lock | LOCK_NB))
    self.path = path
    self.descriptor = descriptor
  }

  /// Length in bytes.
  package borrowing func size() throws(SystemError) -> Int {
    Int(try descriptor.status(path: path).size)
  }

  /// Up to `count` bytes from `offset`; fewer only at the end of the file.
  package borrowing func pread(_ count: Int, at offset: Int) throws(SystemError) -> [UInt8] {
    var failure: SystemError?
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, done in
      while done < count {
        let answer = cp_pread(number, buffer.baseAddress! + done, count - done, Int64(offset + done))
        if answer < 0 { failure = SystemError(operation: "pread", path: path, code: Int32(-answer)) }
        if answer <= 0 { break }
        done += Int(answer)
      }
    }
    if let failure { throw failure }
    return bytes
  }

  /// Writes all of `bytes` at `offset`.
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
  package borrowing func truncate(to size: Int) throws(SystemError) {
    _ = try checked("ftruncate", path, cp_truncate(number, Int64(size)))
  }

  /// Waits until what was written is on the disk.
  package borrowing func sync() throws(SystemError) {
    _ = try checked("fsync", path, cp_fsync(number))
  }
}
