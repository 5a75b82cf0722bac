import Sealing

/// Finds the vault's values, in all their forms, in bytes that hold none of them as far as this program knows. Shared
/// by threads.
///
/// Each window of eight bytes is hashed and looked up in a filter; what passes is looked up among the anchors, and
/// where one is found the digest of the whole form decides. So a hit is never false, and the time depends on the values
/// only where parts of them stand.
package final class KnownValueSearch: Sendable {
  /// The values that can be found, by the index that a hit tells.
  package let labels: [KnownValueTable.Label]
  private let keys: KnownValueKeys
  private let forms: [KnownValueTable.Form]
  private let filter: AnchorFilter
  /// Of `forms`, side by side.
  private let hashes: [UInt32]
  /// Where in `forms` the hashes with the same top bits start, and one more entry for the end.
  private let starts: [UInt32]
  private let startsShift: UInt32

  /// Looks for the values of `table`.
  package init(_ table: KnownValueTable) {
    labels = table.labels
    forms = table.forms
    hashes = forms.map(\.anchorHash)
    filter = AnchorFilter(hashes)
    var bits: UInt32 = 1
    while bits < 24, forms.count > 1 << bits { bits += 1 }
    startsShift = 32 - bits
    var starts = [UInt32](repeating: 0, count: 1 << bits + 1)
    for hash in hashes { starts[Int(hash >> startsShift) + 1] += 1 }
    for index in 1..<starts.count { starts[index] += starts[index - 1] }
    self.starts = starts
    keys = table.keys
  }

  /// Whether there is nothing to look for, so that a search costs nothing.
  package var isEmpty: Bool { forms.isEmpty }

  /// Tells every place where a value stands: the range of the form as it stands, and the index of the value's label. In
  /// the order of the anchors, which for values that overlap need not be that of the ranges.
  package func search(_ bytes: RawSpan, found: (_ range: Range<Int>, _ label: Int) -> Void) {
    let last = bytes.byteCount - AnchorHash.window
    guard !forms.isEmpty, last >= 0 else { return }
    let anchor = keys.anchor
    filter.withTest { test in
      var offset = 0
      // Eight windows for one branch. No load passes the end: the last one starts at `last`.
      while offset + 7 <= last {
        var passed: UInt64 = 0
        for step in 0..<8 {
          let window = unsafe bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: offset + step, as: UInt64.self)
          passed |= test(anchor.hash(UInt64(littleEndian: window)))
        }
        if passed & 1 != 0 {
          for step in 0..<8 {
            let hash = anchor.hash(bytes.window(at: offset + step))
            if test(hash) & 1 != 0 { confirm(bytes, at: offset + step, hash, found) }
          }
        }
        offset += 8
      }
      while offset <= last {
        confirm(bytes, at: offset, anchor.hash(bytes.window(at: offset)), found)
        offset += 1
      }
    }
  }

  @inline(never)
  private func confirm(_ bytes: RawSpan, at offset: Int, _ hash: UInt32, _ found: (Range<Int>, Int) -> Void) {
    let bucket = Int(hash >> startsShift)
    for index in Int(starts[bucket])..<Int(starts[bucket + 1]) where hashes[index] == hash {
      let form = forms[index]
      let start = offset - Int(form.anchorOffset)
      guard start >= 0, Int(form.byteCount) <= bytes.byteCount - start else { continue }
      let range = start..<(start + Int(form.byteCount))
      if Hashing.tag(keys.form, bytes.extracting(range)) == form.digest { found(range, Int(form.label)) }
    }
  }
}

extension KnownValueSearch: CustomReflectable {
  /// Empty, so that `dump` shows nothing.
  package var customMirror: Mirror { Mirror(self, children: []) }
}
