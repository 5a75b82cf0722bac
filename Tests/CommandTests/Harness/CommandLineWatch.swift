import Glibc
import Synchronization

/// Reads the command line of every process of the machine, over and over, as any user could.
final class CommandLineWatch: Sendable {
  private let markers: [Marker]
  private let state = Mutex(State())
  private let isOver = Atomic(false)
  private let hasEnded = Atomic(false)

  private struct State {
    var seen: Set<String> = []
    var rounds = 0
  }

  /// Starts watching for markers.
  init(for markers: [Marker]) throws {
    self.markers = markers
    var thread = pthread_t()
    let context = Unmanaged.passRetained(self).toOpaque()
    let code = pthread_create(
      &thread, nil,
      { context in
        if let context { Unmanaged<CommandLineWatch>.fromOpaque(context).takeRetainedValue().watch() }
        return nil
      }, context)
    guard code == 0 else { throw HarnessError(system: "start a thread", code) }
    pthread_detach(thread)
  }

  /// Ends the watch.
  ///
  /// - Returns: what was seen of the markers, and how often all processes were looked at.
  func end() -> (seen: Set<String>, rounds: Int) {
    isOver.store(true, ordering: .relaxed)
    while !hasEnded.load(ordering: .acquiring) { usleep(1000) }
    return state.withLock { ($0.seen, $0.rounds) }
  }

  private func watch() {
    while !isOver.load(ordering: .relaxed) {
      for process in Self.processes() {
        guard let bytes = try? TestFiles.read("/proc/\(process)/cmdline") else { continue }
        for (number, marker) in markers.enumerated() {
          guard let form = marker.form(in: bytes) else { continue }
          let line = String(decoding: bytes.prefix(60), as: UTF8.self)
          state.withLock { _ = $0.seen.insert("marker \(number) (\(form)) in the command line \(line)") }
        }
      }
      state.withLock { $0.rounds += 1 }
      usleep(2000)
    }
    hasEnded.store(true, ordering: .releasing)
  }

  private static func processes() -> [String] {
    guard let listing = opendir("/proc") else { return [] }
    defer { closedir(listing) }
    var found: [String] = []
    while let entry = readdir(listing) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) {
        String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name.allSatisfy(\.isNumber) { found.append(name) }
    }
    return found
  }
}
