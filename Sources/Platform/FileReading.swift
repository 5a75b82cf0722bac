import CPlatform

/// Why a file that must be private is not touched.
package enum FileRefusal: Equatable, Sendable {
  case symlink
  /// A folder, FIFO, socket or device.
  case notRegular
  /// It belongs to another user than the one this process acts as.
  case foreignOwner(UInt32)
  /// Group or others may do something with it: the permission bits.
  case looseMode(UInt32)
}

/// What can go wrong while reading a file.
package enum FileError: Error, Equatable, Sendable {
  case refused(FileRefusal, path: String)
  /// Longer than `limit` bytes; nothing was read.
  case tooLarge(path: String, limit: Int)
  /// A FIFO that nobody wrote to for `Files.patience` seconds.
  case noWriter(path: String)
  case system(SystemError)
}

extension Files {
  /// Who may be handed a file's bytes.
  private enum Trust { case anyone, ownerOnly }

  /// Reads a whole file that holds no secret.
  /// - Throws: `FileError.tooLarge` beyond `limit` bytes, `.refused(.notRegular)`, `.system`.
  package static func read(_ path: String, limit: Int) throws(FileError) -> [UInt8] {
    try contents(path, limit: limit, .anyone)
  }

  /// Reads the first `count` bytes of a file that holds no secret, or all of a shorter one.
  /// - Throws: `FileError.refused(.notRegular)`, `.system`.
  package static func readStart(_ path: String, count: Int) throws(FileError) -> [UInt8] {
    let descriptor = try open(path, .anyone)
    _ = try status(of: descriptor, path: path, .anyone)
    var failure: SystemError?
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, read in
      do throws(SystemError) {
        read = try Descriptor.readFully(descriptor.number, path: path, into: UnsafeMutableRawBufferPointer(buffer))
      } catch {
        failure = error
      }
    }
    if let failure { throw .system(failure) }
    return bytes
  }

  /// Reads what holds no secret from whatever `path` leads to, pipes and process substitution (`/dev/fd/63`) included, to its end.
  /// - Throws: `FileError.tooLarge` beyond `limit` bytes, `.noWriter`, `.system`.
  package static func readStream(_ path: String, limit: Int) throws(FileError) -> [UInt8] {
    let descriptor = try openStream(path)
    var bytes: [UInt8] = []
    do throws(SystemError) {
      // One byte more than is known of shows whether there is more.
      let size = Int(try descriptor.status(path: path).size)
      var wanted = min(limit, max(size, 65_536)) + 1
      while bytes.count <= limit {
        var failure: SystemError?
        let part = [UInt8](unsafeUninitializedCapacity: wanted) { buffer, count in
          do throws(SystemError) {
            count = try Descriptor.readFully(
              descriptor.number, path: path, into: UnsafeMutableRawBufferPointer(buffer))
          } catch { failure = error }
        }
        if let failure { throw failure }
        if bytes.isEmpty { bytes = part } else { bytes += part }
        guard part.count == wanted else { break }
        wanted = min(bytes.count, limit + 1 - bytes.count)
      }
    } catch { throw .system(error) }
    guard bytes.count <= limit else { throw .tooLarge(path: path, limit: limit) }
    return bytes
  }

  /// Reads a whole file that only its owner may touch: never through a symlink, never waiting on a FIFO, and the checks are
  /// made on the opened file, so that nothing can be swapped in after them.
  /// - Throws: `FileError.refused`, `.tooLarge` beyond `limit` bytes, `.system`.
  package static func readPrivate(_ path: String, limit: Int) throws(FileError) -> [UInt8] {
    try contents(path, limit: limit, .ownerOnly)
  }

  /// The checks of `readPrivate`, by path and reading nothing: closing a descriptor of a file that SQLite holds open would
  /// drop SQLite's locks, which belong to the process (fcntl(2)).
  /// - Throws: `FileError.refused`, `.system`.
  package static func checkPrivate(_ path: String) throws(FileError) {
    var found = emptyStatus
    do throws(SystemError) { _ = try checked("stat", path, cp_status(path, false, &found)) } catch {
      throw .system(error)
    }
    guard Kind(mode: found.mode) != .symlink else { throw .refused(.symlink, path: path) }
    try judgePrivate(found, path: path)
  }

  /// Reads a secret-bearing file into lent memory, from its start. Ask `size` first, and lend some bytes more to notice growth.
  /// - Parameter requirePrivate: apply the checks of `readPrivate`.
  /// - Returns: the number of bytes read.
  /// - Throws: `FileError.tooLarge` when the file does not fit, `.refused`, `.system`; the lent memory is wiped then.
  package static func readSecret(
    _ path: String, into buffer: inout MutableRawSpan, requirePrivate: Bool = false
  ) throws(FileError) -> Int {
    let descriptor = try open(path, requirePrivate ? .ownerOnly : .anyone)
    _ = try status(of: descriptor, path: path, requirePrivate ? .ownerOnly : .anyone)
    return try fill(&buffer, from: descriptor.number, path: path)
  }

  /// Reads a secret from whatever `path` leads to, pipes and process substitution (`/dev/fd/63`) included, to its end.
  /// - Returns: the number of bytes read.
  /// - Throws: `FileError.tooLarge` when more arrives than fits, `.noWriter`, `.system`; the lent memory is wiped then.
  package static func readSecretStream(_ path: String, into buffer: inout MutableRawSpan) throws(FileError) -> Int {
    let descriptor = try openStream(path)
    return try fill(&buffer, from: descriptor.number, path: path)
  }

  /// Reads a secret from an open descriptor (stdin, a pipe, `--passphrase-fd`) to its end.
  /// - Returns: the number of bytes read.
  /// - Throws: `FileError.tooLarge` when more arrives than fits, `.system`; the lent memory is wiped then.
  package static func readSecret(
    descriptor: Int32, into buffer: inout MutableRawSpan
  ) throws(FileError) -> Int {
    try fill(&buffer, from: descriptor, path: nil)
  }

  /// How long a FIFO may be without a writer, in seconds: whoever is to write may still be starting.
  package static let patience: Int32 = 5

  /// Opens whatever `path` leads to for reading to its end. A pipe without a name has its writer, or had it; a FIFO may never get one,
  /// and open(2) would wait for it.
  private static func openStream(_ path: String) throws(FileError) -> Descriptor {
    let isNamed = (try? canonical(path)) != nil
    do throws(SystemError) {
      let descriptor = try Descriptor(opening: path, O_RDONLY | O_NOCTTY | O_NONBLOCK)
      let isPipe = try descriptor.status(path: path).mode & UInt32(S_IFMT) == UInt32(S_IFIFO)
      let answer = isPipe && isNamed ? cp_pipe_wait(descriptor.number, patience * 1000) : 1
      if try checked("poll", path, answer) > 0 {
        _ = try checked("fcntl", path, cp_set_blocking(descriptor.number))
        return descriptor
      }
    } catch { throw .system(error) }
    throw .noWriter(path: path)
  }

  private static func open(_ path: String, _ trust: Trust) throws(FileError) -> Descriptor {
    do throws(SystemError) {
      let flags = O_RDONLY | O_NOCTTY | O_NONBLOCK
      return try Descriptor(opening: path, trust == .ownerOnly ? flags | O_NOFOLLOW : flags)
    } catch {
      throw trust == .anyone && error.code == ELOOP ? .system(error) : refusal(opening: path, error)
    }
  }

  private static func status(
    of descriptor: borrowing Descriptor, path: String, _ trust: Trust
  ) throws(FileError) -> cp_status {
    let found: cp_status
    do throws(SystemError) { found = try descriptor.status(path: path) } catch { throw .system(error) }
    try judge(found, path: path, trust)
    return found
  }

  private static func judge(_ found: cp_status, path: String, _ trust: Trust) throws(FileError) {
    if trust == .ownerOnly { return try judgePrivate(found, path: path) }
    guard Kind(mode: found.mode) == .regular else { throw .refused(.notRegular, path: path) }
  }

  /// The permission bits of a file that others of the machine can read though this user could forbid it; nil for every other. What lies
  /// on a file system that can only be read was put there by whoever runs the machine.
  package static func exposedMode(_ path: String) -> UInt32? {
    var found = emptyStatus
    guard cp_status(path, true, &found) == 0, Kind(mode: found.mode) == .regular,
      found.owner == cp_effective_user(), found.mode & 0o044 != 0, cp_access_write(path) != -EROFS
    else { return nil }
    return found.mode & 0o777
  }

  /// Refuses all but a regular file of the user this process acts as, which nobody else may touch.
  static func judgePrivate(_ found: cp_status, path: String) throws(FileError) {
    guard Kind(mode: found.mode) == .regular else { throw .refused(.notRegular, path: path) }
    guard found.owner == cp_effective_user() else { throw .refused(.foreignOwner(found.owner), path: path) }
    guard found.mode & 0o077 == 0 else { throw .refused(.looseMode(found.mode & 0o777), path: path) }
  }

  /// The error of an `open` with O_NOFOLLOW and O_NONBLOCK.
  static func refusal(opening path: String, _ error: SystemError) -> FileError {
    // open(2), O_NOFOLLOW: "If the trailing component of pathname is a symbolic link, then the open fails, with ELOOP."
    if error.code == ELOOP, kind(of: path) == .symlink { return .refused(.symlink, path: path) }
    // A socket cannot be opened at all, a folder not for writing.
    if error.code == ENXIO || error.code == EISDIR { return .refused(.notRegular, path: path) }
    return .system(error)
  }

  private static func contents(
    _ path: String, limit: Int, _ trust: Trust
  ) throws(FileError) -> [UInt8] {
    let descriptor = try open(path, trust)
    let size = Int(try status(of: descriptor, path: path, trust).size)
    guard size <= limit else { throw .tooLarge(path: path, limit: limit) }
    var failure: SystemError?
    // One byte more than is wanted shows whether the file grew since its size was asked.
    let bytes = [UInt8](unsafeUninitializedCapacity: limit == Int.max ? size : min(limit, size + 65536) + 1) {
      buffer, count in
      do throws(SystemError) {
        count = try Descriptor.readFully(
          descriptor.number, path: path, into: UnsafeMutableRawBufferPointer(buffer))
      } catch {
        failure = error
      }
    }
    if let failure { throw .system(failure) }
    guard bytes.count <= limit else { throw .tooLarge(path: path, limit: limit) }
    return bytes
  }

  private static func fill(
    _ buffer: inout MutableRawSpan, from number: Int32, path: String?
  ) throws(FileError) -> Int {
    let outcome: Result<Int, FileError> = buffer.withUnsafeMutableBytes { lent in
      do throws(SystemError) {
        let count = try Descriptor.readFully(number, path: path, into: lent)
        var extra: UInt8 = 0
        if count == lent.count, try checked("read", path, cp_read(number, &extra, 1)) > 0 {
          extra = 0
          if let base = lent.baseAddress { cp_wipe(base, lent.count) }
          return .failure(.tooLarge(path: path ?? "standard input", limit: lent.count))
        }
        return .success(count)
      } catch {
        if let base = lent.baseAddress { cp_wipe(base, lent.count) }
        return .failure(.system(error))
      }
    }
    return try outcome.get()
  }
}
