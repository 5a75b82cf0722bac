import Testing

@testable import Platform

@Suite struct FoldersTests {
  @Test(arguments: [
    (
      ["COFFER_HOME": "/c/", "HOME": "/h", "XDG_DATA_HOME": "/x"],
      ["/c/config", "/c/data", "/c/state", "/c/cache"]
    ),
    (
      ["HOME": "/h"],
      ["/h/.config/coffer", "/h/.local/share/coffer", "/h/.local/state/coffer", "/h/.cache/coffer"]
    ),
    (
      [
        "HOME": "/h/", "XDG_DATA_HOME": "/x/", "XDG_STATE_HOME": "relative", "XDG_CACHE_HOME": "",
        "COFFER_HOME": "",
      ],
      ["/h/.config/coffer", "/x/coffer", "/h/.local/state/coffer", "/h/.cache/coffer"]
    ),
    (
      [
        "XDG_CONFIG_HOME": "/1", "XDG_DATA_HOME": "/2", "XDG_STATE_HOME": "/3", "XDG_CACHE_HOME": "/4",
      ], ["/1/coffer", "/2/coffer", "/3/coffer", "/4/coffer"]
    ),
  ])
  func `folders follow COFFER_HOME, then XDG, then HOME`(
    environment: [String: String], expected: [String]
  ) throws {
    let folders = try Folders.resolve { environment[$0] }
    #expect([folders.config, folders.data, folders.state, folders.cache] == expected)
  }

  @Test func `a relative COFFER_HOME is taken from the working directory`() throws {
    let folders = try Folders.resolve { $0 == "COFFER_HOME" ? "here" : nil }
    #expect(try folders.data == Files.workingDirectory() + "/here/data")
  }

  @Test(arguments: [[:], ["HOME": ""], ["HOME": "relative"]])
  func `nowhere to be is an error`(environment: [String: String]) {
    #expect(throws: SystemError.self) { try Folders.resolve { environment[$0] } }
  }
}
