import Glibc
import Platform

/// Where a report goes: standard output, or a file that is opened before the process confines itself.
struct ReportOutput: ~Copyable {
  let descriptor: Int32
  let isFile: Bool

  /// - Parameter path: nil: standard output.
  /// - Throws: `Failure` unless the file is new or empty, and no symbolic link: a report replaces nothing.
  init(_ path: String?) throws {
    guard let path else {
      descriptor = 1
      isFile = false
      return
    }
    let opened = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0o600)
    guard opened >= 0 else {
      throw Failure("\(Wording.line(path)): \(SystemError(operation: "open", path: nil, code: errno).message)")
    }
    var status = stat()
    guard fstat(opened, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size == 0 else {
      close(opened)
      throw Failure(
        "\(Wording.line(path)) holds something already, or is no file", hints: ["give a name that is not taken"])
    }
    descriptor = opened
    isFile = true
  }

  /// Sees to it that the report is there when the program says so.
  /// - Throws: `SystemError`: the disk is full, or failed.
  borrowing func finish() throws(SystemError) {
    guard isFile else { return }
    guard fsync(descriptor) == 0 else { throw SystemError(operation: "fsync", path: nil, code: errno) }
  }

  deinit { if isFile { close(descriptor) } }
}
