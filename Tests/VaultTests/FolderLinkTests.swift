import Testing

@testable import Platform
@testable import Sealing
@testable import Vault

struct FolderLinkTests {
  private let home = Home()
  private let vault = VaultID(Bytes16(Randomness.bytes(16)))

  private func link(_ folder: String, _ approved: [String] = []) -> FolderLink {
    FolderLink(folder: folder, vault: vault, approved: approved)
  }

  private func path(_ folder: String) -> String {
    home.folders.state + "/links/"
      + Hashing.digest("coffer/link-path", Array(folder.utf8)).bytes.prefix(16).hex
  }

  @Test(arguments: ["/src/app", "/src/app/", "/", "/srv/with space\nand ünicode"])
  func `what was saved is loaded, for its folder only`(folder: String) throws {
    #expect(try FolderLink.load(folder, home.folders) == nil)
    let link = link(folder, ["name API_KEY", "", "from B=A \u{1F511}"])
    try link.save(home.folders)
    #expect(try FolderLink.load(folder, home.folders) == link)
    #expect(try FolderLink.load(folder + "x", home.folders) == nil)
    let approved = self.link(folder, ["less"])
    try approved.save(home.folders)
    #expect(try FolderLink.load(folder, home.folders) == approved)
  }

  @Test func `every flipped bit and every cut is refused`() throws {
    try link("/src/app", ["name A"]).save(home.folders)
    let bytes = try Files.read(path("/src/app"), limit: 4096)
    func outcome(_ bytes: [UInt8]) throws -> VaultError? {
      try Files.writeAtomically(path("/src/app"), bytes)
      return refusal { () throws(VaultError) in try FolderLink.load("/src/app", home.folders) }
    }
    let accepted = try (0..<(bytes.count * 8)).filter {
      try outcome(flipped(bytes, bit: $0)) != .damaged(.binding)
    }
    #expect(accepted.isEmpty)
    for count in 0..<bytes.count { #expect(try outcome(Array(bytes[..<count])) == .damaged(.binding)) }
    #expect(try outcome(bytes + [0]) == .damaged(.binding))
    #expect(try outcome(bytes) == nil)
  }

  @Test func `another folder's link is refused`() throws {
    try link("/src/mine").save(home.folders)
    try link("/src/cloned").save(home.folders)
    try Files.writeAtomically(path("/src/cloned"), try Files.read(path("/src/mine"), limit: 4096))
    let error = refusal { () throws(VaultError) in try FolderLink.load("/src/cloned", home.folders) }
    #expect(error == .damaged(.binding))
  }
}
