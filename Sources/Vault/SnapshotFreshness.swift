package import Platform

/// How old a snapshot file may be: by time, by the number of its newest entry, by what this device launched from before. That a token
/// was revoked, or a value replaced, after it was made cannot be known from it. docs/FORMAT.md, "Snapshot".
package struct SnapshotFreshness: Sendable {
  /// Milliseconds since 1970 by this machine's clock.
  package let now: UInt64
  /// The lowest sequence that is taken; nil for any.
  package let minimum: UInt64?
  /// Where this device's pins are; nil where it has no place for them.
  package let folders: Folders?
  /// The user put an older or another one back on purpose: what this device saw is forgotten.
  package let acceptsOlder: Bool

  package init(now: UInt64, minimum: UInt64?, folders: Folders?, acceptsOlder: Bool) {
    self.now = now
    self.minimum = minimum
    self.folders = folders
    self.acceptsOlder = acceptsOlder
  }

  /// - Throws: `snapshot` (expired, belowMinimum, older, forked), `clockBehind`; `damaged(.pin)` and `refusedFile` for a pin.
  package func check(_ file: SnapshotFile) throws(VaultError) {
    let header = file.header
    if let end = header.expires {
      // Clocks of machines differ by minutes.
      guard now + 10 * 60_000 >= header.created else { throw .clockBehind(signed: header.created) }
      guard now < end else { throw .snapshot(.expired(at: end)) }
    }
    if let minimum, header.sequence < minimum {
      throw .snapshot(.belowMinimum(minimum, found: header.sequence))
    }
    guard let folders, !acceptsOlder else { return }
    if let pin = try Pin.load(header.vault, folders, of: .snapshot(header.token)) {
      guard header.sequence >= pin.sequence else {
        throw .snapshot(.older(seen: pin.sequence, found: header.sequence))
      }
      guard header.sequence > pin.sequence || header.hash == pin.hash else {
        throw .snapshot(.forked(sequence: pin.sequence))
      }
    }
    // A member who was shut out could go on from where he was still in: whoever saw him shut out does not follow.
    if let pin = try Pin.load(header.vault, folders, of: .members(header.token)) {
      guard file.chain.contains(where: { $0.entry.sequence == pin.sequence && $0.entry.hash == pin.hash }) else {
        throw .snapshot(.forked(sequence: pin.sequence))
      }
    }
  }

  /// Notes that this device launched from the file, where it can: a read-only container cannot.
  package func note(_ file: SnapshotFile) {
    guard let folders, let last = file.chain.last?.entry else { return }
    for (entry, subject) in [
      (file.head, Pin.Subject.snapshot(file.header.token)), (last, .members(file.header.token)),
    ] {
      if acceptsOlder { try? Pin.forget(file.header.vault, folders, of: subject) }
      try? Pin(entry).advance(file.header.vault, folders, of: subject)
    }
  }
}
