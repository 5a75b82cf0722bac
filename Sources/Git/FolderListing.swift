import Glibc

/// What stands in folders, and where paths lead.
enum FolderListing {
  /// What a path leads to.
  enum Kind { case file, folder, other }

  /// One folder or file wherever it is mounted or linked: equal for two paths that lead to the same.
  struct Identity: Hashable {
    let device: UInt64
    let number: UInt64
  }

  /// What a path leads to, through symbolic links; nil when it leads nowhere, or nowhere that may be seen.
  static func kind(_ path: String) -> Kind? { look(path)?.kind }

  /// What a path leads to, and which one it is.
  static func look(_ path: String) -> (kind: Kind, identity: Identity, size: Int)? {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else { return nil }
    let kind: Kind =
      switch status.st_mode & S_IFMT {
      case S_IFREG: .file
      case S_IFDIR: .folder
      default: .other
      }
    return (kind, Identity(device: UInt64(status.st_dev), number: UInt64(status.st_ino)), Int(status.st_size))
  }

  /// Whether something has this name, a symbolic link to nowhere included.
  static func exists(_ path: String) -> Bool {
    var status = stat()
    return unsafe lstat(path, &status) == 0
  }

  /// The names in a folder, sorted; an empty list when there is no such folder. Names that are not UTF-8 are left out.
  /// - Throws: `FileFault.system`, also with `E2BIG` when there are more than `limit`.
  static func names(in folder: String, limit: Int = 1_000_000) throws(FileFault) -> [String] {
    try list(folder, limit: limit).names
  }

  /// As `names`, and whether a name was left out.
  static func list(
    _ folder: String, limit: Int = 1_000_000
  ) throws(FileFault) -> (names: [String], leftOut: Bool) {
    guard let stream = unsafe opendir(folder) else {
      if errno == ENOENT || errno == ENOTDIR { return ([], false) }
      throw .system(path: folder, code: errno)
    }
    defer { unsafe closedir(stream) }
    var names: [String] = []
    var leftOut = false
    while true {
      errno = 0
      guard let entry = unsafe readdir(stream) else {
        if errno != 0 { throw .system(path: folder, code: errno) }
        break
      }
      let name = unsafe withUnsafeBytes(of: entry.pointee.d_name) { bytes in
        unsafe String(validating: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      guard let name else {
        leftOut = true
        continue
      }
      if name == "." || name == ".." { continue }
      guard names.count < limit else { throw .system(path: folder, code: E2BIG) }
      names.append(name)
    }
    return (names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }, leftOut)
  }

  /// The absolute path without symbolic links; nil when it leads nowhere.
  static func real(_ path: String) -> String? {
    guard let found = unsafe realpath(path, nil) else { return nil }
    defer { unsafe free(found) }
    return unsafe String(validatingCString: found)
  }

  /// `path` as seen from `folder`: itself when absolute.
  static func join(_ folder: String, _ path: String) -> String {
    path.utf8.first == UInt8(ascii: "/") ? path : folder == "/" ? "/" + path : folder + "/" + path
  }

  /// The folder in which something stands.
  static func parent(of path: String) -> String {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")), slash != path.startIndex else { return "/" }
    return String(path[..<slash])
  }

  /// Whether an absolute, real path is a folder or stands below it.
  static func isPath(_ path: String, within folder: String) -> Bool {
    path == folder || folder == "/" || path.utf8.starts(with: (folder + "/").utf8)
  }
}
