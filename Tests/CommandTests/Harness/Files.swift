import Glibc

/// The few file operations that tests need; paths are absolute.
enum TestFiles {
  static func makeFolder(_ path: String, mode: mode_t = 0o755) throws {
    var built = ""
    for part in path.split(separator: "/") {
      built += "/" + part
      guard mkdir(built, mode) == 0 || errno == EEXIST || errno == EISDIR else {
        throw HarnessError(system: "create \(built)")
      }
    }
  }

  static func write(_ bytes: [UInt8], to path: String, mode: mode_t = 0o644) throws {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
    guard descriptor >= 0 else { throw HarnessError(system: "create \(path)") }
    defer { close(descriptor) }
    // The mode given to open is narrowed by the umask, and not applied to a file that was there.
    _ = fchmod(descriptor, mode)
    var written = 0
    while written < bytes.count {
      let count = bytes[written...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      guard count > 0 else { throw HarnessError(system: "write \(path)") }
      written += count
    }
  }

  static func read(_ path: String) throws -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw HarnessError(system: "open \(path)") }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = Glibc.read(descriptor, &buffer, buffer.count)
      guard count >= 0 else { throw HarnessError(system: "read \(path)") }
      guard count > 0 else { return bytes }
      bytes += buffer[..<count]
    }
  }

  static func exists(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0
  }

  /// The permission bits, such as 0o600; nil without the file.
  static func mode(_ path: String) -> mode_t? {
    var status = stat()
    return lstat(path, &status) == 0 ? status.st_mode & 0o7777 : nil
  }

  /// Copies all bytes and the permission bits.
  static func copy(_ source: String, to target: String) throws {
    try write(read(source), to: target, mode: mode(source) ?? 0o644)
  }

  /// Every file and folder below, folders before what is in them, in a stable order.
  static func tree(_ folder: String) -> [String] {
    entries(folder).flatMap { [$0] + (isFolder($0) ? tree($0) : []) }
  }

  /// What is in one folder, in a stable order.
  static func entries(_ folder: String) -> [String] {
    guard let listing = opendir(folder) else { return [] }
    var names: [String] = []
    while let entry = readdir(listing) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) {
        String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != ".", name != ".." { names.append(name) }
    }
    closedir(listing)
    return names.sorted().map { folder + "/" + $0 }
  }

  static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// Removes a folder and all that is in it; what is missing already is no error.
  static func removeTree(_ folder: String) {
    for path in tree(folder).reversed() + [folder] where remove(path) != 0 {
      // A folder that a test made read-only.
      _ = chmod(parent(of: path), 0o700)
      _ = remove(path)
    }
  }
}

/// The text of a C buffer, up to its NUL.
func string(in buffer: [CChar]) -> String {
  String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
}
