import Glibc

@testable import Platform

/// Coffer's folders for one test, removed with everything in them.
final class ScratchFolder {
  let path: String

  init() throws {
    let root = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var template = Array("\(root)/coffer-format-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw SystemError(operation: "mkdtemp", path: root, code: errno) }
    path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  deinit { ScratchFolder.remove(path) }

  var folders: Folders {
    Folders(config: path + "/config", data: path + "/data", state: path + "/state", cache: path + "/cache")
  }

  /// Writes a private file, with the folders above it.
  func write(_ name: String, _ bytes: [UInt8]) throws {
    try Files.makePrivateDirectory(Files.parent(of: path + "/" + name))
    try Files.writeAtomically(path + "/" + name, bytes, mode: 0o600)
  }

  func read(_ name: String) throws -> [UInt8] { try Files.read(path + "/" + name, limit: 16 << 20) }

  /// Copies a folder, every file private: version control keeps no such modes.
  func copy(_ source: String, to name: String = "") throws {
    for entry in Self.entries(source) {
      let (from, to) = ("\(source)/\(entry)", name.isEmpty ? entry : "\(name)/\(entry)")
      if Files.kind(of: from) == .directory {
        try copy(from, to: to)
      } else {
        try write(to, try Files.read(from, limit: 16 << 20))
      }
    }
  }

  static func entries(_ path: String) -> [String] {
    guard let folder = opendir(path) else { return [] }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  static func remove(_ path: String) {
    guard Files.kind(of: path) == .directory else {
      unlink(path)
      return
    }
    for name in entries(path) { remove(path + "/" + name) }
    rmdir(path)
  }
}
