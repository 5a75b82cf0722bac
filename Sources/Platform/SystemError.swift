import CPlatform

/// A system call that failed. EINTR never arrives here: the C side retries it.
package struct SystemError: Error, Equatable, Sendable {
  /// The call or act, as in "open".
  package let operation: String
  /// The file it was about; nil where there is none.
  package let path: String?
  /// The errno.
  package let code: Int32

  package init(operation: String, path: String? = nil, code: Int32) {
    self.operation = operation
    self.path = path
    self.code = code
  }

  /// The system's words for the code, in English whatever the locale.
  package var message: String {
    guard let text = cp_error_message(code) else { return "error \(code)" }
    return String(cString: text)
  }

  package var isMissing: Bool { code == ENOENT }
  /// The file system can only be read.
  package var isReadOnly: Bool { code == EROFS }
  /// The file system, the quota or the file size limit is used up.
  package var isFull: Bool { code == ENOSPC || code == EDQUOT || code == EFBIG }
}

/// Turns the C side's negative errno into an error, and passes every other answer on.
func checked<Answer: SignedInteger>(
  _ operation: String, _ path: String? = nil, _ answer: Answer
) throws(SystemError) -> Answer {
  guard answer < 0 else { return answer }
  throw SystemError(operation: operation, path: path, code: Int32(-answer))
}
