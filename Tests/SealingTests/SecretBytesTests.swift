import Glibc
import Testing

@testable import Sealing

struct SecretBytesTests {
  @Test(arguments: [0, 1, 63, 64, 65, 4096, 100 * 1024, 1 << 20])
  func `what is put in comes out, to the byte`(count: Int) throws {
    let content = Randomness.bytes(count)
    let secret = try SecretBytes(copying: content)
    #expect(secret.count == count)
    #expect(bytes(secret) == content)
  }

  @Test func `fresh memory is zero`() throws {
    for count in [1, 64, 1000, 200_000] {
      let secret = try SecretBytes(count: count)
      #expect(bytes(secret).allSatisfy { $0 == 0 })
    }
  }

  @Test func `two random secrets differ`() throws {
    let first = try SecretBytes(randomCount: 32)
    let second = try SecretBytes(randomCount: 32)
    #expect(bytes(first) != bytes(second))
  }

  @Test func `a slice is a copy of its range and lives on its own`() throws {
    let slice: SecretBytes
    do {
      let whole = try SecretBytes(copying: Array(0..<200))
      slice = try whole.slice(10..<150)
    }
    #expect(bytes(slice) == Array(10..<150))
    let empty = try slice.slice(5..<5)
    #expect(empty.count == 0)
  }

  @Test func `comparing tells equal, different and longer apart`() throws {
    let secret = try SecretBytes(copying: Array("correct".utf8))
    for (text, expected) in [("correct", true), ("correcT", false), ("correct ", false), ("", false)] {
      let matches = secret.matches(Array(text.utf8).span.bytes)
      #expect(matches == expected, "\(text)")
    }
    let empty = try SecretBytes(count: 0)
    let nothing: [UInt8] = []
    let matches = empty.matches(nothing.span.bytes)
    #expect(matches)
  }

  @Test func `memory given back is handed out again`() throws {
    let pointer = try LockedArena.allocate(300 << 10)
    LockedArena.release(pointer, count: 300 << 10)
    var seen: Set<UnsafeMutableRawPointer> = []
    for _ in 0..<200 {
      let next = try LockedArena.allocate(300 << 10)
      seen.insert(next)
      LockedArena.release(next, count: 300 << 10)
    }
    // Other tests allocate meanwhile; without reuse there would be 200 places.
    #expect(seen.count < 20)
  }

  // Other tests may take the same memory at once, so the trace that is looked for is one that nobody else writes.
  @Test(arguments: [32, 64, 100, 5000, 1 << 20])
  func `released memory holds nothing of the secret`(count: Int) throws {
    let mark = Randomness.bytes(32)
    let pointer = try LockedArena.allocate(count)
    for offset in stride(from: 0, through: count - 32, by: 32) {
      mark.withUnsafeBytes { pointer.advanced(by: offset).copyMemory(from: $0.baseAddress!, byteCount: 32) }
    }
    LockedArena.release(pointer, count: count)
    let left = [UInt8](UnsafeRawBufferPointer(start: pointer, count: count))
    let traces = stride(from: 0, through: count - 32, by: 32).count { Array(left[$0..<($0 + 32)]) == mark }
    #expect(traces == 0)
  }

  @Test func `a shared secret is wiped by its last owner's end, and not before`() throws {
    let mark = Randomness.bytes(64)
    var owners = [Secret(try SecretBytes(copying: mark))]
    owners.append(owners[0])
    let place = owners[0].bytes.withBytes { $0.withUnsafeBytes { UInt(bitPattern: $0.baseAddress) } }
    owners.removeFirst()
    #expect(bytes(owners[0].bytes) == mark)
    owners.removeFirst()
    let left = [UInt8](UnsafeRawBufferPointer(start: UnsafeRawPointer(bitPattern: place), count: 64))
    #expect(left != mark)
  }

  @Test func `twenty thousand secrets live at once`() throws {
    var secrets: [Secret] = []
    for number in 0..<20_000 {
      secrets.append(Secret(try SecretBytes(copying: Array("secret \(number)".utf8))))
    }
    let right = secrets.indices.allSatisfy { number in
      secrets[number].bytes.withBytes { $0.array } == Array("secret \(number)".utf8)
    }
    #expect(right)
  }

  @Test func `units next to each other do not touch each other`() throws {
    let counts = [1, 64, 65, 128, 700, 63, 64, 2]
    let contents = counts.map { Randomness.bytes($0) }
    let secrets = try contents.map { Secret(try SecretBytes(copying: $0)) }
    for (secret, content) in zip(secrets, contents) { #expect(bytes(secret.bytes) == content) }
  }

  @Test func `a description says the length and dump shows nothing`() throws {
    let secret = Secret(try SecretBytes(copying: Array("hunter2!".utf8)))
    var dumped = ""
    dump(secret, to: &dumped)
    for text in ["\(secret)", String(reflecting: secret), dumped] {
      #expect(!text.contains("hunter2"))
      #expect(!text.contains("104"))
    }
    #expect("\(secret)" == "secret of 8 bytes")
  }

  // In a child, because limits and users belong to a whole process; as another user, because root may lock what it likes.
  @Test func `a refused memory lock is noticed, and secrets still work`() async {
    await #expect(processExitsWith: .success) {
      var none = rlimit(rlim_cur: 0, rlim_max: 0)
      #expect(setrlimit(__rlimit_resource_t(__RLIMIT_MEMLOCK.rawValue), &none) == 0)
      if geteuid() == 0 { #expect(seteuid(65534) == 0) }
      let secret = try SecretBytes(copying: [1, 2, 3])
      #expect(bytes(secret) == [1, 2, 3])
      #expect(SecretBytes.lockFailed)
    }
  }
}
