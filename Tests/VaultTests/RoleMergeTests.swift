import Testing

@testable import Sealing
@testable import Vault

/// What becomes of a member whom two logs changed.
@Suite struct RoleMergeTests {
  private static let places: [Character: EnvironmentID] = [
    "*": .directory, "d": EnvironmentID(Bytes16(Array(repeating: 1, count: 16))),
    "p": EnvironmentID(Bytes16(Array(repeating: 2, count: 16))),
  ]

  /// "*r dw": read in the directory, write in d.
  private static func roles(_ text: String) -> [EnvironmentID: Role] {
    var roles: [EnvironmentID: Role] = [:]
    for item in text.split(separator: " ") {
      guard let place = item.first.flatMap({ places[$0] }) else { continue }
      roles[place] = item.hasSuffix("r") ? .read : item.hasSuffix("w") ? .write : .admin
    }
    return roles
  }

  @Test(arguments: [
    // before, mine, theirs, what --mine and what --theirs come to
    ("*r dr", "*r dr pr", "*w dw", "*w dw pr", "*w dw pr"),
    ("*r dr pr", "*w dw pr", "*w dr pw", "*w dw pw", "*w dw pw"),
    ("*r dr", "*w dw", "*w dw", "*w dw", "*w dw"),
    ("*r dr", "*r dr", "*w dw", "*w dw", "*w dw"),
    ("*r dr", "*w da", "*w dw", "*w da", "*w dw"),
    ("*w dr pw", "*r dr", "*w dw pw", "*w dw", "*w dw"),
    // What both took away is gone, by as much as either took.
    ("*w da", "*w dw", "*r dr", "*r dr", "*r dr"),
    ("*w da", "*r", "*r dr", "*r", "*r"),
    ("*w dw pw", "*w pw", "*w dw", "*r", "*r"),
    ("*w dw pw", "*w pw", "*r dr pr", "*r pr", "*r pr"),
    // One took, the other gave.
    ("*w dw", "*r", "*w da", "*r", "*w da"),
    // The vault as a whole.
    ("*a da pa", "*r dr", "*a da pr", "*r dr", "*a da pr"),
    ("*r dr", "*a da pa", "*r dr", "*a da pa", "*a da pa"),
    ("", "*r dr", "*w dw", "*r dr", "*w dw"),
  ])
  func `each environment is whose who changed it`(
    before: String, mine: String, theirs: String, byMine: String, byTheirs: String
  ) {
    let merge = RoleMerge(before: Self.roles(before), mine: Self.roles(mine), theirs: Self.roles(theirs))
    #expect(merge.roles(preferring: .mine) == Self.roles(byMine))
    #expect(merge.roles(preferring: .theirs) == Self.roles(byTheirs))
    #expect(merge.isContested == (byMine != byTheirs))
  }
}
