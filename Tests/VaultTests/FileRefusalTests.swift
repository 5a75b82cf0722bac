import Glibc
import Testing

@testable import Platform
@testable import Sealing
@testable import Vault

/// What Coffer would never have made, at the paths where it keeps its files.
struct FileRefusalTests {
  enum Plant: String, CaseIterable, Sendable {
    case symlink, dangling, fifo, folder, looseMode, groupMode, foreignOwner
  }

  /// Puts something else where the file at `path` is.
  /// - Returns: the expected refusal; nil where this process cannot make it.
  private func plant(_ plant: Plant, at path: String) -> FileRefusal? {
    switch plant {
    case .symlink:
      guard rename(path, path + ".real") == 0, Glibc.symlink(path + ".real", path) == 0 else { return nil }
      return .symlink
    case .dangling:
      guard unlink(path) == 0, Glibc.symlink(path + ".nothing", path) == 0 else { return nil }
      return .symlink
    case .fifo:
      guard unlink(path) == 0, mkfifo(path, 0o600) == 0 else { return nil }
      return .notRegular
    case .folder:
      guard unlink(path) == 0, mkdir(path, 0o700) == 0 else { return nil }
      return .notRegular
    case .looseMode: return chmod(path, 0o644) == 0 ? .looseMode(0o644) : nil
    case .groupMode: return chmod(path, 0o660) == 0 ? .looseMode(0o660) : nil
    case .foreignOwner:
      guard geteuid() == 0, chown(path, 65534, 65534) == 0 else { return nil }
      return .foreignOwner(65534)
    }
  }

  @Test(arguments: Plant.allCases) func `the vault's file`(kind: Plant) throws {
    let founded = try Founded()
    guard let expected = plant(kind, at: founded.path) else { return }
    let error = refusal { () throws(VaultError) in try founded.open() }
    #expect(error == .refusedFile(path: founded.path, expected))
  }

  @Test(arguments: Plant.allCases) func `the identity file`(kind: Plant) throws {
    let home = Home()
    let file = try IdentityFile(
      sealing: Identity(), passphrase: SecretBytes(copying: Array("p".utf8)),
      derivation: .cheapestForTests(), created: 1)
    try file.save(home.folders)
    let path = IdentityFile.path(home.folders)
    guard let expected = plant(kind, at: path) else { return }
    let error = refusal { () throws(VaultError) in try IdentityFile.load(home.folders) }
    #expect(error == .refusedFile(path: path, expected))
  }

  @Test(arguments: Plant.allCases) func `a folder's link`(kind: Plant) throws {
    let home = Home()
    let link = FolderLink(folder: "/src/app", vault: VaultID(Bytes16()), approved: [])
    try link.save(home.folders)
    let folder = home.folders.state + "/links"
    let path = try #require(names(in: folder).first.map { folder + "/" + $0 })
    guard let expected = plant(kind, at: path) else { return }
    let error = refusal { () throws(VaultError) in try FolderLink.load("/src/app", home.folders) }
    #expect(error == .refusedFile(path: path, expected))
  }

  @Test func `a pin is never read through a symlink`() throws {
    let founded = try Founded()
    let path = founded.home.folders.state + "/pins/" + founded.id.hex
    #expect(plant(.symlink, at: path) != nil)
    #expect(refusal { () throws(VaultError) in try founded.contents() } != nil)
  }

  // POSIX locks belong to the process: "if a process closes any file descriptor referring to a file, then all of the process's
  // locks on that file are released" (fcntl(2)). Without SQLite's shared lock, another process that closes the vault would
  // take itself for the last and delete the write-ahead log under this one.
  @Test
  func `opening the vault again leaves the locks of the first opening`() throws {
    let founded = try Founded()
    let first = try founded.open()
    try founded.put([("A", "1")], in: first)
    let probe = Glibc.open(founded.path, O_RDWR | O_CLOEXEC)
    defer { close(probe) }
    #expect(isLocked(probe))
    _ = try founded.open()
    #expect(isLocked(probe))
    _ = try founded.values(["A"], in: first)
  }

  /// Whether SQLite's shared lock (https://sqlite.org/src/file/src/os.h, SHARED_FIRST) is held on the file. An open file
  /// description's lock conflicts with the process's own.
  private func isLocked(_ descriptor: Int32) -> Bool {
    var lock = flock(
      l_type: Int16(F_WRLCK), l_whence: Int16(SEEK_SET), l_start: 0x4000_0002, l_len: 510, l_pid: 0)
    let query: Int32 = 36  // F_OFD_GETLK, which Glibc's module leaves out
    #expect(fcntl(descriptor, query, &lock) == 0)
    return lock.l_type != F_UNLCK
  }

  @Test func `new files are for their owner only`() throws {
    let founded = try Founded()
    let vault = try founded.open()
    try founded.put([("A", "1")], in: vault)
    for suffix in ["", "-wal", "-shm"] { #expect(try Files.mode(founded.path + suffix) == 0o600) }
    #expect(try Files.mode(Files.parent(of: founded.path)) == 0o700)
    #expect(try Files.mode(founded.home.folders.state + "/pins/" + founded.id.hex) == 0o600)
  }

  @Test func `a vault that is not there says so`() throws {
    let founded = try Founded()
    try Files.remove(founded.path)
    #expect(refusal { () throws(VaultError) in try founded.open() } == .noVault(founded.id))
  }

  private func names(in folder: String) -> [String] {
    guard let handle = opendir(folder) else { return [] }
    defer { closedir(handle) }
    var names: [String] = []
    while let entry = readdir(handle) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    return names
  }
}
