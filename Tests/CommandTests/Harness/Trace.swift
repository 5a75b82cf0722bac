import Glibc

/// The system calls of a program and its children, as strace(1) wrote them.
struct Trace {
  /// One finished call.
  struct Call: CustomStringConvertible {
    let name: String
    /// All between the brackets, strings unescaped.
    let arguments: String
    let result: String

    /// Of a descriptor argument, what stands behind it: a path, `pipe:[1]`, `memfd:…`, `/dev/pts/1`.
    var target: String {
      guard let start = arguments.firstIndex(of: "<"), let end = arguments[start...].firstIndex(of: ">") else {
        return ""
      }
      return String(arguments[arguments.index(after: start)..<end])
    }

    var description: String { "\(name)(\(arguments.prefix(200))) = \(result)" }
  }

  let calls: [Call]

  /// Why nothing can be traced here; nil when it can.
  static let obstacle: String? = {
    guard hasProgram("strace") else { return "strace is not installed" }
    let result = try? runProgram(
      ["strace", "-f", "-o", "/dev/null", "true"], environment: ["PATH": environmentVariable("PATH") ?? "/usr/bin"],
      folder: "/")
    return result?.succeeded == true ? nil : "ptrace is refused here"
  }()

  /// Whether tracing works; says why not once.
  static let isPossible: Bool = {
    if let obstacle { print("not traced: \(obstacle)") }
    return obstacle == nil
  }()

  /// What goes before a command so that its calls are written to a file.
  static func prefix(to file: String, calls: [String] = [], more: [String] = []) -> [String] {
    // The other calls then run at full speed; but strace injects nothing so.
    let filter = more.isEmpty && !calls.isEmpty ? ["--seccomp-bpf"] : []
    return ["strace", "-f", "-qq", "-y", "-s", "1000000", "-o", file] + filter
      + (calls.isEmpty ? [] : ["-e", "trace=" + calls.joined(separator: ",")]) + more
  }

  init(file: String) throws {
    let text = String(decoding: try TestFiles.read(file), as: UTF8.self)
    var begun: [Substring: Substring] = [:]
    var calls: [Call] = []
    for line in text.split(separator: "\n") {
      // "PID  name(arguments) = result", or in two halves when another thread came between.
      let process = line.prefix { $0 != " " }
      var rest = line.dropFirst(process.count).drop { $0 == " " }
      if rest.hasSuffix(" <unfinished ...>") {
        begun[process] = rest.dropLast(" <unfinished ...>".count)
        continue
      }
      if rest.hasPrefix("<... "), let end = rest.firstRange(of: " resumed>"),
        let start = begun.removeValue(forKey: process)
      {
        rest = Substring(start + rest[end.upperBound...])
      }
      guard let open = rest.firstIndex(of: "("), !rest.hasPrefix("+++"), !rest.hasPrefix("---") else { continue }
      let body = rest[rest.index(after: open)...]
      let (arguments, result) = Trace.split(body)
      calls.append(Call(name: String(rest[..<open]), arguments: Trace.unescaped(arguments), result: result))
    }
    self.calls = calls
  }

  /// How often each call was made.
  var counts: [String: Int] { calls.reduce(into: [:]) { $0[$1.name, default: 0] += 1 } }

  private static func split(_ body: Substring) -> (arguments: Substring, result: String) {
    var end = body.endIndex
    let bytes = Array(body.utf8)
    var place = bytes.count - 4
    while place > 0 {
      if bytes[place] == UInt8(ascii: ")"), bytes[(place + 1)...].drop(while: { $0 == 0x20 }).first == UInt8(ascii: "=")
      {
        end = body.utf8.index(body.startIndex, offsetBy: place)
        break
      }
      place -= 1
    }
    guard end < body.endIndex else { return (body, "") }
    let result = body[end...].dropFirst().drop { $0 == " " || $0 == "=" }
    return (body[..<end], String(result))
  }

  /// strace writes what is not printable as C escapes.
  private static func unescaped(_ text: Substring) -> String {
    let bytes = Array(text.utf8)
    guard bytes.contains(UInt8(ascii: "\\")) else { return String(text) }
    var plain: [UInt8] = []
    var place = 0
    while place < bytes.count {
      guard bytes[place] == UInt8(ascii: "\\"), place + 1 < bytes.count else {
        plain.append(bytes[place])
        place += 1
        continue
      }
      place += 1
      var octal = 0
      var digits = 0
      while digits < 3, place < bytes.count, (0x30...0x37).contains(bytes[place]) {
        octal = octal * 8 + Int(bytes[place] - 0x30)
        digits += 1
        place += 1
      }
      if digits > 0 {
        plain.append(UInt8(truncatingIfNeeded: octal))
      } else {
        let known: [UInt8: UInt8] = [
          UInt8(ascii: "n"): 10, UInt8(ascii: "r"): 13, UInt8(ascii: "t"): 9, UInt8(ascii: "v"): 11,
          UInt8(ascii: "f"): 12,
        ]
        plain.append(known[bytes[place]] ?? bytes[place])
        place += 1
      }
    }
    // Not always text: every byte becomes one scalar, so that ASCII is found whatever stands around it.
    return String(String.UnicodeScalarView(plain.map { Unicode.Scalar($0) }))
  }
}

extension Trace {
  /// Which of `count` moments to try: six at most, the first and the last among them; all with COFFER_EVERY_MOMENT=1.
  static func moments(_ count: Int) -> [Int] {
    let most = 6
    guard count > most, environmentVariable("COFFER_EVERY_MOMENT") != "1" else {
      return count > 0 ? Array(1...count) : []
    }
    return (0..<most).map { 1 + $0 * (count - 1) / (most - 1) }
  }
}
