import Launch
import Testing

@Suite struct ShellHintTests {
  @Test(arguments: [
    ["echo"], ["/bin/echo", ""], ["echo", "", ""], ["curl", "-H", ""], ["printf", "%s", ""],
  ])
  func `an argument that is gone was expanded too early`(arguments: [String]) throws {
    let hint = try #require(ShellHint.hint(for: arguments, injectedNames: ["API_KEY"]))
    #expect(hint.contains("sh -c"))
    #expect(hint.contains("$API_KEY"))
    #expect(ShellHint.hint(for: arguments, injectedNames: []) != nil)
  }

  @Test(arguments: [["echo", "$API_KEY"], ["curl", "https://x/?k=${API_KEY}"], ["node", "a$b$API_KEY.c"]])
  func `a variable that nobody expands is noticed`(arguments: [String]) throws {
    let hint = try #require(ShellHint.hint(for: arguments, injectedNames: ["OTHER", "API_KEY"]))
    #expect(hint.contains("$API_KEY reaches"))
    #expect(!hint.contains("https"))
  }

  @Test(arguments: [
    ["sh", "-c", "echo $API_KEY"], ["/bin/bash", "-c", "echo ${API_KEY}"], ["echo", "$API_KEYS"],
    ["echo", "API_KEY"],
    ["echo", "hello"], ["npm", "start"], ["true"], [], ["echo", "$"], ["awk", "{print $1}"],
  ])
  func `what a person means is left alone`(arguments: [String]) {
    #expect(ShellHint.hint(for: arguments, injectedNames: ["API_KEY"]) == nil)
  }
}
