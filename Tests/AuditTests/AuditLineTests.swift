import Platform
import Testing

@testable import Audit

@Suite struct AuditLineTests {
  @Test(arguments: [
    "npm", "", "a\"b\\c", "line\nfeed", "\u{1B}[31m", "ünï©ode ✓", String(repeating: "é", count: 300),
    "\u{0}\u{7F}\u{85}",
  ])
  func `a line is read as it was written`(text: String) throws {
    let event = AuditEvent(
      .run, time: 1_795_276_800_123, vault: "00ff", environment: text, command: text,
      names: [AuditEvent.Name("A", 1), AuditEvent.Name(text, .max)])
    let lines = AuditLine.encode(event)
    #expect(lines.count == 1 && lines[0].last == 0x0A && lines[0].count(where: { $0 == 0x0A }) == 1)
    #expect(!lines[0].dropLast().contains { $0 < 0x20 || $0 == 0x7F })
    #expect(AuditLine(decoding: lines[0].dropLast())?.event == event)
    #expect((event.command?.utf8.count ?? 0) <= 200)
  }

  @Test func `a long event is several lines, and one again`() throws {
    let home = AuditHome()
    let event = AuditHome.event(7, names: 5000)
    let lines = AuditLine.encode(event)
    #expect(lines.count > 1 && lines.allSatisfy { $0.count <= AuditLine.limit })
    // Another process writes in between.
    try home.file.add(AuditHome.event(1), chaining: false)
    let other = AuditEvent(
      .scan, time: 5, reader: .init(host: "h", boot: nil, process: 1, start: nil, run: "x"), vault: "00ff",
      environment: "development", names: AuditHome.event(9, names: 5000).names)
    var mixed = try home.bytes(home.file.path)
    for (first, second) in zip(lines, AuditLine.encode(other)) { mixed += first + second }
    try home.write(mixed, to: home.file.path)
    #expect(try home.events.map(\.names.count) == [1, 5000, 5000])
    #expect(try home.events.contains(event) && home.events.contains(other))
  }

  @Test func `every cut of a line, and what is no line, is refused`() throws {
    let line = AuditLine.encode(AuditHome.event(3))[0].dropLast()
    #expect(AuditLine(decoding: line) != nil)
    for end in line.indices { #expect(AuditLine(decoding: line[..<end]) == nil) }
    let text = String(decoding: line, as: UTF8.self)
    for bad in [
      "", "{}", "[]", "null", "\"v\"", text + "}", text + "{", text.replacing("\"v\": 1", with: "\"v\": 2"),
      text.replacing("\"v\": 1", with: "\"v\": 1.0"), text.replacing(": 3}", with: ": -3}"),
      text.replacing(": 3}", with: ": 4294967296}"), text.replacing(": 3}", with: ": {\"a\": {\"b\": 1}}}"),
      text.replacing("\"kind\": \"get\"", with: "\"kind\": \"\\ud800\""),
      String(repeating: "{\"a\":", count: 100_000), text.replacing(": 3}", with: ": 03}"),
    ] {
      #expect(AuditLine(decoding: Array(bad.utf8)[...]) == nil, "\(bad.prefix(200))")
    }
  }

  @Test func `a moment is read as it was written, and no other text is one`() {
    for time in [0, 1, 999, 951_782_400_000, 1_795_276_800_123, 253_402_300_799_999] as [UInt64] {
      #expect(Timestamp.milliseconds(Timestamp.text(time, precise: true)) == time)
      #expect(Timestamp.milliseconds(Timestamp.text(time)) == time / 1000 * 1000)
    }
    #expect(Timestamp.milliseconds("2026-11-21") == 1_795_219_200_000)
    for bad in [
      "", "2026", "2026-02-29", "2026-13-01", "2026-00-10", "2026-11-21T", "2026-11-21T24:00:00Z",
      "2026-11-21T00:00:00",
      "1969-12-31", "2026-11-21T00:00:00.1Z", "2026/11/21", "+026-11-21", "2026-11-21T00:00:00+01:00",
    ] {
      #expect(Timestamp.milliseconds(bad) == nil, "\(bad)")
    }
  }
}
