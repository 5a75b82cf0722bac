import Platform
import Sealing
import Vault

/// What the machine gives Coffer: locked memory, the kernel's keyring, swap, core dumps, libraries and the other program.
enum DoctorMachine {
  static func findings() -> [DoctorFinding] {
    [memory(), keyring(), swap(), cores(), sodium(), sqlite(), scanner()]
  }

  /// Room for some thousand secrets.
  private static let comfortableLock: UInt64 = 1 << 20

  private static func memory() -> DoctorFinding {
    let limit = ProcessFacts.lockedMemoryLimit
    let said = limit == .max ? "without a limit" : "up to \(limit / 1024) KiB"
    let fix = "raise RLIMIT_MEMLOCK: ulimit -l, LimitMEMLOCK= of systemd, --ulimit memlock of docker"
    guard (try? SecretBytes(count: 1)) != nil, !SecretBytes.lockFailed else {
      return .attention(
        "memory", "secrets cannot be locked into memory (\(said)): they might be swapped to disk", fix: fix)
    }
    guard limit >= comfortableLock else {
      return .note("memory", "secrets are locked into memory, \(said): of very many some would not be", fix: fix)
    }
    return .fine("memory", "secrets are locked into memory, \(said)")
  }

  private static func keyring() -> DoctorFinding {
    if KernelKeyring.isAvailable { return .fine("keyring", "the kernel keeps unlocked keys for this user") }
    let fix = "give the passphrase by --passphrase-fd or COFFER_PASSPHRASE_FILE"
    if let container = Containment.detected {
      return .note("keyring", "in a container (\(container)): coffer unlock keeps nothing here", fix: fix)
    }
    return .attention("keyring", "the kernel's keyring cannot be used: coffer unlock keeps nothing", fix: fix)
  }

  private static func swap() -> DoctorFinding {
    guard let bytes = try? Files.read("/proc/swaps", limit: 1 << 16) else {
      return .note("swap", "not known: there is no /proc/swaps")
    }
    let places = String(decoding: bytes, as: UTF8.self).split(separator: "\n").dropFirst().compactMap {
      $0.split(whereSeparator: { $0 == " " || $0 == "\t" }).first.map(String.init)
    }
    let open = places.filter { !isInMemory($0) && !isEncrypted($0) }
    guard let first = open.first else {
      return .fine("swap", places.isEmpty ? "none" : "only \(places.joined(separator: ", ")), in memory or encrypted")
    }
    // Coffer's own memory is locked; what it launches is not.
    return .note(
      "swap", "\(first) is not encrypted: memory of the programs you launch may be written there",
      fix: "encrypt it, or use zram")
  }

  private static func isInMemory(_ path: String) -> Bool { path.hasPrefix("/dev/zram") }

  /// A device of dm-crypt says so in its id: https://docs.kernel.org/ABI/testing/sysfs-block-dm.html
  private static func isEncrypted(_ path: String) -> Bool {
    guard let device = try? Files.canonical(path), device.hasPrefix("/dev/dm-") else { return false }
    let id = try? Files.read("/sys/block/\(device.dropFirst("/dev/".count))/dm/uuid", limit: 256)
    return id?.starts(with: Array("CRYPT-".utf8)) ?? false
  }

  private static func cores() -> DoctorFinding {
    guard let bytes = try? Files.read("/proc/sys/kernel/core_pattern", limit: 4096) else {
      return .note("core dumps", "not known: there is no /proc")
    }
    let pattern = String(decoding: bytes, as: UTF8.self).split(separator: "\n").first.map(String.init) ?? ""
    guard !pattern.isEmpty else { return .fine("core dumps", "none are kept") }
    let place = pattern.hasPrefix("|") ? "handed to \(pattern.dropFirst().prefix { $0 != " " })" : "written to files"
    return .note(
      "core dumps", "none is made of coffer; those of programs you launch hold their secrets, and are \(place)",
      fix: "ulimit -c 0 keeps a shell's programs from leaving files")
  }

  private static func sodium() -> DoctorFinding {
    library("libsodium", Sodium.version, needed: [1, 0, 18])
  }

  private static func sqlite() -> DoctorFinding {
    library("sqlite", DatabaseLibrary.version, needed: [3, 37, 0])
  }

  private static func library(_ name: String, _ version: String, needed: [Int]) -> DoctorFinding {
    let numbers = version.split(separator: ".").map { Int($0) ?? 0 }
    guard !numbers.lexicographicallyPrecedes(needed) else {
      return .attention(
        name, "\(version), and coffer needs \(needed.map { "\($0)" }.joined(separator: "."))",
        fix: "install a newer one")
    }
    return .fine(name, version)
  }

  private static func scanner() -> DoctorFinding {
    let program = "coffer-scan"
    guard let path = Companion.path(of: program) else {
      let missing = Companion.missing(program)
      return .attention(program, missing.message, fix: missing.hints.first)
    }
    do throws(SystemError) {
      let said = try ProgramOutput.of(path, ["--version"])
      let version = said.split(whereSeparator: \.isWhitespace).last.map(String.init) ?? ""
      guard version == Version.current else {
        return .attention(
          program, "\(path) is of another version than coffer \(Version.current)", fix: "install both from one package")
      }
      return .fine(program, "\(version), \(path)")
    } catch {
      return .attention(program, "\(path) does not start: \(error.message)")
    }
  }
}
