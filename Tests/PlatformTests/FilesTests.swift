import Glibc
import Testing

@testable import Platform

@Suite struct FilesTests {
  let scratch = Scratch()

  @Test func `kinds are told apart and links are not followed`() throws {
    try Files.writeAtomically(scratch("file"), [1])
    symlink("file", scratch("link"))
    symlink("nowhere", scratch("dangling"))
    mkfifo(scratch("fifo"), 0o600)
    #expect(Files.kind(of: scratch("file")) == .regular)
    #expect(Files.kind(of: scratch.path) == .directory)
    #expect(Files.kind(of: scratch("link")) == .symlink)
    #expect(Files.kind(of: scratch("fifo")) == .other)
    #expect(Files.kind(of: scratch("none")) == nil)
    #expect(Files.exists(scratch("link")))
    #expect(!Files.exists(scratch("dangling")))
    #expect(Files.kind(of: scratch("dangling")) == .symlink)
    #expect(try Files.canonical(scratch("link")) == Files.canonical(scratch("file")))
  }

  @Test func `folders are created private with their parents and left alone when they exist`() throws {
    chmod(scratch.path, 0o755)
    try Files.makePrivateDirectory(scratch("a/b/c/"))
    #expect(try Files.mode(scratch("a")) == 0o700)
    #expect(try Files.mode(scratch("a/b/c")) == 0o700)
    #expect(try Files.mode(scratch.path) == 0o755)
    chmod(scratch("a"), 0o750)
    try Files.makePrivateDirectory(scratch("a"))
    #expect(try Files.mode(scratch("a")) == 0o750)
    try Files.writeAtomically(scratch("file"), [])
    #expect(throws: SystemError(operation: "mkdir", path: scratch("file"), code: ENOTDIR)) {
      try Files.makePrivateDirectory(scratch("file"))
    }
  }

  @Test func `a write replaces the whole file and leaves nothing else`() throws {
    try Files.writeAtomically(scratch("f"), Array(repeating: 7, count: 100_000))
    try Files.writeAtomically(scratch("f"), [1, 2], mode: 0o640)
    #expect(try Files.read(scratch("f"), limit: 10) == [1, 2])
    #expect(try Files.mode(scratch("f")) == 0o640)
    try Files.writeAtomically(scratch("f"), [3], mode: nil)
    #expect(try Files.mode(scratch("f")) == 0o640)
    #expect(scratch.names == ["f"])
  }

  @Test func `a write that fails keeps the old file and removes its own`() throws {
    try Files.makePrivateDirectory(scratch("f/occupied"))
    let error = #expect(throws: SystemError.self) { try Files.writeAtomically(scratch("f"), [1]) }
    #expect(error?.operation == "rename")
    #expect(error?.path == scratch("f"))
    #expect(scratch.names == ["f"])
  }

  @Test func `an exclusive write never follows or replaces`() throws {
    symlink(scratch("target"), scratch("link"))
    let bytes: [UInt8] = [1]
    #expect(throws: SystemError(operation: "open", path: scratch("link"), code: EEXIST)) {
      try Files.writeExclusive(scratch("link"), bytes.span.bytes)
    }
    #expect(Files.kind(of: scratch("target")) == nil)
  }

  @Test func `a new file is written whole and never replaces`() throws {
    let first: [UInt8] = [1, 2]
    let second: [UInt8] = [3]
    #expect(try Files.writeNew(scratch("f"), first))
    #expect(try !Files.writeNew(scratch("f"), second))
    #expect(try Files.read(scratch("f"), limit: 10) == first)
    #expect(try Files.mode(scratch("f")) == 0o600)
    symlink(scratch("target"), scratch("link"))
    #expect(try !Files.writeNew(scratch("link"), second))
    #expect(scratch.names == ["f", "link"])
  }

  @Test func `removing says whether there was something`() throws {
    try Files.writeAtomically(scratch("f"), [])
    #expect(try Files.remove(scratch("f")))
    #expect(try !Files.remove(scratch("f")))
  }

  @Test(arguments: [
    ("/a/b", "/a"), ("/a", "/"), ("/", "/"), ("a", "."), ("a/b/", "a"),
  ])
  func `the parent is taken from the text`(path: String, parent: String) {
    #expect(Files.parent(of: path) == parent)
  }

  @Test func `a file at its limit is read and one byte more is not`() throws {
    try Files.writeAtomically(scratch("f"), Array(repeating: 1, count: 100))
    #expect(try Files.read(scratch("f"), limit: 100).count == 100)
    #expect(throws: FileError.tooLarge(path: scratch("f"), limit: 99)) {
      try Files.read(scratch("f"), limit: 99)
    }
    #expect(throws: FileError.system(SystemError(operation: "open", path: scratch("no"), code: ENOENT))) {
      try Files.read(scratch("no"), limit: 99)
    }
  }

  @Test func `a lock is exclusive, shared locks are not, and it ends with its owner`() throws {
    let path = scratch("lock")
    do {
      let held = try LockedFile(path, .exclusive)
      try held.pwrite([1, 2, 3, 4], at: 2)
      #expect(try held.pread(10, at: 0) == [0, 0, 1, 2, 3, 4])
      #expect(try held.size() == 6)
      #expect(throws: FileError.system(SystemError(operation: "flock", path: path, code: EWOULDBLOCK))) {
        _ = try LockedFile(path, .shared, wait: false)
      }
      try held.truncate(to: 3)
      try held.sync()
    }
    let first = try LockedFile(path, .shared, wait: false)
    let second = try LockedFile(path, .shared, wait: false)
    #expect(try first.pread(3, at: 0) == second.pread(3, at: 0))
    #expect(try Files.mode(path) == 0o600)
  }

  @Test func `a lock is taken on a regular file of this user's alone`() throws {
    let path = scratch("lock")
    func refusal(_ name: String) -> FileError? {
      do throws(FileError) { _ = try LockedFile(scratch(name), .shared) } catch { return error }
      return nil
    }
    #expect(refusal("lock") == nil)
    symlink(path, scratch("link"))
    #expect(refusal("link") == .refused(.symlink, path: scratch("link")))
    mkfifo(scratch("fifo"), 0o600)
    #expect(refusal("fifo") == .refused(.notRegular, path: scratch("fifo")))
    try Files.makePrivateDirectory(scratch("folder"))
    #expect(refusal("folder") == .refused(.notRegular, path: scratch("folder")))
    for mode in [0o666, 0o640, 0o604] as [UInt32] {
      chmod(path, mode)
      #expect(refusal("lock") == .refused(.looseMode(mode), path: path))
    }
    chmod(path, 0o600)
    #expect(refusal("lock") == nil)
    if geteuid() == 0 {
      chown(path, 65534, 65534)
      #expect(refusal("lock") == .refused(.foreignOwner(65534), path: path))
    }
  }
}
