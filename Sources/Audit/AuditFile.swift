package import Platform

/// What this device read of one vault: a file of lines that every process adds to, and a chain of checkpoints over it.
/// docs/FORMAT.md, "Audit file".
package struct AuditFile: Sendable {
  /// The file, the newest lines at its end.
  package let path: String
  /// What it was until it became too large.
  package var olderPath: String { path + ".1" }

  /// From this length on the file is moved to `olderPath`, in place of what was there.
  private let mostBytes: Int
  /// A launch chains only what has come to this many bytes.
  private static let chainedBytes = 64 << 10
  /// Beyond this length a file is none of Coffer's.
  private static let readLimit = 256 << 20

  private let folder: String

  /// - Parameter vault: the vault's id in hexadecimal.
  package init(vault: String, _ folders: Folders) { self.init(vault: vault, folders, mostBytes: 16 << 20) }

  init(vault: String, _ folders: Folders, mostBytes: Int) {
    self.mostBytes = mostBytes
    folder = folders.state + "/audit"
    path = folder + "/" + vault + ".log"
  }

  var chain: AuditChain { AuditChain(log: path) }
  var olderChain: AuditChain { AuditChain(log: olderPath) }

  /// Adds an event: one write(2) a line, which is there whole or not at all. Nothing is synced and nobody is waited for.
  /// - Parameter chaining: add a checkpoint too; else only to begin a chain, and when much has come together.
  /// - Throws: `FileError` when the line could not be written.
  package func add(_ event: AuditEvent, chaining: Bool) throws(FileError) {
    var (isDue, isNew) = (chaining, false)
    do {
      let file = try opened()
      for line in AuditLine.encode(event) {
        let size: (before: Int, after: Int)
        do throws(SystemError) { size = try file.add(line) } catch { throw FileError.system(error) }
        if size.before == 0 { isNew = true }
        if size.before / Self.chainedBytes != size.after / Self.chainedBytes { isDue = true }
      }
    }
    // A file is chained from its first line on: one without a chain has lost it, or somebody was killed here.
    if !isDue { isDue = isNew || ((try? Files.size(chain.path)) ?? 0) == 0 }
    // A checkpoint that could not be made is made by the next process that tries.
    if isDue { try? extendChain() }
  }

  private func opened() throws(FileError) -> AppendedFile {
    do throws(FileError) { return try AppendedFile(path) } catch {
      guard case .system(let cause) = error, cause.isMissing else { throw error }
    }
    do throws(SystemError) { try Files.makePrivateDirectory(folder) } catch { throw .system(error) }
    return try AppendedFile(path)
  }

  /// Adds a checkpoint over what came since the last one, unless another process is at it, and moves a file aside that became too
  /// large.
  /// - Throws: `FileError`; EWOULDBLOCK when another process has the lock.
  private func extendChain() throws(FileError) {
    let lock = try chain.locked()
    do throws(SystemError) {
      guard try lock.isAtItsPath() else { return }
    } catch { throw .system(error) }
    if try finishMove() { return try extendChain() }
    let log = try AppendedFile(path)
    do throws(SystemError) {
      try chain.extend(lock, over: log)
      guard try log.size() >= mostBytes else { return }
      // The log's own old part goes first and its chain last: an old part without a chain is a move that was interrupted.
      try Files.remove(olderPath)
      try Files.remove(olderChain.path)
      try Files.rename(path, to: olderPath)
      try Files.rename(chain.path, to: olderChain.path)
    } catch { throw .system(error) }
  }

  /// Ends a move that a crash interrupted between its two renames.
  /// - Returns: whether there was one; the chain that was locked is then the older file's.
  private func finishMove() throws(FileError) -> Bool {
    guard Files.kind(of: olderPath) != nil, Files.kind(of: olderChain.path) == nil else { return false }
    do throws(SystemError) { try Files.rename(chain.path, to: olderChain.path) } catch { throw .system(error) }
    return true
  }

  /// The bytes of a file; none when there is no such file.
  func contents(_ path: String) throws(FileError) -> [UInt8] {
    guard Files.kind(of: path) != nil else { return [] }
    return try Files.readPrivate(path, limit: Self.readLimit)
  }

  /// Every event that is left, the oldest first, the lines of one put together again.
  /// - Returns: how many lines could not be read: torn by a crash or a full disk, of a later Coffer, or changed.
  /// - Throws: `FileError`.
  @discardableResult
  package func forEach(_ body: (AuditEvent) -> Void) throws(FileError) -> Int {
    var unreadable = 0
    for path in [olderPath, path] {
      var parts = AuditParts()
      for line in try contents(path).split(separator: 0x0A) {
        guard let line = AuditLine(decoding: line) else {
          unreadable += 1
          continue
        }
        if let event = parts.add(line) { body(event) }
      }
      for event in parts.rest { body(event) }
    }
    return unreadable
  }
}

/// Puts events together that were too long for one line.
private struct AuditParts {
  /// Nobody writes more at once.
  private static let mostOpen = 64

  private var open: [AuditEvent] = []

  /// Events whose last line never came.
  var rest: [AuditEvent] { open }

  /// - Returns: the event, if this was its last line.
  mutating func add(_ line: AuditLine) -> AuditEvent? {
    guard line.parts > 1 else { return line.event }
    let place = open.firstIndex {
      $0.reader == line.event.reader && $0.time == line.event.time && $0.environment == line.event.environment
    }
    guard let place else {
      if line.part == line.parts || open.count == Self.mostOpen { return line.event }
      open.append(line.event)
      return nil
    }
    open[place].names += line.event.names
    return line.part == line.parts ? open.remove(at: place) : nil
  }
}
