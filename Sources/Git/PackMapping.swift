import Glibc

/// The owner of one file mapped read-only.
///
/// Git replaces packs and never changes one in place, so that what is mapped stays; a pack that someone truncates during a scan
/// ends it by SIGBUS, as it ends git.
@safe struct PackMapping: ~Copyable, @unchecked Sendable {
  // Never written to, and unmapped once, when nobody holds the owner.
  private let start: UnsafeMutableRawPointer
  let count: Int

  /// - Throws: `PackError.unreadable`; an empty file is `.damagedPack`.
  init(_ path: String) throws(PackError) {
    // Not waiting where a FIFO lies in a pack's place.
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
    guard descriptor >= 0 else { throw .unreadable(code: errno) }
    defer { close(descriptor) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else { throw .unreadable(code: errno) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw .unreadable(code: EINVAL) }
    guard status.st_size > 0 else { throw .damagedPack }
    let mapped = unsafe mmap(nil, status.st_size, PROT_READ, MAP_PRIVATE, descriptor, 0)
    guard let mapped = unsafe mapped, unsafe mapped != MAP_FAILED else { throw .unreadable(code: errno) }
    unsafe start = unsafe mapped
    count = status.st_size
  }

  deinit { unsafe munmap(start, count) }

  /// Lets go of what was read: it can be read again, from the system's own cache. Else a walk through all of a pack would count as
  /// memory of this process, though the system would take it back at need.
  borrowing func forget() { unsafe madvise(start, count, MADV_DONTNEED) }

  /// Lends all bytes of the file.
  borrowing func withBytes<Result, Failure>(
    _ body: (RawSpan) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(unsafe RawSpan(_unsafeStart: UnsafeRawPointer(start), byteCount: count))
  }
}
