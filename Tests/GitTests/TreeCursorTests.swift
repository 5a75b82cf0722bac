import Testing

@testable import Git

/// Tree objects as bytes, sound and damaged.
struct TreeCursorTests {
  private typealias Entry = (mode: String, name: String, id: UInt8)

  private func bytes(_ entries: [Entry]) -> [UInt8] {
    entries.flatMap { Array("\($0.mode) \($0.name)".utf8) + [0] + [UInt8](repeating: $0.id, count: 20) }
  }

  private func read(_ tree: [UInt8]) -> (entries: [String], isDamaged: Bool) {
    var cursor = TreeCursor()
    var entries: [String] = []
    let bytes = tree.span.bytes
    while cursor.next(in: bytes) {
      let name = String(decoding: tree[cursor.name], as: UTF8.self)
      entries.append("\(cursor.kind) \(name) \(ObjectID(bytes, at: cursor.id).hex.prefix(2))")
    }
    return (entries, cursor.isDamaged)
  }

  @Test func `all kinds of entries`() {
    let long = String(repeating: "n", count: 70_000)
    let tree = bytes([
      ("100644", "a", 1), ("100755", "run", 2), ("120000", "link", 3), ("40000", "folder", 4), ("040000", "old", 5),
      ("160000", "module", 6), ("100664", "ancient", 7), ("100644", "", 8), ("40000", "..", 9), ("100644", "a/b", 0),
      ("100644", long, 0xff), ("1", "odd", 0x10), ("100644", "12345678", 0x11), ("40000", "1234567", 0x12),
    ])
    let read = read(tree)
    #expect(!read.isDamaged)
    #expect(
      read.entries == [
        "blob a 01", "blob run 02", "blob link 03", "tree folder 04", "tree old 05", "submodule module 06",
        "blob ancient 07", "blob  08", "tree .. 09", "blob a/b 00", "blob \(long) ff", "blob odd 10",
        "blob 12345678 11",
        "tree 1234567 12",
      ])
    #expect(self.read([]).entries.isEmpty && !self.read([]).isDamaged)
  }

  @Test func `a name of any length is found whole`() {
    for length in 0..<40 {
      let name = String(repeating: "\u{1}", count: length)
      #expect(
        read(bytes([("100644", name, 0), ("100644", name, 1)])).entries == ["blob \(name) 00", "blob \(name) 01"])
    }
  }

  @Test func `cut off anywhere, entries before the cut are read and the damage is told`() {
    let whole = bytes([("100644", "a", 1), ("40000", "folder", 4), ("160000", "module", 6)])
    let ends = [0, bytes([("100644", "a", 1)]).count, bytes([("100644", "a", 1), ("40000", "folder", 4)]).count]
    for end in 0..<whole.count {
      let read = read(Array(whole[..<end]))
      #expect(read.isDamaged == !ends.contains(end))
      #expect(read.entries.count == ends.lastIndex { $0 <= end } ?? 0)
    }
  }

  @Test(arguments: ["", "x00644", "100644x", "123456789", "8", "-1"]) func `a mode that is none`(_ mode: String) {
    let read = read(bytes([(mode, "a", 1)]))
    #expect(read.isDamaged && read.entries.isEmpty)
  }

  @Test func `any byte changed stops nothing`() {
    let whole = bytes([("100644", "a", 1), ("40000", "folder", 4), ("160000", "module", 6)])
    for index in whole.indices {
      for byte in UInt8.min...UInt8.max {
        var changed = whole
        changed[index] = byte
        #expect(read(changed).entries.count <= 3)
      }
    }
  }
}
