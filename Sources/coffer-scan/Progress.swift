import Glibc
import Platform
import Scanning
import Synchronization

/// One line on a terminal that tells how far a scan is; nothing anywhere else.
///
/// Drawn by a thread of its own, ten times a second, so that the threads that read never wait for a terminal.
final class Progress: Sendable {
  private let counter: ScanCounter
  private let ended = Atomic(false)

  /// - Returns: nil where nobody watches.
  static func start(_ counter: ScanCounter, quiet: Bool) -> Progress? {
    guard !quiet, Terminal.isTerminal(2) else { return nil }
    return Progress(counter)
  }

  private init(_ counter: ScanCounter) { self.counter = counter }

  /// Draws until `end`.
  func draw() {
    var drawn = false
    while !ended.load(ordering: .acquiring) {
      usleep(100_000)
      guard !ended.load(ordering: .acquiring) else { break }
      write("\r\u{1B}[K" + line)
      drawn = true
    }
    if drawn { write("\r\u{1B}[K") }
  }

  /// Takes the line away, soon.
  func end() { ended.store(true, ordering: .releasing) }

  private var line: String {
    let (done, expected, bytes) = counter.now
    guard done > 0 || expected > 0 || bytes > 0 else { return "\(counter.stage)" }
    let megabytes = bytes / 1_000_000
    guard expected > 0 else { return "\(counter.stage): \(done), \(megabytes) MB" }
    return "\(counter.stage): \(min(100, done * 100 / expected)) % of \(expected), \(megabytes) MB"
  }

  private func write(_ text: String) {
    let bytes = Array(text.utf8)
    try? Files.write(bytes.span.bytes, descriptor: 2)
  }
}
