import CPlatform

/// Files and folders by path. All that is opened is close-on-exec.
package enum Files {
  package enum Kind: Equatable, Sendable {
    case regular, directory, symlink, other

    init(mode: UInt32) {
      switch mode & UInt32(S_IFMT) {
      case UInt32(S_IFREG): self = .regular
      case UInt32(S_IFDIR): self = .directory
      case UInt32(S_IFLNK): self = .symlink
      default: self = .other
      }
    }
  }

  /// Whether something is at `path`, symlinks followed; a dangling link is nothing.
  package static func exists(_ path: String) -> Bool {
    var found = emptyStatus
    return cp_status(path, true, &found) == 0
  }

  /// What is at `path` itself, a symlink not followed; nil when nothing is, or nothing that this user may see.
  package static func kind(of path: String) -> Kind? {
    var found = emptyStatus
    return cp_status(path, false, &found) == 0 ? Kind(mode: found.mode) : nil
  }

  /// Whether this process may create files in the folder, or write to the file, as far as its mode and its file system say.
  package static func isWritable(_ path: String) -> Bool { cp_access_write(path) == 0 }

  /// Length in bytes, symlinks followed.
  /// - Throws: what stat(2) refused, a missing file included.
  package static func size(_ path: String) throws(SystemError) -> Int {
    var found = emptyStatus
    _ = try checked("stat", path, cp_status(path, true, &found))
    return Int(found.size)
  }

  /// The permission bits (0 to 0o7777), symlinks followed.
  /// - Throws: what stat(2) refused, a missing file included.
  package static func mode(_ path: String) throws(SystemError) -> UInt32 {
    var found = emptyStatus
    _ = try checked("stat", path, cp_status(path, true, &found))
    return found.mode & 0o7777
  }

  /// The absolute path with every symlink, `.` and `..` resolved; the file must exist.
  /// - Throws: what realpath(3) refused, a missing file included.
  package static func canonical(_ path: String) throws(SystemError) -> String {
    var code: Int32 = 0
    guard let found = cp_realpath(path, &code) else {
      throw SystemError(operation: "realpath", path: path, code: code)
    }
    defer { cp_free(found) }
    return String(cString: found)
  }

  /// The working directory.
  /// - Throws: what getcwd(2) refused: ENOENT when it was removed.
  package static func workingDirectory() throws(SystemError) -> String {
    let capacity = 4096
    var answer: Int64 = 0
    let path = withUnsafeTemporaryAllocation(of: CChar.self, capacity: capacity) { buffer in
      answer = cp_getcwd(buffer.baseAddress!, capacity)
      return answer < 0 ? "" : String(cString: buffer.baseAddress!)
    }
    _ = try checked("getcwd", nil, answer)
    return path
  }

  /// `path` made absolute against the working directory; nothing is resolved and nothing needs to exist.
  /// - Throws: as `workingDirectory`.
  package static func absolute(_ path: String) throws(SystemError) -> String {
    if path.hasPrefix("/") { return trimmed(path) }
    return trimmed(try workingDirectory() + "/" + path)
  }

  /// The folder that holds `path`, by its text: "." for a bare name, "/" for the root.
  package static func parent(of path: String) -> String {
    let trimmed = trimmed(path)
    guard let slash = trimmed.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
    return slash == trimmed.startIndex ? "/" : String(trimmed[..<slash])
  }

  /// Creates the folder and its missing parents, each with mode 0700; what exists is left as it is.
  /// - Throws: ENOTDIR when something else has the name; what mkdir(2) refused.
  package static func makePrivateDirectory(_ path: String) throws(SystemError) {
    let path = trimmed(path)
    var answer = cp_mkdir(path, 0o700)
    if answer == -ENOENT, parent(of: path) != path {
      try makePrivateDirectory(parent(of: path))
      answer = cp_mkdir(path, 0o700)
    }
    // Another process may have created it in between: that is success too.
    if answer == -EEXIST {
      var found = emptyStatus
      _ = try checked("stat", path, cp_status(path, true, &found))
      guard Kind(mode: found.mode) == .directory else {
        throw SystemError(operation: "mkdir", path: path, code: ENOTDIR)
      }
      return
    }
    _ = try checked("mkdir", path, answer)
  }

  /// Creates a folder for all whom the umask lets in; one that exists is left as it is.
  /// - Throws: what mkdir(2) refused.
  package static func makeDirectory(_ path: String) throws(SystemError) {
    let answer = cp_mkdir(path, 0o777)
    if answer == -EEXIST { return }
    _ = try checked("mkdir", path, answer)
  }

  /// Removes the file.
  /// - Returns: false when there was none.
  /// - Throws: what unlink(2) refused.
  @discardableResult
  package static func remove(_ path: String) throws(SystemError) -> Bool {
    let answer = cp_unlink(path)
    if answer == -ENOENT { return false }
    _ = try checked("unlink", path, answer)
    return true
  }

  static func trimmed(_ path: String) -> String {
    var path = path[...]
    while path.utf8.count > 1, path.utf8.last == UInt8(ascii: "/") { path = path.dropLast() }
    return String(path)
  }
}
