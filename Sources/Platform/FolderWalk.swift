import CPlatform
import Glibc

extension Files {
  /// Reads an open descriptor to its end.
  /// - Parameter expected: bytes that will probably come.
  /// - Throws: `SystemError`; EFBIG when more than `limit` bytes come.
  package static func readToEnd(
    _ descriptor: Int32, limit: Int, expected: Int = 0
  ) throws(SystemError) -> [UInt8] {
    var bytes: [UInt8] = []
    // Files of /proc and the like say that they are empty.
    var capacity = max(expected, 1 << 16) + 1
    while true {
      guard bytes.count <= limit else { throw SystemError(operation: "read", path: nil, code: EFBIG) }
      var failed: Int32 = 0
      let part = [UInt8](unsafeUninitializedCapacity: min(capacity, limit + 1 - bytes.count)) { buffer, count in
        let got = cp_read(descriptor, buffer.baseAddress, buffer.count)
        if got < 0 { failed = Int32(-got) } else { count = Int(got) }
      }
      guard failed == 0 else { throw SystemError(operation: "read", path: nil, code: failed) }
      if part.isEmpty { return bytes }
      if bytes.isEmpty { bytes = part } else { bytes += part }
      capacity = 1 << 16
    }
  }
}

/// The regular files under a folder, in the order of their paths' bytes. Links are not followed: what they lead to inside the folder
/// is found by its own name. Names are bytes: they need not be UTF-8.
package struct FolderWalk {
  /// Folders inside one another. More than any path the kernel takes can name.
  private static let maximumDepth = 2048

  /// A regular file.
  package struct File: Sendable {
    /// Relative to the folder, without a slash at its start.
    package let path: [UInt8]
    /// In bytes, when it was listed.
    package let size: Int
  }

  /// A folder or file that could not be looked at.
  package struct Failure: Sendable {
    /// As in `File`; empty for the folder itself.
    package let path: [UInt8]
    /// The errno.
    package let code: Int32
  }

  package private(set) var files: [File] = []
  package private(set) var failures: [Failure] = []
  private let root: [UInt8]
  private let skipped: Set<[UInt8]>

  /// Lists everything under `root`.
  /// - Parameter skipping: names of folders that are left out, at any depth.
  package init(_ root: String, skipping: Set<String> = []) {
    self.root = Array(root.utf8)
    skipped = Set(skipping.map { Array($0.utf8) })
    var waiting: [(path: [UInt8], depth: Int)] = [([], 0)]
    while let folder = waiting.popLast() {
      guard folder.depth < Self.maximumDepth else {
        failures.append(Failure(path: folder.path, code: ELOOP))
        continue
      }
      waiting += list(folder.path).map { ($0, folder.depth + 1) }
    }
    files.sort { $0.path.lexicographicallyPrecedes($1.path) }
    failures.sort { $0.path.lexicographicallyPrecedes($1.path) }
  }

  /// The whole file, which must still be a regular one.
  /// - Parameter path: as in `File`.
  /// - Throws: `SystemError`; EFBIG when it is larger than `limit` bytes.
  package static func read(_ path: [UInt8], under root: String, limit: Int) throws(SystemError) -> [UInt8] {
    let full = Self.full(Array(root.utf8), path)
    let descriptor = full.withUnsafeBufferPointer {
      open($0.baseAddress!, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    }
    guard descriptor >= 0 else { throw SystemError(operation: "open", path: nil, code: errno) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw SystemError(operation: "open", path: nil, code: EINVAL)
    }
    return try Files.readToEnd(descriptor, limit: limit, expected: Int(status.st_size))
  }

  /// - Returns: the folders in it.
  private mutating func list(_ folder: [UInt8]) -> [[UInt8]] {
    let handle = Self.full(root, folder).withUnsafeBufferPointer { opendir($0.baseAddress!) }
    guard let handle else {
      failures.append(Failure(path: folder, code: errno))
      return []
    }
    defer { closedir(handle) }
    var folders: [[UInt8]] = []
    while true {
      errno = 0
      guard let entry = readdir(handle) else {
        if errno != 0 { failures.append(Failure(path: folder, code: errno)) }
        return folders
      }
      let name = Self.name(entry)
      guard name != [0x2E], name != [0x2E, 0x2E] else { continue }
      let path = folder.isEmpty ? name : folder + [0x2F] + name
      var status = stat()
      let code = Self.full(root, path).withUnsafeBufferPointer { lstat($0.baseAddress!, &status) }
      guard code == 0 else {
        failures.append(Failure(path: path, code: errno))
        continue
      }
      switch status.st_mode & S_IFMT {
      case S_IFDIR: if !skipped.contains(name) { folders.append(path) }
      case S_IFREG: files.append(File(path: path, size: Int(status.st_size)))
      default: break
      }
    }
  }

  private static func full(_ root: [UInt8], _ path: [UInt8]) -> [CChar] {
    ((path.isEmpty ? root : root + [0x2F] + path) + [0]).map { CChar(bitPattern: $0) }
  }

  /// `d_name` is as long as the entry, whatever its declared type says.
  private static func name(_ entry: UnsafeMutablePointer<dirent>) -> [UInt8] {
    let start = UnsafeRawPointer(entry) + MemoryLayout<dirent>.offset(of: \.d_name)!
    return Array(UnsafeRawBufferPointer(start: start, count: strlen(start.assumingMemoryBound(to: CChar.self))))
  }
}
