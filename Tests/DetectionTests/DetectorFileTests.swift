import Testing

@testable import Detection

struct DetectorFileTests {
  private static let good = """
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

  private func load(_ text: String) throws(DetectionError) -> Matcher {
    try Matcher(try DetectorSet(files: [(name: "one.toml", text: text)]))
  }

  @Test func `a good file is read`() throws {
    let detector = try #require(try load(Self.good).detectors.detectors.first)
    #expect(detector.id == "one-key")
    #expect(detector.kind == .token)
    #expect(detector.boundary == .word)
  }

  @Test(arguments: [
    (#"id = "one-key""#, #"id = "One Key""#, "id"), (#"confidence = "high""#, #"confidence = "sure""#, "confidence"),
    (#"confidence = "high""#, "", "confidence"), (#"grants = "everything""#, #"grant = "everything""#, "grant"),
    (#"grants = "everything""#, #"grants = """#, "grants"), (#"title = "One""#, "title = 1", "title"),
    ("'one_[a-z]{8}'", "'one_[a-z'", "pattern"), ("'one_[a-z]{8}'", "'(?=one)[a-z]{8}'", "pattern"),
    ("'one_[a-z]{8}'", "'one_[a-z]*'", "pattern"), ("'one_[a-z]{8}'", "'one_[a-z]{20000}'", "pattern"),
    ("'one_[a-z]{8}'", "'a?'", "pattern"),
    ("confidence =", "capture = '(one)'\nconfidence =", "capture"),
    ("confidence =", "capture = '(?<secret>one'\nconfidence =", "capture"),
    ("confidence =", "checksum = \"md5\"\nconfidence =", "checksum"),
    ("confidence =", "entropy = 9.5\nconfidence =", "entropy"),
    ("confidence =", "reach = 20000\nconfidence =", "reach"), ("confidence =", "reach = -1\nconfidence =", "reach"),
    ("confidence =", "insensitive = 1\nconfidence =", "insensitive"),
    ("confidence =", "kind = \"other\"\nconfidence =", "kind"),
    ("confidence =", "public = true\nconfidence =", "confidence"),
    (#"misses = ["one_", "two"]"#, #"misses = ["one_"]"#, "misses"),
    (#"misses = ["one_", "two"]"#, #"misses = ["one_", 2]"#, "misses"),
    (#""https://one.dev/keys""#, #""one.dev""#, "documentation"),
  ])
  func `a fault names the file, the detector and the field`(from: String, to: String, field: String) throws {
    let error = #expect(throws: DetectionError.self) { _ = try load(Self.good.replacing(from, with: to)) }
    guard case .badDetector(let file, _, let detector, let named, _) = try #require(error) else {
      Issue.record("another error")
      return
    }
    #expect(file == "one.toml")
    #expect(detector != nil)
    #expect(named == field)
  }

  @Test func `an id is used once`() {
    #expect(throws: DetectionError.self) { _ = try load(Self.good + "\n" + Self.good) }
    #expect(throws: DetectionError.self) {
      _ = try DetectorSet(files: [(name: "a.toml", text: Self.good), (name: "b.toml", text: Self.good)])
    }
  }

  @Test(arguments: ["", "x = 1", "[[detector]]", "detector = 1", "[[other]]", "[[detector]"])
  func `what is no file of detectors is refused`(text: String) {
    #expect(throws: DetectionError.self) { _ = try load(text) }
  }

  @Test func `the order of the files does not matter`() throws {
    let other = Self.good.replacing("one-key", with: "two-key")
    let one = try DetectorSet(files: [(name: "a.toml", text: Self.good), (name: "b.toml", text: other)])
    let two = try DetectorSet(files: [(name: "b.toml", text: other), (name: "a.toml", text: Self.good)])
    #expect(one.detectors.map(\.id) == two.detectors.map(\.id))
    #expect(one.digest == two.digest)
  }
}
