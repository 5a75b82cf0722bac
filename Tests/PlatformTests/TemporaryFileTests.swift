import Glibc
import Testing

@testable import Platform

@Suite struct TemporaryFileTests {
  @Test func `what a killed process left goes, and what is being written stays`() throws {
    let scratch = Scratch()
    let target = scratch("target")
    let left = target + ".coffer-0123456789abcdef"
    let others = [
      scratch("other.coffer-0123456789abcdef"), target + ".coffer-old", target + ".coffer-0123456789abcdeF",
      target + ".coffer-0123456789abcde", scratch(".coffer-0123456789abcdef"), scratch("linked"),
    ]
    for path in [left] + others { #expect(try Files.writeNew(path, [1])) }
    let link = target + ".coffer-fedcba9876543210"
    #expect(symlink(scratch("linked"), link) == 0)
    do {
      var written = try TemporaryFile.write(beside: target, [UInt8(2)].span.bytes)
      #expect(!Files.exists(left))
      for path in others + [link] { #expect(Files.kind(of: path) != nil, "\(path)") }
      // Another one that writes there at the same time.
      try Files.writeAtomically(target, [3])
      Files.removeLeftovers(in: scratch(""))
      #expect(Files.exists(written.path) && !Files.exists(others[0]) && Files.exists(others[1]))
      try written.replace()
    }
    #expect(try Files.read(target, limit: 10) == [2])
    // Not placed, it goes with its owner.
    let path = try TemporaryFile.write(beside: target, [UInt8(4)].span.bytes).path
    #expect(!Files.exists(path))
    #expect(try Files.read(target, limit: 10) == [2])
  }
}
