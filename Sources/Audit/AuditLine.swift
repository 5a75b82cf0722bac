import Platform

/// An event as lines of JSON, and back. docs/FORMAT.md, "Audit file".
package struct AuditLine: Hashable, Sendable {
  /// The version of the lines that is written here.
  static let version: UInt64 = 1
  /// The longest line, in bytes.
  static let limit = 64 << 10

  /// With the names of this line only.
  package var event: AuditEvent
  /// Which line of its event it is, from 1.
  let part: UInt64
  /// How many lines the event has.
  let parts: UInt64

  /// The event's lines, each with its line end.
  static func encode(_ event: AuditEvent, limit: Int = limit) -> [[UInt8]] {
    let head = head(event)
    // Room for the numbers of parts.
    let room = max(1, limit - head.count - 64)
    var groups: [[UInt8]] = [[]]
    for name in event.names {
      var item: [UInt8] = []
      JSONLine.append(name.name, to: &item)
      item += ": \(name.version)".utf8
      if groups[groups.count - 1].isEmpty {
        groups[groups.count - 1] = item
      } else if groups[groups.count - 1].count + item.count + 2 <= room {
        groups[groups.count - 1] += ", ".utf8
        groups[groups.count - 1] += item
      } else {
        groups.append(item)
      }
    }
    return groups.enumerated().map { place, names in
      let parts = groups.count == 1 ? "" : ", \"part\": \(place + 1), \"parts\": \(groups.count)"
      return head + Array((parts + ", \"names\": {").utf8) + names + Array("}}\n".utf8)
    }
  }

  private static func head(_ event: AuditEvent) -> [UInt8] {
    var line = Array("{\"v\": \(version)".utf8)
    func text(_ key: String, _ value: String?) {
      guard let value else { return }
      line += ", \"\(key)\": ".utf8
      JSONLine.append(value, to: &line)
    }
    func number(_ key: String, _ value: UInt64?) {
      if let value { line += ", \"\(key)\": \(value)".utf8 }
    }
    text("kind", event.kind.rawValue)
    text("time", Timestamp.text(event.time, precise: true))
    text("host", event.reader.host)
    text("boot", event.reader.boot)
    number("pid", UInt64(max(0, event.reader.process)))
    number("start", event.reader.start)
    text("run", event.reader.run)
    text("vault", event.vault)
    text("environment", event.environment)
    text("command", event.command)
    return line
  }

  /// A line without its end; nil for one that is torn, not of this version, or not of Coffer's making.
  init?(decoding bytes: ArraySlice<UInt8>) {
    guard let line = JSONLine.object(bytes), line["v"]?.number == Self.version, let kind = line["kind"]?.string,
      let time = line["time"]?.string.flatMap(Timestamp.milliseconds), let host = line["host"]?.string,
      let process = line["pid"]?.number.flatMap(Int32.init(exactly:)), let run = line["run"]?.string,
      let vault = line["vault"]?.string, let environment = line["environment"]?.string,
      case .object(let members)? = line["names"]
    else { return nil }
    var names: [AuditEvent.Name] = []
    for (name, value) in members {
      guard let version = value.number.flatMap(UInt32.init(exactly:)) else { return nil }
      names.append(AuditEvent.Name(name, version))
    }
    event = AuditEvent(
      AuditEvent.Kind(rawValue: kind), time: time,
      reader: AuditEvent.Reader(
        host: host, boot: line["boot"]?.string, process: process, start: line["start"]?.number, run: run),
      vault: vault, environment: environment, command: line["command"]?.string, names: names)
    part = line["part"]?.number ?? 1
    parts = line["parts"]?.number ?? 1
    guard (1...max(1, parts)).contains(part) else { return nil }
  }
}
