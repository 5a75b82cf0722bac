/// Sequences of small numbers, each different one kept once and named by a number: 0, 1, 2 …
struct SequenceTable<Element: BitwiseCopyable & Hashable & Sendable>: Sendable {
  private var storage: [Element] = []
  private var ends: [Int] = []
  /// Open addressing with linear probing; -1 is a free slot. At most half full. Hashed by the standard library's keyed
  /// hash, so that made-up sequences cannot be aimed at one slot.
  private var slots = [Int32](repeating: -1, count: 64)

  /// The number of different sequences.
  var count: Int { ends.count }

  /// The number of elements in all of them.
  var elementCount: Int { storage.count }

  /// A sequence by its number.
  subscript(_ number: Int32) -> ArraySlice<Element> { storage[range(number)] }

  /// - Returns: the number of a sequence, which is added if it is new.
  mutating func number(of sequence: ArraySlice<Element>) -> Int32 {
    var slot = home(of: sequence)
    while slots[slot] >= 0 {
      if self[slots[slot]] == sequence { return slots[slot] }
      slot = slot + 1 == slots.count ? 0 : slot + 1
    }
    let number = Int32(ends.count)
    storage += sequence
    ends.append(storage.count)
    slots[slot] = number
    if ends.count * 2 > slots.count { grow() }
    return number
  }

  private func range(_ number: Int32) -> Range<Int> {
    (number == 0 ? 0 : ends[Int(number) - 1])..<ends[Int(number)]
  }

  private func home(of sequence: ArraySlice<Element>) -> Int {
    var hasher = Hasher()
    // Safe: the elements are plain numbers, and their bytes are only read.
    unsafe sequence.withUnsafeBytes { unsafe hasher.combine(bytes: $0) }
    return Int(UInt(bitPattern: hasher.finalize()) % UInt(slots.count))
  }

  private mutating func grow() {
    slots = [Int32](repeating: -1, count: slots.count * 2)
    for number in 0..<Int32(ends.count) {
      var slot = home(of: self[number])
      while slots[slot] >= 0 { slot = slot + 1 == slots.count ? 0 : slot + 1 }
      slots[slot] = number
    }
  }
}
