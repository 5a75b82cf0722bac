import Glibc
import Testing

/// `file = true`: the program gets the path of a file in memory.
@Suite struct RunFileTests {
  private func sandbox(_ value: [UInt8]) throws -> Sandbox {
    let sandbox = try Sandbox.prepared("[variables.CERTIFICATE]\nfile = true\n")
    try sandbox.store(["CERTIFICATE": value])
    return sandbox
  }

  @Test func `the command and a grandchild read the same bytes`() throws {
    // More than a variable can hold, and a zero byte.
    let value = (0..<200_000).map { UInt8(truncatingIfNeeded: $0) }
    let sandbox = try sandbox(value)
    let direct = try sandbox.coffer("run", "--", "sh", "-c", #"exec cat "$CERTIFICATE""#)
    #expect(direct.output == value, "\(direct.stderr)")
    // Python closes inherited descriptors in its children.
    let grandchild = try sandbox.coffer(
      "run", "--", "python3", "-c",
      "import os, subprocess, sys; sys.exit(subprocess.call(['cat', os.environ['CERTIFICATE']]))")
    #expect(grandchild.output == value, "\(grandchild.stderr)")
  }

  @Test func `the path is the launched process's own, private and sealed`() throws {
    let sandbox = try sandbox(Array("canary".utf8))
    let result = try sandbox.coffer(
      "run", "--", "sh", "-c",
      #"echo "$$ $CERTIFICATE"; stat -L -c %a "$CERTIFICATE"; (echo x > "$CERTIFICATE") 2>/dev/null || echo refused; cat "$CERTIFICATE""#
    )
    let lines = result.stdout.split(separator: "\n")
    #expect(lines.count == 4, "\(result)")
    let words = lines[0].split(separator: " ")
    #expect(words[1].hasPrefix("/proc/\(words[0])/fd/"), "\(result)")
    #expect(lines[1] == "400" && lines[2] == "refused" && lines[3] == "canary", "\(result)")
    #expect(sandbox.files(holding: "canary").isEmpty)
  }
}
