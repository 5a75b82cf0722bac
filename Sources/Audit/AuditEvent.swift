import Platform
import Sealing

/// One reading of values, or one launch with them, as the device's audit file keeps it: what was read by which process, and never a
/// value. docs/FORMAT.md, "Audit file".
package struct AuditEvent: Hashable, Sendable {
  /// What the values were read for.
  package struct Kind: RawRepresentable, Hashable, Sendable {
    package let rawValue: String

    package init(rawValue: String) { self.rawValue = rawValue }

    /// A program was launched with them.
    package static let run = Kind(rawValue: "run")
    package static let get = Kind(rawValue: "get")
    package static let export = Kind(rawValue: "export")
    /// Compared with coffer.toml; nothing left Coffer. A launch that was refused is one, too.
    package static let check = Kind(rawValue: "check")
    /// Compared with a file that is being imported.
    package static let compare = Kind(rawValue: "import")
    /// Put into another environment.
    package static let copy = Kind(rawValue: "copy")
    /// All versions, as fingerprints for the scanner.
    package static let scan = Kind(rawValue: "scan")
    /// For a rotation: compared with the new value, or handed to its commands.
    package static let rotate = Kind(rawValue: "rotate")
    /// Given to a hosting platform.
    package static let push = Kind(rawValue: "push")
  }

  /// A secret that was read.
  package struct Name: Hashable, Sendable {
    /// The vault's name.
    package let name: String
    /// Counted from 1; of several versions the newest.
    package let version: UInt32

    package init(_ name: String, _ version: UInt32) {
      self.name = name
      self.version = version
    }
  }

  /// The process that read.
  package struct Reader: Hashable, Sendable {
    /// The machine's name; empty when unknown.
    package let host: String
    /// The start of the machine; nil where there is no /proc.
    package let boot: String?
    package let process: Int32
    /// When the process started, in clock ticks after the machine did; nil where there is no /proc.
    package let start: UInt64?
    /// 16 random hexadecimal digits, the same in all lines of one process.
    package let run: String

    /// This process.
    package static let own = Reader(
      host: ProcessFacts.hostName, boot: ProcessFacts.bootIdentifier, process: ProcessFacts.identifier,
      start: ProcessFacts.startTime, run: Randomness.bytes(8).hex)

    package init(host: String, boot: String?, process: Int32, start: UInt64?, run: String) {
      self.host = host
      self.boot = boot
      self.process = process
      self.start = start
      self.run = run
    }
  }

  package let kind: Kind
  /// Milliseconds since 1970 by this device's clock.
  package let time: UInt64
  package let reader: Reader
  /// The vault's id in hexadecimal.
  package let vault: String
  package let environment: String
  /// The launched program as it was typed, without its arguments; nil for what launches none.
  package let command: String?
  package var names: [Name]

  /// - Parameters:
  ///   - time: milliseconds since 1970.
  ///   - vault: its id in hexadecimal.
  ///   - command: `argv[0]` of what is launched; what is not printable is replaced, and of a long one the start is kept.
  package init(
    _ kind: Kind, time: UInt64 = Clock.now(), reader: Reader = .own, vault: String, environment: String,
    command: String? = nil, names: [Name]
  ) {
    self.kind = kind
    self.time = time
    self.reader = reader
    self.vault = vault
    self.environment = environment
    self.command = command.map(Self.shortened)
    self.names = names
  }

  private static let commandLimit = 200

  private static func shortened(_ command: String) -> String {
    var text = ""
    for scalar in command.unicodeScalars {
      let isPrintable = scalar.value >= 0x20 && !(0x7F...0x9F).contains(scalar.value)
      let next: Unicode.Scalar = isPrintable ? scalar : "?"
      guard text.utf8.count + UTF8.width(next) <= commandLimit else { break }
      text.unicodeScalars.append(next)
    }
    return text
  }
}
