package import Findings

/// `.cofferignore`: findings that somebody looked at and judged to be no leaks.
///
/// A line is a fingerprint, blanks, and the reason; `until:2027-06-30` anywhere in the reason ends it after that day. `#` starts a comment
/// line. By fingerprint and not by position: the next secret on the same line is found all the same, and a rebase moves nothing.
package struct IgnoreList: Sendable {
  /// The file's name, at the root of what is scanned.
  package static let fileName = ".cofferignore"
  /// Far more than anybody audits, in bytes.
  package static let maximumSize = 1 << 20

  /// One judged finding.
  package struct Entry: Sendable, Hashable {
    package let fingerprint: FindingFingerprint
    package let reason: String
    /// The last day it holds, as `2027-06-30`; nil: for ever.
    package let until: String?
    /// Of the file, counted from 1.
    package let line: Int
  }

  package let entries: [Entry]
  /// Lines that are neither an entry nor a comment: nothing is ignored by a line that cannot be read.
  package let badLines: [Int]
  private let places: [FindingFingerprint: [Int]]

  /// Nothing is ignored.
  package init() { self.init(text: "") }

  /// Reads the file's text. A fingerprint without a reason is a bad line.
  package init(text: String) {
    var entries: [Entry] = []
    var bad: [Int] = []
    var places: [FindingFingerprint: [Int]] = [:]
    for (place, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
      let words = line.split(whereSeparator: \.isWhitespace)
      guard let first = words.first, !first.hasPrefix("#") else { continue }
      guard let fingerprint = FindingFingerprint(hex: String(first)), words.count > 1 else {
        bad.append(place + 1)
        continue
      }
      let mark = words.first { $0.hasPrefix("until:") }
      let until = mark.map { String($0.dropFirst("until:".count)) }
      guard until.map(Self.isDay) ?? true else {
        bad.append(place + 1)
        continue
      }
      let reason = words.dropFirst().filter { $0 != mark }.joined(separator: " ")
      guard !reason.isEmpty else {
        bad.append(place + 1)
        continue
      }
      places[fingerprint, default: []].append(entries.count)
      entries.append(Entry(fingerprint: fingerprint, reason: reason, until: until, line: place + 1))
    }
    self.entries = entries
    self.places = places
    badLines = bad
  }

  /// The entry that holds for `fingerprint` on `today` (`YYYY-MM-DD`); nil when there is none or it has ended.
  package func entry(for fingerprint: FindingFingerprint, today: String) -> Entry? {
    places[fingerprint]?.lazy.map { entries[$0] }.first { $0.until.map { today <= $0 } ?? true }
  }

  /// Lines whose finding is not there any more, or whose time has ended: they should go.
  package func staleLines(present: Set<FindingFingerprint>, today: String) -> [Int] {
    entries.filter { !present.contains($0.fingerprint) || ($0.until.map { today > $0 } ?? false) }.map(\.line)
  }

  private static func isDay(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    guard bytes.count == 10, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-") else { return false }
    guard bytes.enumerated().allSatisfy({ $0 == 4 || $0 == 7 || UInt8(ascii: "0")...UInt8(ascii: "9") ~= $1 }),
      let month = Int(text.dropFirst(5).prefix(2)), let day = Int(text.suffix(2))
    else { return false }
    return 1...12 ~= month && 1...31 ~= day
  }
}
