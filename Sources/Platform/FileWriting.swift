import CPlatform

extension Files {
  /// Replaces the file at `path` so that a reader, and a crash at any moment, sees the old bytes or the new ones: a new file in
  /// the same folder is written, synced and renamed over it, and the folder is synced.
  ///
  /// A symlink at `path` is replaced itself; resolve it with `canonical` first where its target is meant.
  /// - Parameter mode: permission bits, whatever the umask; nil keeps those of the file that is replaced, or takes 0666 less the
  ///   umask for a new one.
  /// - Throws: what the system refused, told of `path`; the old file stays then, unless the folder's sync failed.
  package static func writeAtomically(
    _ path: String, _ bytes: [UInt8], mode: UInt32? = 0o600
  ) throws(SystemError) {
    try writeAtomically(path, bytes.span.bytes, mode: mode)
  }

  /// As `writeAtomically(_:_:mode:)`, from memory that is lent.
  /// - Throws: as that one.
  package static func writeAtomically(
    _ path: String, _ bytes: RawSpan, mode: UInt32? = 0o600
  ) throws(SystemError) {
    var existing = emptyStatus
    let found = cp_status(path, false, &existing) == 0 && Kind(mode: existing.mode) == .regular
    let mode = mode ?? (found ? existing.mode & 0o777 : 0o666 & ~cp_umask())
    var written = try TemporaryFile.write(beside: path, bytes, mode: mode)
    try written.replace()
  }

  /// Writes a file that is not there yet: whole or not at all, for a reader and for a crash at any moment. Of two processes that
  /// do so at once, one wins.
  /// - Parameter mode: permission bits, whatever the umask.
  /// - Returns: false, with nothing written, when anything has the name, a dangling symlink included.
  /// - Throws: what the system refused, told of `path`.
  package static func writeNew(_ path: String, _ bytes: [UInt8], mode: UInt32 = 0o600) throws(SystemError) -> Bool {
    var written = try TemporaryFile.write(beside: path, bytes.span.bytes, mode: mode)
    return try written.placeNew()
  }

  /// Gives a file another name, in place of what has it, and syncs the folder of the new name.
  /// - Throws: what rename(2) refused.
  package static func rename(_ path: String, to target: String) throws(SystemError) {
    _ = try checked("rename", target, cp_rename(path, target))
    try syncFolder(parent(of: target))
  }

  /// Gives a file another name that nothing has yet.
  /// - Returns: false, with nothing renamed, when anything has the name.
  /// - Throws: what renameat2(2) refused.
  package static func renameNew(_ path: String, to target: String) throws(SystemError) -> Bool {
    let answer = cp_rename_new(path, target)
    if answer == -EEXIST { return false }
    _ = try checked("rename", target, answer)
    try syncFolder(parent(of: target))
    return true
  }

  /// Writes a new file, synced; what fails half way is removed again. The folder is not synced.
  /// - Parameter mode: permission bits, whatever the umask.
  /// - Throws: EEXIST when anything has the name, a dangling symlink included; what else the system refused.
  package static func writeExclusive(
    _ path: String, _ bytes: RawSpan, mode: UInt32 = 0o600
  ) throws(SystemError) {
    // Created with the owner's bits only, so that it is never wider than `mode` for a moment.
    let descriptor = try Descriptor(
      opening: path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_NOCTTY, mode: mode & 0o700)
    do throws(SystemError) { try descriptor.fill(bytes, mode: mode, path: path) } catch {
      _ = cp_unlink(path)
      throw error
    }
  }

  /// Writes lent bytes to an open descriptor: standard output, a pipe.
  /// - Throws: what write(2) refused; a part may have been written.
  package static func write(_ bytes: RawSpan, descriptor: Int32) throws(SystemError) {
    try Descriptor.writeFully(descriptor, path: nil, bytes)
  }

  /// Makes the names in `folder` survive a power loss.
  /// - Throws: what open(2) or fsync(2) refused.
  package static func syncFolder(_ folder: String) throws(SystemError) {
    let descriptor = try Descriptor(opening: folder, O_RDONLY | O_DIRECTORY)
    _ = try checked("fsync", folder, cp_fsync(descriptor.number))
  }
}
