import Foundation
import Testing

@testable import Git

/// Whatever way an object is read, by the walk through its pack or through libgit2, it is read once, and as git has it.
@Suite struct ObjectFeedTests {
  /// Everything a feed reads, by id; and what it could not.
  private func read(
    _ repository: Repository, kinds: ObjectKinds = .all, workers: Int = 2
  ) throws -> (objects: [String: [[UInt8]]], failed: [String]) {
    let feed = try ObjectFeed(repository)
    var objects: [String: [[UInt8]]] = [:]
    var failed: [String] = []
    // One after the other: a worker takes what the last one left.
    for _ in 0..<workers {
      try feed.work(
        repository.makeReader(), kinds: kinds,
        object: { number, kind, bytes in
          objects[feed.inventory.id(of: number).hex, default: []].append([kind.rawValue] + copy(bytes))
        },
        failed: { number, _ in failed.append(feed.inventory.id(of: number).hex) })
    }
    return (objects, failed.sorted())
  }

  private func mixed(_ sandbox: GitSandbox) throws -> String {
    let path = try sandbox.makeRepository()
    var text = (0..<400).map { "line \($0)\n" }.joined()
    for number in 0..<12 {
      text += "more \(number)\n"
      try Data(text.utf8).write(to: URL(fileURLWithPath: path + "/file"))
      try sandbox.git("add", "file")
      try sandbox.git("commit", "--quiet", "-m", "change \(number)", date: 1_700_000_000 + number)
      // Two packs that share objects, and loose ones after them.
      if number == 4 { try sandbox.git("repack", "-d", "--quiet") }
      if number == 8 { try sandbox.git("repack", "-a", "--quiet", "--depth=50") }
    }
    try sandbox.git("tag", "-a", "v1", "-m", "a tag")
    return path
  }

  @Test func `packed twice, deltas and loose: each object comes once, as git has it`() throws {
    let sandbox = try GitSandbox()
    let repository = try Opened(mixed(sandbox)).repository
    #expect(repository.packFiles.count == 2)
    let (objects, failed) = try read(repository)
    #expect(failed.isEmpty)
    let list = try sandbox.git("cat-file", "--batch-check", "--batch-all-objects").text.split(separator: "\n")
    #expect(Set(objects.keys) == Set(list.map { String($0.prefix(40)) }))
    for line in list {
      let (id, kind) = (String(line.prefix(40)), String(line.split(separator: " ")[1]))
      #expect(objects[id]?.count == 1)
      let bytes = try sandbox.git("cat-file", kind, id).bytes
      let number: UInt8 = ["commit": 1, "tree": 2, "blob": 3, "tag": 4][kind] ?? 0
      #expect(objects[id]?.first == [number] + bytes, "\(line)")
    }
  }

  @Test func `only the kinds that are asked for come`() throws {
    let sandbox = try GitSandbox()
    let (objects, failed) = try read(Opened(mixed(sandbox)).repository, kinds: [.commit, .tag])
    #expect(failed.isEmpty)
    #expect(objects.count == 13)
    #expect(objects.values.allSatisfy { [1, 4].contains($0[0][0]) })
  }

  @Test(arguments: [true, false])
  func `an entry that is damaged is read from another copy, or told`(hasCopies: Bool) throws {
    let sandbox = try GitSandbox()
    let path = try mixed(sandbox)
    if !hasCopies { try sandbox.git("repack", "-a", "-d", "--quiet") }
    let whole = try read(Opened(path).repository).objects
    // Bytes of the largest pack, changed all over.
    let folder = path + "/.git/objects/pack/"
    let packs = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".pack") }
    let sizes = try packs.map { try Data(contentsOf: URL(fileURLWithPath: folder + $0)).count }
    let pack = folder + (try #require(zip(packs, sizes).max { $0.1 < $1.1 })).0
    chmod(pack, 0o644)
    var bytes = try Data(contentsOf: URL(fileURLWithPath: pack))
    for place in stride(from: 20, to: bytes.count - 20, by: 37) { bytes[place] ^= 0x55 }
    try bytes.write(to: URL(fileURLWithPath: pack))
    let (objects, failed) = try read(Opened(path).repository)
    #expect(failed.isEmpty == hasCopies)
    #expect(Set(objects.keys).isDisjoint(with: failed))
    #expect(Set(objects.keys).union(failed) == Set(whole.keys))
    for (id, read) in objects { #expect(read == whole[id], "\(id)") }
  }
}
