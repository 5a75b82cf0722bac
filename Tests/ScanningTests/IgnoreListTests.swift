import Findings
import Testing

@testable import Scanning

@Suite struct IgnoreListTests {
  private let one = String(repeating: "1a", count: 16)
  private let two = String(repeating: "2b", count: 16)

  private func fingerprint(_ hex: String) throws -> FindingFingerprint { try #require(FindingFingerprint(hex: hex)) }

  @Test func `a fingerprint with a reason is ignored`() throws {
    let list = IgnoreList(text: "# judged\n\n\(one)  an invented token\r\n  \(two.uppercased()) in a test\n")
    #expect(list.badLines.isEmpty)
    #expect(try list.entry(for: fingerprint(one), today: "2026-11-21")?.reason == "an invented token")
    #expect(try list.entry(for: fingerprint(two), today: "2026-11-21")?.line == 4)
    #expect(try list.entry(for: fingerprint(String(repeating: "3c", count: 16)), today: "2026-11-21") == nil)
  }

  @Test(arguments: ["1a1a", "zz", "1a1a 2b", "until:2026-01-01", "\u{FEFF}x y"])
  func `a line that is no entry ignores nothing`(_ line: String) {
    let list = IgnoreList(text: line + "\n")
    #expect(list.badLines == [1])
    #expect(list.entries.isEmpty)
  }

  @Test func `a fingerprint alone was judged by nobody`() {
    #expect(IgnoreList(text: one).badLines == [1])
    #expect(IgnoreList(text: one + " until:2027-01-01").badLines == [1])
  }

  @Test(arguments: ["2027-1-1", "2027-99-01", "2027-01-32", "soon", "2027/01/01", "20270101", ""])
  func `an end that is no day is a bad line`(_ day: String) {
    #expect(IgnoreList(text: "\(one) until:\(day) why").badLines == [1])
  }

  @Test func `an entry holds to the end of its last day`() throws {
    let list = IgnoreList(text: "\(one) until:2026-11-21 until it is mended")
    #expect(try list.entry(for: fingerprint(one), today: "2026-11-21") != nil)
    #expect(try list.entry(for: fingerprint(one), today: "2026-11-22") == nil)
    #expect(list.staleLines(present: [try fingerprint(one)], today: "2026-11-21") == [])
    #expect(list.staleLines(present: [try fingerprint(one)], today: "2026-11-22") == [1])
  }

  @Test func `of two lines for one finding the one that holds counts`() throws {
    let list = IgnoreList(text: "\(one) until:2020-01-01 once\n\(one) again\n")
    #expect(try list.entry(for: fingerprint(one), today: "2026-11-21")?.line == 2)
  }

  @Test func `a line whose finding is gone is stale`() throws {
    let list = IgnoreList(text: "\(one) a\n\(two) b\n")
    #expect(list.staleLines(present: [try fingerprint(two)], today: "2026-11-21") == [1])
  }
}
