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
    ("*r dr", "*r dr pr", "*r dw", "*r dw pr", "*r dw pr"),
    ("*r dr", "*r dw", "*r dw", "*r dw", "*r dw"),
    ("*r dr", "*r dr", "*r dw", "*r dw", "*r dw"),
    ("*r dr", "*r da", "*r dw", "*r da", "*r dw"),
    ("*r dr pw", "*r dr", "*r dw pw", "*r dw", "*r dw"),
    // What both took away is gone, by as much as either took.
    ("*r da", "*r dw", "*r dr", "*r dr", "*r dr"),
    ("*r da", "*r", "*r dr", "*r", "*r"),
    ("*r dw pw", "*r pw", "*r dw", "*r", "*r"),
    // One took, the other gave.
    ("*r dw", "*r", "*r da", "*r", "*r da"),
    // The vault as a whole.
    ("*a da pa", "*r dr", "*a da pr", "*r dr", "*a da pr"),
    ("*r dr", "*a da pa", "*r dr", "*a da pa", "*a da pa"),
    ("", "*r dr", "*r dw", "*r dr", "*r dw"),
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
