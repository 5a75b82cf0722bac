import Testing

/// Neither the old nor the new value is anywhere but in the environment of the commands that are to get it.
@Suite struct RotateCanaryTests {
  @Test func `no value is in an argument, an output, a file or another process's environment`() throws {
    let (old, new) = (Marker(), Marker())
    let scene = try RotationScene(old: old.text)
    try scene.accept(new.text)
    let watch = try CommandLineWatch(for: [old, new])
    // What the commands find: the value in the variable, no passphrase file, and nothing of it in the process above them.
    let look = """
      test -n "$TOKEN" && test -z "$COFFER_PASSPHRASE_FILE" || exit 3
      if tr '\\0' '\\n' </proc/$PPID/environ >environ 2>&1; then cat environ >>seen; fi; sleep 0.1
      """
    let result = try scene.rotate(
      "--test", "\(look); \(scene.check)", "--rollout", "test -z \"$TOKEN\" && \(scene.refuseOld()); env >rollout",
      "--dead",
      "\(look); \(scene.check)", "--yes", input: .text(new.text))
    let seen = watch.end()
    #expect(result.succeeded, "\(result)")
    #expect(seen.seen.isEmpty && seen.rounds > 5, "\(seen)")
    for marker in [old, new] {
      #expect(marker.form(in: result.output) == nil && marker.form(in: result.errorOutput) == nil, "\(result)")
      for path in TestFiles.tree(scene.sandbox.root) where !TestFiles.isFolder(path) {
        #expect(marker.form(in: try TestFiles.read(path)) == nil, "\(path)")
      }
    }
    let status = try scene.sandbox.succeed("rotate", "--status", "--format", "json")
    #expect(old.form(in: status.output) == nil && new.form(in: status.output) == nil)
  }

  @Test func `a failing command and a wrong paste tell no value`() throws {
    let (old, new) = (Marker(), Marker())
    let scene = try RotationScene(old: old.text)
    for result in [
      try scene.rotate(input: .text("TOKEN=" + new.text)),
      try scene.rotate("--resume", "--test", "exit 3", input: .text(new.text)),
      try scene.rotate("--resume", "--test", "true", "--dead", "true", "--yes"), try scene.rotate("--abort"),
      try scene.rotate(new.text), try scene.rotate("--leak", new.text), try scene.rotate("--playbook", new.text),
      try scene.rotate("--generate", new.text), try scene.rotate("--file", new.text),
    ] {
      #expect(!result.succeeded, "\(result)")
      #expect(old.form(in: result.errorOutput) == nil && new.form(in: result.errorOutput) == nil, "\(result)")
    }
  }
}
