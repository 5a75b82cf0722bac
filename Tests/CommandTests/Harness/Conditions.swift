import Glibc

/// What a machine must allow for some of the tests. A test that needs it says so in `.enabled(if:)`, so that the run's report
/// counts it as skipped, with the reason; none ends early and passes.
enum Conditions {
  /// A crash leaves a file named core in the working folder.
  static let leavesCoreDumps: Bool = {
    guard let sandbox = try? Sandbox() else { return false }
    _ = try? sandbox.run(["sh", "-c", "ulimit -c unlimited && kill -SEGV $$"])
    return !cores(in: sandbox).isEmpty
  }()

  /// A small disk can be mounted in a namespace of its own.
  static let mounts: Bool =
    // In the sandbox's own folder, which goes with it.
    succeeds(["unshare", "-m", "sh", "-c", "mount -t tmpfs -o size=64k none . && umount -l ."])

  /// chroot works: for root, or in a user namespace.
  static let changesRoot = Binaries.isRoot || succeeds(["unshare", "--map-root-user", "true"])

  static let compilesStatically: Bool = {
    guard let sandbox = try? Sandbox() else { return false }
    return (try? sandbox.run(["cc", "-static", "-x", "c", "-o", "program", "-"], input: .text("int main(){}")))?
      .succeeded == true
  }()

  /// The core dumps in a sandbox's project.
  static func cores(in sandbox: Sandbox) -> [String] {
    TestFiles.entries(sandbox.project).filter { $0.hasPrefix(sandbox.path("core")) }
  }

  private static func succeeds(_ command: [String]) -> Bool {
    (try? Sandbox().run(command))?.succeeded == true
  }
}
