import Foundation
import Testing

@testable import Findings

struct JSONLReportTests {
  @Test func `the fields are those of the contract`() throws {
    let name = KnownName(name: "A", environment: "production", version: 2, use: .current)
    let findings = [
      Samples.finding(
        knownAs: [name], places: [Samples.place(line: 9), Samples.place(isInHead: true, wasPushed: true)])
    ]
    let bytes = Samples.bytes(of: JSONLReport(), findings)
    let lines = bytes.split(separator: 0x0A).map { String(decoding: $0, as: UTF8.self) }
    let place = """
      "file":".env","line":3,"column":7,"commit":"\(Samples.commit().id)","author":"Ann <ann@example.com>",\
      "date":"2024-03-01T00:59:59+01:00","source":"blob"
      """
    let second = place.replacing("\"line\":3", with: "\"line\":9")
    let rest = "\"reach\":\"reference\",\"object\":\"\(String(repeating: "b", count: 40))\",\"offset\":41}"
    #expect(
      lines[0] == """
        {"rule":"acme-key","title":"Acme key","provider":"acme","secret":"tok_live_…",\
        "fingerprint":"abababababababababababababababab","confidence":"high","checksum":"valid",\
        "known_as":[{"name":"A","environment":"production","version":2,"use":"current"}],"dead":false,"in_head":true,"pushed":true,\
        \(place),"places":[{\(place),"in_head":true,"pushed":true,\(rest),\
        {\(second),"in_head":false,"pushed":false,\(rest)]}
        """)
    #expect(
      lines[1] == """
        {"summary":{"version":"1.2.3","complete":true,"secrets":1,"places":2,"high":1,"medium":0,"low":0,"known":1,\
        "dead":0,"ignored":0,"allowed_inline":0,"stale_ignores":[],"elapsed_seconds":0.420,\
        "coverage":{"blobs":{"expected":1234,"read":1234},"commits":{"expected":1,"read":1},\
        "trees":{"expected":0,"read":0},"tags":{"expected":0,"read":0},\
        "files":{"expected":0,"read":0},"bytes":12345678,"known_values":null,"gaps":[]}}}
        """)
    #expect(lines.count == 2)
    _ = try Samples.objects(bytes)
  }

  @Test func `what a place has not is null, and what is not known too`() throws {
    var finding = Samples.finding(places: [Samples.place(nil, commit: nil, wasPushed: nil, reach: .unreachable)])
    finding.checksum = nil
    let object = try #require(try Samples.objects(Samples.bytes(of: JSONLReport(), [finding])).first)
    for field in ["file", "commit", "author", "date", "checksum", "pushed"] { #expect(object[field] is NSNull) }
  }

  @Test func `the summary has the gaps and what became of the vault's values`() throws {
    let gap = Coverage.Gap(kind: .tooLarge, count: 2, detail: "a\"b", remedy: "c")
    var summary = Samples.summary([], gaps: [gap])
    summary.coverage.knownValues = .searched(values: 3, leftOut: 1)
    summary.staleIgnores = ["x"]
    let object = try #require(
      try Samples.objects(Samples.bytes(of: JSONLReport(), [], summary)).first?["summary"] as? [String: Any])
    #expect(object["complete"] as? Bool == false)
    #expect(object["stale_ignores"] as? [String] == ["x"])
    let coverage = try #require(object["coverage"] as? [String: Any])
    #expect(coverage["known_values"] as? [String: Int] == ["searched": 3, "left_out": 1])
    let gaps = try #require(coverage["gaps"] as? [[String: Any]])
    #expect(gaps.first?["kind"] as? String == "too-large" && gaps.first?["detail"] as? String == "a\"b")
  }

  private static func hostile(_ count: Int) -> [(Finding, [UInt8])] {
    (0..<count).map { index in
      let bytes = (0..<Int.random(in: 0...40)).map { _ in
        Bool.random()
          ? [0x22, 0x5C, 0x0A, 0x00, 0xE2, 0x80, 0xA8, 0xF0, 0x9F].randomElement()! : UInt8.random(in: .min ... .max)
      }
      let commit = CommitMark(
        id: "c", author: bytes, date: .random(in: .min ... .max), offset: .random(in: -2000...2000))
      let place = Place(source: .blob, file: bytes, line: 1, column: 1, commit: commit, offset: 0)
      return (Samples.finding(secret: bytes, fingerprint: UInt8(index % 256), places: [place]), bytes)
    }
  }

  @Test func `any bytes give valid JSON and come back whole`() throws {
    for (finding, bytes) in Self.hostile(2000) {
      let object = try #require(
        try Samples.objects(Samples.bytes(of: JSONLReport(showsSecrets: true), [finding])).first)
      for field in ["file", "author", "secret"] {
        if let encoded = object[field + "_bytes"] as? String {
          #expect(Data(base64Encoded: encoded) == Data(bytes))
        } else {
          #expect((object[field] as? String).map { Array($0.utf8) } == bytes)
        }
      }
    }
  }

  @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/python3"), "needs python3"))
  func `Python reads it too, and it is plain on a terminal`() throws {
    let bytes = Samples.bytes(of: JSONLReport(showsSecrets: true), Self.hostile(500).map(\.0))
    #expect(bytes.filter { $0 < 0x20 && $0 != 0x0A || $0 == 0x7F }.isEmpty)
    let text = try #require(String(validating: bytes, as: UTF8.self))
    #expect(text.unicodeScalars.allSatisfy { $0 == "\n" || TerminalText.isPlain($0) })
    let python = Process()
    python.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
    python.arguments = [
      "-c",
      """
      import base64, json, sys
      lines = [json.loads(line) for line in sys.stdin.buffer.read().decode().split("\\n")[:-1]]
      assert len(lines) == 501 and "summary" in lines[500], len(lines)
      for line in lines[:500]:
          whole = base64.b64decode(line["file_bytes"]) if "file_bytes" in line else line["file"].encode()
          assert whole.decode(errors="replace").replace("\\ufffd", "") == line["file"].replace("\\ufffd", "")
      """,
    ]
    let input = Pipe()
    python.standardInput = input
    try python.run()
    try input.fileHandleForWriting.write(contentsOf: bytes)
    try input.fileHandleForWriting.close()
    python.waitUntilExit()
    #expect(python.terminationStatus == 0)
  }

  @Test(
    arguments: [
      (0, 0, "1970-01-01T00:00:00+00:00"), (951_868_799, -330, "2000-02-29T18:29:59-05:30"),
      (-1, 0, "1969-12-31T23:59:59+00:00"), (-1, 1, "1970-01-01T00:00:59+00:01"),
      (253_402_300_799, 0, "9999-12-31T23:59:59+00:00"),
      (0, 1440, "1970-01-01T00:00:00+00:00"), (0, .min, "1970-01-01T00:00:00+00:00"), (253_402_300_799, 1, nil),
      (.max, 1439, nil), (.min, -1439, nil),
      (-62_167_219_200, 0, "0000-01-01T00:00:00+00:00"), (4_107_542_400, 0, "2100-03-01T00:00:00+00:00"),
    ] as [(Int64, Int, String?)])
  func `dates are the author's, or none`(date: Int64, offset: Int, expected: String?) {
    #expect(CommitDate(CommitMark(id: "", author: [], date: date, offset: offset))?.time == expected)
  }
}
