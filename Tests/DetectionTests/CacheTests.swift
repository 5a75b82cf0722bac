import Foundation
import Policies
import Testing

@testable import Detection

struct CacheTests {
  private static let text = """
    [[detector]]
    id = "one-key"
    title = "One"
    provider = "one"
    documentation = "https://one.dev/keys"
    grants = "everything"
    pattern = 'one_[a-z]{8}'
    confidence = "high"
    matches = ["one_abcdefgh", "one_bcdefghi"]
    misses = ["one_", "two"]
    """

  private func withFolder(_ body: (String) throws -> Void) throws {
    let folder = NSTemporaryDirectory() + "detection-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(folder)
  }

  private func search(_ folder: String, _ text: String = text) throws -> [Range<Int>] {
    let matcher = try Matcher(try DetectorSet(files: [(name: "one.toml", text: text)]), cacheFolder: folder)
    var found: [Range<Int>] = []
    try matcher.makeWorker().search(Array("x one_kqzvwjxp y".utf8).span.bytes) { found.append($0.secret) }
    return found
  }

  private func file(in folder: String) throws -> URL {
    let names = try FileManager.default.contentsOfDirectory(atPath: folder)
    return URL(fileURLWithPath: folder + "/" + (try #require(names.first)))
  }

  @Test func `it is written privately, and searched from`() throws {
    try withFolder { folder in
      #expect(try search(folder) == [2..<14])
      let file = try file(in: folder)
      #expect(try FileManager.default.attributesOfItem(atPath: file.path)[.posixPermissions] as? Int == 0o600)
      let before = try FileManager.default.attributesOfItem(atPath: file.path)[.systemFileNumber] as? Int
      #expect(try search(folder) == [2..<14])
      #expect(try FileManager.default.attributesOfItem(atPath: file.path)[.systemFileNumber] as? Int == before)
    }
  }

  @Test func `one that is damaged anywhere, or cut short, is made again`() throws {
    try withFolder { folder in
      _ = try search(folder)
      let file = try file(in: folder)
      let good = try Data(contentsOf: file)
      for place in stride(from: 0, to: good.count, by: max(1, good.count / 40)) + [good.count - 1] {
        var bad = good
        bad[place] ^= 0x40
        try bad.write(to: file)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file.path)
        #expect(try search(folder) == [2..<14])
        #expect(try Data(contentsOf: file) == good)
      }
      for count in [0, 1, 31, 32, 100, good.count - 1] {
        try good.prefix(count).write(to: file)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file.path)
        #expect(try search(folder) == [2..<14])
      }
    }
  }

  @Test func `one of other detectors is not taken, under whatever name`() throws {
    try withFolder { folder in
      _ = try search(folder)
      let mine = try file(in: folder)
      try withFolder { other in
        #expect(try search(other, Self.text.replacing("one_[a-z]{8}", with: "two_[a-z]{8}")) == [])
        try Data(contentsOf: try file(in: other)).write(to: mine)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: mine.path)
        #expect(try search(folder) == [2..<14])
      }
    }
  }

  @Test func `one that others may write to is not taken`() throws {
    try withFolder { folder in
      _ = try search(folder)
      let file = try file(in: folder)
      try FileManager.default.setAttributes([.posixPermissions: 0o666], ofItemAtPath: file.path)
      #expect(try search(folder) == [2..<14])
      #expect(try FileManager.default.attributesOfItem(atPath: file.path)[.posixPermissions] as? Int == 0o600)
    }
  }

  @Test func `a folder that cannot be made is no error`() throws {
    #expect(try search("/proc/nowhere/cache") == [2..<14])
  }

  @Test func `the whole set gives the same from the cache`() throws {
    try withFolder { folder in
      let set = try DetectorSet(files: try Policies.detectors())
      let text = Array("a \(githubToken) password=\"uR7!kd92Lmq\"\n".utf8)
      var results: [[Candidate]] = []
      for _ in 0..<2 {
        var found: [Candidate] = []
        try Matcher(set, cacheFolder: folder).makeWorker().search(text.span.bytes) { found.append($0) }
        results.append(found)
      }
      #expect(results[0] == results[1])
      #expect(results[0].count == 2)
    }
  }
}
