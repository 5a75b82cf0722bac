import CSodium
import Synchronization

/// Memory for secrets: a few large `sodium_malloc` regions (guard pages on both sides, locked into RAM, left out of core
/// dumps), handed out in 64-byte units and wiped when given back.
///
/// One `sodium_malloc` for each secret would cost four pages each and run out of mappings near 16,000 secrets.
/// `sodium_malloc` also hides a failing mlock(2), so each region is locked once more where the answer can be seen.
/// Source: https://doc.libsodium.org/memory_management
enum LockedArena {
  static let unit = 64
  /// Fits the 64 KiB lock limit that many containers have.
  private static let firstRegion = 48 * 1024

  @safe private struct Region: @unchecked Sendable {
    // Owned for the life of the process; only touched under the arena's mutex.
    let base: UnsafeMutableRawPointer
    let units: Int
    var used: [Bool]
    var next = 0
    var free: Int
    /// A run of this many units was looked for in vain since something was last given back: no need to look again.
    var missing = Int.max

    init(base: UnsafeMutableRawPointer, units: Int) {
      unsafe self.base = unsafe base
      self.units = units
      self.used = Array(repeating: false, count: units)
      self.free = units
    }

    /// The first unit of a free run of `wanted` units, searching from where the last search ended.
    mutating func take(_ wanted: Int) -> Int? {
      guard free >= wanted, wanted < missing else { return nil }
      if let first = run(wanted, from: next) ?? run(wanted, from: 0) { return first }
      missing = wanted
      return nil
    }

    private mutating func run(_ wanted: Int, from start: Int) -> Int? {
      var first = start
      while first + wanted <= units {
        var length = 0
        while length < wanted, !used[first + length] { length += 1 }
        if length == wanted {
          for index in first..<(first + wanted) { used[index] = true }
          free -= wanted
          next = first + wanted
          return first
        }
        first += length + 1
      }
      return nil
    }
  }

  private struct State: Sendable {
    var regions: [Region] = []
    var unlocked = false
  }

  private static let state = Mutex(State())

  /// True when some region could not be locked, so that a secret might be swapped to disk.
  static var lockFailed: Bool { state.withLock { $0.unlocked } }

  /// Zeroed memory for `count` bytes.
  static func allocate(_ count: Int) throws(SealingError) -> UnsafeMutableRawPointer {
    try Sodium.start()
    let wanted = max(1, (count + unit - 1) / unit)
    let address = state.withLock { state -> UInt? in
      for index in state.regions.indices {
        if let first = state.regions[index].take(wanted) {
          return unsafe UInt(bitPattern: state.regions[index].base + first * unit)
        }
      }
      let last = state.regions.last?.units ?? firstRegion / unit / 2
      let units = max(last * 2, wanted)
      guard let base = unsafe sodium_malloc(units * unit) else { return nil }
      if unsafe sodium_mlock(base, units * unit) != 0 { state.unlocked = true }
      unsafe sodium_memzero(base, units * unit)
      var region = unsafe Region(base: base, units: units)
      let first = region.take(wanted)
      state.regions.append(region)
      return first.map { unsafe UInt(bitPattern: base + $0 * unit) }
    }
    guard let address, let pointer = unsafe UnsafeMutableRawPointer(bitPattern: address) else {
      throw .outOfMemory
    }
    return unsafe pointer
  }

  /// Wipes and gives back what `allocate(count)` returned.
  static func release(_ pointer: UnsafeMutableRawPointer, count: Int) {
    let wanted = max(1, (count + unit - 1) / unit)
    unsafe sodium_memzero(pointer, wanted * unit)
    let address = UInt(bitPattern: pointer)
    state.withLock { state in
      for index in state.regions.indices {
        let base = unsafe UInt(bitPattern: state.regions[index].base)
        guard address >= base, address < base + UInt(state.regions[index].units * unit) else { continue }
        let first = Int(address - base) / unit
        for used in first..<(first + wanted) { state.regions[index].used[used] = false }
        state.regions[index].free += wanted
        state.regions[index].missing = Int.max
        state.regions[index].next = min(state.regions[index].next, first)
        return
      }
    }
  }
}
