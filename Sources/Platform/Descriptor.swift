import CPlatform

/// The owner of one open file descriptor, close-on-exec.
struct Descriptor: ~Copyable {
  let number: Int32

  init(opening path: String, _ flags: Int32, mode: UInt32 = 0) throws(SystemError) {
    number = try checked("open", path, cp_open(path, flags, mode))
  }

  deinit { _ = cp_close(number) }

  borrowing func status(path: String?) throws(SystemError) -> cp_status {
    var found = emptyStatus
    _ = try checked("fstat", path, cp_status_fd(number, &found))
    return found
  }

  /// Whether this is the file that has the name `path`.
  borrowing func isAt(_ path: String) -> Bool {
    var found = emptyStatus
    guard let held = try? status(path: path) else { return false }
    return cp_status(path, false, &found) == 0 && found.device == held.device && found.inode == held.inode
  }

  /// Writes a file that is open and empty, and waits until it is on the disk.
  /// - Parameter mode: permission bits, whatever the umask.
  borrowing func fill(_ bytes: RawSpan, mode: UInt32, path: String) throws(SystemError) {
    _ = try checked("fchmod", path, cp_chmod_fd(number, mode))
    try Self.writeFully(number, path: path, bytes)
    _ = try checked("fsync", path, cp_fsync(number))
  }

  /// Fills `buffer` from the descriptor's place onward; fewer bytes only at the end of the file.
  static func readFully(
    _ number: Int32, path: String?, into buffer: UnsafeMutableRawBufferPointer
  ) throws(SystemError) -> Int {
    var done = 0
    while done < buffer.count {
      let count = try checked("read", path, cp_read(number, buffer.baseAddress! + done, buffer.count - done))
      if count == 0 { break }
      done += Int(count)
    }
    return done
  }

  /// Up to `count` bytes from `offset`; fewer only at the end of the file.
  borrowing func pread(_ count: Int, at offset: Int, path: String?) throws(SystemError) -> [UInt8] {
    let number = number
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

  static func writeFully(_ number: Int32, path: String?, _ bytes: RawSpan) throws(SystemError) {
    var failure: SystemError?
    bytes.withUnsafeBytes { source in
      var done = 0
      while done < source.count, failure == nil {
        let count = cp_write(number, source.baseAddress! + done, source.count - done)
        if count < 0 { failure = SystemError(operation: "write", path: path, code: Int32(-count)) }
        done += max(0, Int(count))
      }
    }
    if let failure { throw failure }
  }
}

let emptyStatus = cp_status(mode: 0, owner: 0, size: 0, device: 0, inode: 0)
