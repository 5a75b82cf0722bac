import Testing

@Suite struct VectorTests {
  @Test(arguments: VectorFile.names)
  func `this build reads every vector as it was written`(_ name: String) throws {
    let file = try VectorFile.load(name)
    #expect(!file.cases.isEmpty)
    for vector in file.cases {
      let found = try Case.run(vector.kind, vector.in)
      #expect(found.outcome == vector.outcome, "\(vector.name)")
      #expect(found.out == vector.out, "\(vector.name)")
    }
  }

  @Test func `every kind of case is used, and refused at least once where it can be`() throws {
    let cases = try VectorFile.names.flatMap { try VectorFile.load($0).cases }
    #expect(Set(cases.map(\.kind)) == Set(Case.kinds.keys))
    let neverRefused: Set = [
      "encode", "digest", "keyed", "seal", "padded-counts", "pad", "ids", "environment-key", "map-build",
    ]
    #expect(
      Set(cases.filter { $0.outcome != "ok" }.map(\.kind)) == Set(Case.kinds.keys).subtracting(neverRefused))
    #expect(Set(cases.map(\.name)).count == cases.count)
  }
}
