import CPlatform

extension Workers {
  /// How many threads can run at the same time here, at least 1: the processors that this process may use, or the fewer that
  /// its control groups give it time for, rounded up. Asked once.
  ///
  /// Source: sched_getaffinity(2); cpu.max in https://docs.kernel.org/admin-guide/cgroup-v2.html.
  package static let available: Int = min(max(1, Int(cp_usable_processors())), quota() ?? .max)

  /// The least that the groups of this process allow, from its own up to the root; nil without a limit.
  private static func quota() -> Int? {
    guard let membership = try? Files.read("/proc/self/cgroup", limit: 65536),
      var group = group(in: String(decoding: membership, as: UTF8.self))
    else { return nil }
    var least: Int?
    while true {
      if let text = try? Files.read("/sys/fs/cgroup" + group + "/cpu.max", limit: 256) {
        let found = processors(inQuota: String(decoding: text, as: UTF8.self))
        least = [least, found].compactMap(\.self).min()
      }
      guard let slash = group.utf8.lastIndex(of: UInt8(ascii: "/")) else { return least }
      group = String(group[..<slash])
    }
  }

  /// The path of the second version's group in /proc/PID/cgroup, "" for the root: cgroups(7).
  static func group(in membership: String) -> String? {
    guard let line = membership.split(separator: "\n").first(where: { $0.hasPrefix("0::/") }) else { return nil }
    return Files.trimmed(String(line.dropFirst(3))).drop { $0 == "/" }.isEmpty ? "" : String(line.dropFirst(3))
  }

  /// Processors' worth of time in a cpu.max, which is `$MAX $PERIOD` in microseconds; nil for "max", no limit.
  static func processors(inQuota text: String) -> Int? {
    let words = text.split { $0 == " " || $0 == "\n" }
    guard words.count == 2, let time = Int(words[0]), let period = Int(words[1]), time > 0, period > 0 else {
      return nil
    }
    let (whole, rest) = time.quotientAndRemainder(dividingBy: period)
    return rest == 0 ? whole : whole + 1
  }
}
