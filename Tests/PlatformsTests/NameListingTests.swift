import Testing

@testable import Platforms

@Suite struct NameListingTests {
  private static func list(_ names: [String]) throws -> RecipeList {
    let way = "[" + names.map { "\"\($0)\"" }.joined(separator: ", ") + "]"
    let text = RecipeTests.text().replacing("[\"*\", \"name\"]", with: way)
    return try #require(try Recipe(name: "platforms/shop.toml", text: text).list)
  }

  private static func names(_ text: String, _ way: [String]) throws -> [String] {
    let bytes = Array(text.utf8)
    return try NameListing.names(in: bytes.span.bytes, list(way))
  }

  @Test(
    arguments: [
      (#"{"A": "x", "B": {"C": ["y"]}}"#, ["@"], ["A", "B"]), ("{}", ["@"], []), ("[]", ["*", "name"], []),
      (#"[{"name": "A", "n": 1}, {"x": [true, null, -1.5e+3], "Name": "B"}]"#, ["*", "name"], ["A", "B"]),
      (#"{"envs": [{"key": "A", "value": "\"key\": \"Z\""}], "key": "Y"}"#, ["envs", "*", "key"], ["A"]),
      (#" [ {"envVar" : {"value":"\\","key":"A"} , "cursor":"c"} ] "#, ["*", "envVar", "key"], ["A"]),
      (#"{"A": 1, "A-b.c": 2}"#, ["@"], ["A", "A-b.c"]), (#"["A","B"]"#, ["*"], ["A", "B"]),
    ])
  func `names are found where the recipe says`(text: String, way: [String], names: [String]) throws {
    #expect(try Self.names(text, way) == names)
  }

  @Test(
    arguments: [
      ("", ["@"]), ("Not logged in", ["@"]), ("{", ["@"]), (#"{"A""#, ["@"]), (#"{"A":}"#, ["@"]),
      (#"{"A":1,}"#, ["@"]),
      (#"{"A":1} x"#, ["@"]), (#"{"A":1}{"B":1}"#, ["@"]), ("[1]", ["*"]), (#"[{"other":"A"}]"#, ["*", "name"]),
      (#"{"name":"A"}"#, ["*", "name"]), (#"[{"name":1}]"#, ["*", "name"]), (#"{"A\u0041":1}"#, ["@"]),
      (#"{"":1}"#, ["@"]),
      (#"{"A B":1}"#, ["@"]), ("{\"A\u{1B}[2J\":1}", ["@"]), ("{\"\u{E9}\":1}", ["@"]), ("\"A\\", ["*"]),
      ("\"\\", ["@"]),
      ("{\"" + String(repeating: "A", count: 257) + "\":1}", ["@"]),
      (String(repeating: "[", count: 100_000), ["*"]), ("{\"A\":" + String(repeating: "[", count: 100_000), ["@"]),
      ("[" + String(repeating: "\"A\",", count: 10_001) + "\"A\"]", ["*"]),
    ])
  func `what is no such list is refused, without a trap`(text: String, way: [String]) throws {
    #expect(throws: NameListing.Fault.self) { try Self.names(text, way) }
  }

  @Test func `any cut of a list is refused`() throws {
    let whole = #"[{"name": "A", "v": "x\"y"}, {"v": {"a": [1, true]}, "name": "B"}]"#
    for count in 0..<whole.utf8.count {
      #expect(throws: NameListing.Fault.self) { try Self.names(String(whole.prefix(count)), ["*", "name"]) }
    }
  }

  @Test func `lines are cut at a blank or an equals sign`() throws {
    let text = RecipeTests.text().replacing("format = \"json\"\nnames = [\"*\", \"name\"]", with: "format = \"lines\"")
    let list = try #require(try Recipe(name: "platforms/shop.toml", text: text).list)
    let bytes = Array("A=1\n\nB\r\nC  digest\n =x\nD".utf8)
    #expect(try NameListing.names(in: bytes.span.bytes, list) == ["A", "B", "C", "D"])
    let foreign = Array("A\n\u{1B}[2J\n".utf8)
    #expect(throws: NameListing.Fault(offset: 2)) { try NameListing.names(in: foreign.span.bytes, list) }
  }

  @Test func `names that the platform sets itself are none of ours`() throws {
    let list = try #require(try RecipeTests.builtIn().recipe("railway")?.list)
    #expect(list.ignores("RAILWAY_SERVICE_ID") && !list.ignores("RAILWAY") && !list.ignores("A"))
  }
}
