import Glibc
import Sealing

@testable import Launch

func secret(_ text: String) -> Secret {
  guard let bytes = try? SecretBytes(copying: Array(text.utf8)) else { fatalError("no locked memory") }
  return Secret(bytes)
}

func variable(_ name: String, _ value: String, file: Bool = false) -> LaunchVariable {
  LaunchVariable(name: name, value: secret(value), deliversFile: file)
}

/// An ambient block made of `entries`, for as long as this lives.
final class Ambient {
  private let strings: [UnsafeMutablePointer<CChar>]

  init(_ entries: [String]) { strings = entries.map { strdup($0) } }

  deinit { for string in strings { free(string) } }

  var block: AmbientBlock { AmbientBlock(strings.map { UnsafePointer($0) }) }
}

/// Runs a program with the environment to its end; its standard output, or the negative errno it did not start with.
func spawn(
  _ arguments: [String], _ environment: UnsafePointer<UnsafeMutablePointer<CChar>?>
) -> (code: Int32, output: [UInt8]) {
  var ends: [Int32] = [0, 0]
  guard pipe(&ends) == 0 else { fatalError("pipe") }
  _ = fcntl(ends[0], F_SETFD, FD_CLOEXEC)
  var actions = posix_spawn_file_actions_t()
  posix_spawn_file_actions_init(&actions)
  posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
  posix_spawn_file_actions_addclose(&actions, ends[1])
  defer { posix_spawn_file_actions_destroy(&actions) }
  var pointers = arguments.map { strdup($0) } + [nil]
  defer { for pointer in pointers { free(pointer) } }
  var child: pid_t = 0
  let answer = posix_spawn(&child, pointers[0]!, &actions, nil, &pointers, environment)
  close(ends[1])
  defer { close(ends[0]) }
  guard answer == 0 else { return (-answer, []) }
  var output: [UInt8] = []
  var chunk = [UInt8](repeating: 0, count: 65536)
  while true {
    let count = read(ends[0], &chunk, chunk.count)
    if count <= 0 { break }
    output += chunk[..<count]
  }
  var status: Int32 = 0
  while waitpid(child, &status, 0) < 0, errno == EINTR {}
  return ((status >> 8) & 0xFF, output)
}

/// What `env -0` prints when started with the environment.
func printed(_ environment: borrowing ChildEnvironment) -> [String] {
  let (code, output) = environment.withPointers { spawn(["/usr/bin/env", "-0"], $0) }
  guard code == 0 else { return ["exit \(code)"] }
  return output.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
}
