import Glibc

/// Why a file or a folder of the layout is not read.
enum FileFault: Error {
  case layout(file: String, GitError.LayoutFault)
  case system(path: String, code: Int32)

  /// As the end of the matter.
  var error: GitError {
    switch self {
    case .layout(let file, let fault): .layout(file: file, fault)
    case .system(let path, let code): .system(path: path, code: code)
    }
  }

  /// As one more fact, when reading goes on.
  var fact: RepositoryFact {
    switch self {
    case .layout(let file, let fault): .layout(file: file, fault)
    case .system(let path, let code): .unreadable(path: path, code: code)
    }
  }
}

/// The small text files in which git notes things, read whole and never waited for.
enum SmallFile {
  /// So much is enough for any file that a person or git writes line by line, but for the lists named below.
  static let usualLimit = 64 << 10

  /// Reads a whole regular file.
  /// - Parameter limit: in bytes.
  /// - Returns: nil when there is no such file.
  /// - Throws: `FileFault.layout(.tooLarge)`; `.system` when it is no regular file (`EINVAL`) or cannot be read.
  static func read(_ path: String, limit: Int = usualLimit) throws(FileFault) -> [UInt8]? {
    // Not waiting where a FIFO lies in the file's place.
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
    guard descriptor >= 0 else {
      if errno == ENOENT || errno == ENOTDIR { return nil }
      throw .system(path: path, code: errno)
    }
    defer { close(descriptor) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else { throw .system(path: path, code: errno) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw .system(path: path, code: EINVAL) }
    guard status.st_size <= limit else { throw .layout(file: path, .tooLarge(limit: limit)) }
    var failure: Int32 = 0
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: Int(status.st_size)) { buffer, count in
      while count < buffer.count {
        let got = unsafe Glibc.read(descriptor, buffer.baseAddress.map { unsafe $0 + count }, buffer.count - count)
        if got < 0, errno == EINTR { continue }
        if got < 0 { failure = errno }
        if got <= 0 { return }
        count += got
      }
    }
    guard failure == 0 else { throw .system(path: path, code: failure) }
    return bytes
  }

  /// The only line of a file, without the space around it; nil when there is no such file.
  /// - Throws: as `read`; `FileFault.layout(.malformed)` when it is not text of one line.
  static func line(_ path: String) throws(FileFault) -> String? {
    guard let bytes = try read(path) else { return nil }
    let trimmed = bytes.trimmed
    guard !trimmed.contains(10), !trimmed.contains(0), let text = String(validating: trimmed, as: UTF8.self) else {
      throw .layout(file: path, .malformed)
    }
    return text
  }
}

extension Collection<UInt8> where Self: BidirectionalCollection, SubSequence: BidirectionalCollection<UInt8> {
  /// Without the spaces, tabs and line ends around it.
  var trimmed: SubSequence {
    let isSpace = { (byte: UInt8) in byte == 32 || (9...13).contains(byte) }
    var rest = self[...]
    while let byte = rest.first, isSpace(byte) { rest = rest.dropFirst() }
    while let byte = rest.last, isSpace(byte) { rest = rest.dropLast() }
    return rest
  }
}
