import Testing

/// A project with two secrets, and stand-ins for the platforms' programs: real ones, first in PATH. Each notes its arguments, its
/// environment and the digests of the values that it read, never a value.
struct PushScene {
  let sandbox: Sandbox
  let values: [String: String]

  let environment: String

  /// - Parameter values: each is declared, before `extra`.
  init(_ values: [String: String], extra: String = "", in environment: String = "development") throws {
    sandbox = try Sandbox.prepared(values.keys.sorted().map { "[variables.\($0)]\n" }.joined() + extra)
    self.values = values
    self.environment = environment
    try sandbox.store(values, in: environment)
    for program in ["vercel", "netlify", "curl", "railway", "heroku", "fly", "gh", "wrangler"] {
      try stand(in: program)
    }
    sandbox.environment["PATH"] = bin + ":" + (sandbox.environment["PATH"] ?? "")
    sandbox.environment["RENDER_API_KEY"] = "rnd-invented"
  }

  var bin: String { sandbox.root + "/bin" }
  private var calls: String { sandbox.root + "/calls" }

  /// Puts a program in PATH.
  /// - Parameter text: nil for the one that notes what it gets.
  func stand(in program: String, _ text: String? = nil) throws {
    try TestFiles.makeFolder(bin)
    try TestFiles.write(Array((text ?? Self.recorder).utf8), to: bin + "/" + program, mode: 0o755)
  }

  /// Has the listing calls answer so.
  func answer(_ text: String) throws { try TestFiles.write(Array(text.utf8), to: sandbox.root + "/answer") }

  /// Has the call of that number, from 0, fail.
  func fail(_ call: Int) throws { try TestFiles.write([], to: sandbox.root + "/fail-\(call)") }

  func push(_ arguments: String..., setting: [String: String?] = [:]) throws -> RunResult {
    try sandbox.run(["coffer", "push", "-e", environment] + arguments, setting: setting)
  }

  /// What each program was called with, its name first.
  func arguments() throws -> [[String]] {
    try noted("argv").map { $0.split(separator: "\0").map(String.init) }
  }

  /// The environments that they found, each as one text.
  func environments() throws -> [String] { try noted("environ") }

  /// What they read: a line a value, its name (`-` for a bare one) and the digest.
  func digests() throws -> [[String]] { try noted("read").map { $0.split(separator: "\n").map(String.init) } }

  func digest(_ text: String) throws -> String {
    String(try sandbox.run(["sha256sum"], input: .text(text)).stdout.prefix(64))
  }

  private func noted(_ what: String) throws -> [String] {
    try TestFiles.entries(calls).map { String(decoding: try TestFiles.read($0 + "/" + what), as: UTF8.self) }
  }

  /// It opens a path that it is given, reads JSON as JSON, and prints what it read where the platform's program does so too.
  private static let recorder = """
    #!/usr/bin/env python3
    import hashlib, json, os, sys, time
    root = os.path.dirname(os.path.dirname(os.path.abspath(sys.argv[0])))
    program = os.path.basename(sys.argv[0])
    words = sys.argv[1:]
    os.makedirs(root + "/calls", exist_ok=True)
    number = len(os.listdir(root + "/calls"))
    place = "%s/calls/%03d" % (root, number)
    os.mkdir(place)
    open(place + "/argv", "w").write("\\0".join([program] + words))
    open(place + "/environ", "wb").write(open("/proc/self/environ", "rb").read().replace(b"\\0", b"\\n"))
    if any(word in words for word in ("ls", "list", "env:list", "config")) or any("limit=100" in word for word in words):
        assert os.readlink("/proc/self/fd/0") == "/dev/null"
        open(place + "/read", "w")
        sys.stdout.write(open(root + "/answer").read())
        sys.exit(os.path.exists("%s/fail-%d" % (root, number)) and 3)
    bytes_ = open("/dev/stdin", "rb").read() if "/dev/stdin" in words else sys.stdin.buffer.read()
    digest = lambda data: hashlib.sha256(data).hexdigest()
    try:
        read = {name: digest(value.encode()) for name, value in json.loads(bytes_).items()}
    except (ValueError, AttributeError):
        read = {"-": digest(bytes_)}
    open(place + "/read", "w").write("".join("%s %s\\n" % item for item in sorted(read.items())))
    time.sleep(0.1)
    if program in ("heroku", "netlify"):
        sys.stdout.write(bytes_.decode())
    else:
        print(program, "was here")
    sys.stdout.flush()
    sys.exit(os.path.exists("%s/fail-%d" % (root, number)) and 3)
    """
}
