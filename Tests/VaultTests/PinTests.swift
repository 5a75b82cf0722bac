import Glibc
import Testing

@testable import Platform
@testable import Sealing
@testable import Vault

/// What a device remembers of a vault, and what it notices by it.
struct PinTests {
  private func pinPath(_ founded: Founded) -> String {
    founded.home.folders.state + "/pins/" + founded.id.hex
  }

  private func outcome(_ founded: Founded, as device: String = "first") -> VaultError? {
    refusal { () throws(VaultError) in try founded.contents(as: device) }
  }

  @Test func `an older file put back is noticed, and can be accepted`() throws {
    let founded = try Founded()
    try founded.put([("A", "1")])
    let old = try founded.file()
    let oldContents = try founded.contents()
    try founded.put([("A", "2")])
    let new = try founded.file()
    try founded.replaceFile(old)
    #expect(outcome(founded) == .rollback(seen: 4, found: 3))
    let write = refusal { () throws(VaultError) in try founded.put([("A", "3")]) }
    #expect(write == .rollback(seen: 4, found: 3))
    #expect(outcome(founded, as: "a device that never saw more") == nil)
    try founded.replaceFile(new)
    #expect(outcome(founded) == nil)
    try founded.replaceFile(old)
    try founded.open().acceptAsFound()
    #expect(try founded.contents() == oldContents)
  }

  @Test func `a history that went another way is noticed`() throws {
    let founded = try Founded()
    try founded.put([("A", "1")])
    let old = try founded.file()
    try founded.put([("A", "2")])
    // Another device, with the same identity, goes on from the older file.
    for writes in 1...3 {
      try founded.replaceFile(old)
      for number in 0..<writes {
        let vault = try founded.open(as: "other \(writes)")
        try founded.put([("A", "other \(number)")], in: vault)
      }
      #expect(outcome(founded) == .forked(sequence: 4), "\(writes) writes")
    }
  }

  @Test func `every flipped bit and every cut of a pin is noticed`() throws {
    let founded = try Founded()
    _ = try founded.contents()
    let path = pinPath(founded)
    let pin = try Files.read(path, limit: 4096)
    let vault = try founded.open()
    func outcome(_ bytes: [UInt8]) throws -> VaultError? {
      try Files.writeAtomically(path, bytes)
      return refusal { () throws(VaultError) in try vault.read { (_) throws(VaultError) in } }
    }
    let accepted = try (0..<(pin.count * 8)).filter {
      try outcome(flipped(pin, bit: $0)) != .damaged(.pin)
    }
    #expect(accepted.isEmpty)
    for count in 1..<pin.count { #expect(try outcome(Array(pin[..<count])) == .damaged(.pin)) }
    #expect(try outcome(pin + [0]) == .damaged(.pin))
    #expect(try outcome(pin) == nil)
  }

  @Test func `without a pin everything is verified and pinned again`() throws {
    let founded = try Founded()
    try founded.put([("A", "1")])
    let contents = try founded.contents()
    try Files.remove(pinPath(founded))
    #expect(try founded.contents() == contents)
    #expect(try Pin.load(founded.id, founded.home.folders)?.sequence == 3)
  }

  // The file is made first and written under its lock: a process killed between the two leaves it empty, and another that
  // looks between the two finds it empty.
  @Test func `an empty pin is none`() throws {
    let founded = try Founded()
    try founded.put([("A", "1")])
    let contents = try founded.contents()
    try Files.writeAtomically(pinPath(founded), [] as [UInt8])
    #expect(try founded.contents() == contents)
    #expect(try Pin.load(founded.id, founded.home.folders)?.sequence == 3)
  }

  @Test func `another vault's pin is refused`() throws {
    let mine = try Founded()
    let other = try Founded()
    try Files.writeAtomically(pinPath(mine), try Files.read(pinPath(other), limit: 4096))
    #expect(outcome(mine) == .damaged(.pin))
  }

  // Whoever can write the pin could make an older vault pass for the newest.
  @Test func `a pin that others could have written is refused`() throws {
    let founded = try Founded()
    try founded.put([("A", "1")])
    let path = pinPath(founded)
    for mode in [0o666, 0o620, 0o602] as [UInt32] {
      chmod(path, mode)
      #expect(outcome(founded) == .refusedFile(path: path, .looseMode(mode)))
      let write = refusal { () throws(VaultError) in try founded.put([("A", "2")]) }
      #expect(write == .refusedFile(path: path, .looseMode(mode)))
    }
    chmod(path, 0o600)
    #expect(outcome(founded) == nil)
    if geteuid() == 0 {
      chown(path, 65534, 65534)
      #expect(outcome(founded) == .refusedFile(path: path, .foreignOwner(65534)))
    }
    let moved = founded.home.root + "/moved"
    rename(path, moved)
    symlink(moved, path)
    #expect(outcome(founded) == .refusedFile(path: path, .symlink))
    remove(moved)
    #expect(outcome(founded) == .refusedFile(path: path, .symlink), "dangling")
  }

  @Test func `a pin moves forward and never back`() throws {
    let founded = try Founded()
    try founded.put([("A", "1")])
    let older = try founded.state().head
    try founded.put([("A", "2")])
    try Pin(older).advance(founded.id, founded.home.folders)
    #expect(try Pin.load(founded.id, founded.home.folders)?.sequence == 4)
  }
}
