import Glibc

@testable import Platform

/// A folder for one test, removed with everything in it.
final class Scratch {
  let path: String

  init() {
    var template = Array("\(Scratch.root)/coffer-test-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { fatalError("mkdtemp") }
    path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  deinit { _ = spawn(["/bin/rm", "-rf", path]) }

  static var root: String { getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp" }

  func callAsFunction(_ name: String) -> String { path + "/" + name }

  var names: [String] {
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
}

struct Finished: Equatable {
  let code: Int32
  let output: String
}

/// Runs a program to its end; standard output and error together.
func spawn(_ arguments: [String]) -> Finished {
  var ends: [Int32] = [0, 0]
  guard pipe(&ends) == 0 else { fatalError("pipe") }
  _ = fcntl(ends[0], F_SETFD, FD_CLOEXEC)
  var actions = posix_spawn_file_actions_t()
  posix_spawn_file_actions_init(&actions)
  posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
  posix_spawn_file_actions_adddup2(&actions, ends[1], 2)
  posix_spawn_file_actions_addclose(&actions, ends[1])
  defer { posix_spawn_file_actions_destroy(&actions) }
  var pointers = arguments.map { strdup($0) } + [nil]
  defer { for pointer in pointers { free(pointer) } }
  var child: pid_t = 0
  let answer = posix_spawnp(&child, pointers[0]!, &actions, nil, &pointers, environ)
  close(ends[1])
  defer { close(ends[0]) }
  guard answer == 0 else { return Finished(code: -answer, output: "") }
  var output: [UInt8] = []
  var chunk = [UInt8](repeating: 0, count: 65536)
  while true {
    let count = read(ends[0], &chunk, chunk.count)
    if count <= 0 { break }
    output += chunk[..<count]
  }
  var status: Int32 = 0
  while waitpid(child, &status, 0) < 0, errno == EINTR {}
  let code = status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F)
  return Finished(code: code, output: String(decoding: output, as: UTF8.self))
}

/// Lends `count` zero bytes to `body` and returns its answer with what it wrote.
func lend<R>(_ count: Int, _ body: (inout MutableRawSpan) throws -> R) rethrows -> (R, [UInt8]) {
  var bytes = [UInt8](repeating: 0, count: count)
  let answer = try bytes.withUnsafeMutableBytes { buffer in
    var span = MutableRawSpan(_unsafeBytes: buffer)
    return try body(&span)
  }
  return (answer, bytes)
}

func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
