import Detection
import Git
import Platform
import Scanning

/// Why there is no report, in words: lowercase, without a final period, and never a byte of what was scanned.
struct Failure: Error {
  let message: String
  let hints: [String]

  init(_ message: String, hints: [String] = []) {
    self.message = message
    self.hints = hints
  }

  init(_ error: ScanError) {
    switch error {
    case .repository(let error): self.init(error)
    case .noRevision(let name):
      self.init(
        "there is no commit \(Wording.line(name)) in this repository", hints: ["git log --oneline --all lists them"])
    case .unreadable(let path, let error): self.init("\(Wording.line(path)): \(error.message)")
    case .tooLarge(let limit):
      self.init("more than \(limit >> 20) MiB on standard input", hints: ["write it to files and scan them: --dir"])
    case .outOfMemory: self.init("out of memory", hints: ["fewer threads need less: --threads 1"])
    case .detectors(let message): self.init("the detectors cannot be used: \(message)")
    }
  }

  init(_ error: GitError) {
    switch error {
    case .notRepository(let path):
      self.init(
        "\(Wording.line(path)) is no git repository, nor in one",
        hints: ["coffer scan --dir PATH scans files without git"])
    case .layout(let file, let fault):
      let what =
        switch fault {
        case .tooLarge(let limit): "is larger than \(limit) bytes"
        case .malformed: "is not as git writes it"
        case .leadsNowhere: "leads nowhere"
        }
      self.init("\(Wording.line(file)) \(what)", hints: ["git fsck tells more"])
    case .unsupported: self.init("the repository is kept in a form that cannot be read")
    case .missing(let id): self.init("object \(id.hex) is missing", hints: ["git fsck tells more"])
    case .damaged(let id): self.init("object \(id.hex) is damaged", hints: ["git fsck tells more"])
    case .tooLarge(let id, let size): self.init("object \(id.hex) is too large: \(size) bytes")
    case .system(let path, let code):
      self.init("\(Wording.line(path)): \(SystemError(operation: "open", path: path, code: code).message)")
    case .library(let operation, let code): self.init("libgit2 failed: \(operation), code \(code)")
    }
  }

  init(_ error: SystemError) {
    self.init((error.path.map { Wording.line($0) + ": " } ?? "") + error.message)
  }
}
