/// JSON lines: one object a finding, and a last one with the summary.
///
/// Fields of a finding: `rule`, `title`, `provider`, `secret` (redacted unless asked otherwise), `fingerprint`,
/// `confidence` (`high`, `medium`, `low`), `checksum` (`valid`, `invalid`, null), `known_as` (array of `name`,
/// `environment`, `version`, `use`: `current`, `retired`, `dead`), `dead` (a value that was replaced and is refused), `in_head`, `pushed` (true, false; null: not known), then those of the first
/// place (`file`, `line`, `column`, `commit`, `author`, `date`, `source`), and `places`: all of them, each with these
/// and `in_head`, `pushed`, `reach`, `object`, `offset`. What a place has not is null. `date` is RFC 3339 in the
/// author's zone. `file`, `author` and `secret` need not be UTF-8: then U+FFFD stands for what is none, and
/// `file_bytes` and so on have all bytes in base64.
package struct JSONLReport: Report {
  private let showsSecrets: Bool

  /// - Parameter showsSecrets: whether `secret` is the whole secret.
  package init(showsSecrets: Bool = false) { self.showsSecrets = showsSecrets }

  /// Gives one line at a time.
  package func write<E: Error>(
    _ findings: [Finding], _ summary: ScanSummary, to sink: ([UInt8]) throws(E) -> Void
  ) throws(E) {
    let redaction = Redaction(findings, showsSecrets: showsSecrets)
    for finding in ReportOrder.sorted(findings) { try sink(Self.line(finding, redaction)) }
    var json = JSONWriter()
    json.object { json in
      json.name("summary")
      json.object { Self.write(summary, redaction, &$0) }
    }
    try sink(json.bytes + [0x0A])
  }

  private static func line(_ finding: Finding, _ redaction: Redaction) -> [UInt8] {
    var json = JSONWriter()
    json.object { json in
      json.field("rule", finding.rule)
      json.field("title", finding.title)
      json.field("provider", finding.provider)
      json.field("secret", bytes: redaction.shown(finding))
      json.field("fingerprint", finding.fingerprint.description)
      json.field("confidence", finding.confidence.description)
      json.field("checksum", finding.checksum?.rawValue)
      json.name("known_as")
      json.array { json in
        for name in finding.knownAs {
          json.object { json in
            json.field("name", name.name)
            json.field("environment", name.environment)
            json.field("version", Int(name.version))
            json.field("use", name.use.rawValue)
          }
        }
      }
      json.field("dead", finding.isDead)
      json.field("in_head", finding.isInHead)
      json.field("pushed", Exposure(finding).isPushed)
      if let first = finding.places.first { write(first, finding, redaction, &json) }
      json.name("places")
      json.array { json in
        for place in finding.places {
          json.object { json in
            write(place, finding, redaction, &json)
            json.field("in_head", place.isInHead)
            json.field("pushed", place.wasPushed)
            json.field("reach", place.reach.rawValue)
            json.field("object", place.object.isEmpty ? nil : place.object)
            json.field("offset", place.offset)
          }
        }
      }
    }
    return json.bytes + [0x0A]
  }

  private static func write(_ place: Place, _ finding: Finding, _ redaction: Redaction, _ json: inout JSONWriter) {
    json.field("file", bytes: place.file.map { redaction.name($0, in: finding) })
    json.field("line", place.line)
    json.field("column", place.column)
    json.field("commit", place.commit?.id)
    json.field("author", bytes: place.commit.map { redaction.name($0.author, in: finding) })
    json.field("date", place.commit.flatMap { CommitDate($0)?.time })
    json.field("source", place.source.rawValue)
  }

  private static func write(_ summary: ScanSummary, _ redaction: Redaction, _ json: inout JSONWriter) {
    json.field("version", summary.version)
    json.field("complete", summary.isComplete)
    let counts = [
      ("secrets", summary.secrets), ("places", summary.places), ("high", summary.high), ("medium", summary.medium),
      ("low", summary.low), ("known", summary.known), ("dead", summary.dead), ("ignored", summary.ignored),
      ("allowed_inline", summary.allowedInline),
    ]
    for (name, count) in counts { json.field(name, count) }
    json.name("stale_ignores")
    json.array { json in for entry in summary.staleIgnores { json.text(redaction.text(entry)) } }
    json.name("elapsed_seconds")
    json.raw(Quantity.seconds(summary.milliseconds))
    json.name("coverage")
    json.object { json in
      for (_, name, count) in summary.counts {
        json.name(name)
        json.object { json in
          json.field("expected", count.expected)
          json.field("read", count.read)
        }
      }
      json.name("bytes")
      json.raw(String(summary.coverage.bytes))
      write(summary.coverage.knownValues, &json)
      json.name("gaps")
      json.array { json in
        for gap in summary.coverage.gaps {
          json.object { json in
            json.field("kind", gap.kind.rawValue)
            json.field("count", gap.count)
            json.field("detail", bytes: redaction.text(gap.detail))
            json.field("remedy", gap.remedy)
          }
        }
      }
    }
  }

  private static func write(_ known: Coverage.KnownValues?, _ json: inout JSONWriter) {
    guard let known else { return json.field("known_values", nil as String?) }
    json.name("known_values")
    json.object { json in
      switch known {
      case .searched(let values, let leftOut):
        json.field("searched", values)
        json.field("left_out", leftOut)
      case .notSearched(let reason): json.field("not_searched", reason)
      }
    }
  }
}
