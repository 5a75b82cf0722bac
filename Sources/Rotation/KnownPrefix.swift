import Sealing

/// Starts by which a value is recognised as one of a provider's kinds of secret.
///
/// A group holds what can stand in for each other: a restricted key for a secret one, a fine-grained token for a classic one.
struct KnownPrefix: Equatable {
  /// As it stands in the value.
  let text: String
  /// Which others may take its place.
  let group: Int
  /// Whether it is one for tests or a live one; nil where the provider does not tell.
  let isForTests: Bool?

  private static let groups: [[String]] = [
    // https://docs.stripe.com/keys
    ["sk_live_", "rk_live_", "sk_test_", "rk_test_"], ["pk_live_", "pk_test_"], ["whsec_"],
    // https://github.blog/changelog/2021-03-31-authentication-token-format-updates-are-generally-available/
    ["github_pat_", "ghp_", "gho_", "ghu_", "ghs_"], ["ghr_"],
    // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
    ["AKIA", "ASIA"],
    // https://api.slack.com/docs/token-types
    ["xoxb-"], ["xoxp-"], ["xapp-"],
    // OpenAI, Anthropic, GitLab, Supabase, SendGrid, npm, PyPI: as their consoles show them.
    ["sk-proj-", "sk-svcacct-"], ["sk-admin-"], ["sk-ant-"], ["glpat-"], ["sb_secret_"], ["sb_publishable_"], ["sbp_"],
    ["SG."], ["npm_"], ["pypi-"],
  ]

  /// What `value` starts with; nil when it is none of these.
  init?(of value: RawSpan) {
    for (group, texts) in Self.groups.enumerated() {
      for text in texts where value.has(text, at: 0) {
        self.text = text
        self.group = group
        isForTests = text.hasSuffix("_test_") ? true : text.hasSuffix("_live_") ? false : nil
        return
      }
    }
    return nil
  }
}

extension RawSpan {
  /// Whether `text` stands at `offset`.
  func has(_ text: String, at offset: Int, ignoringCase: Bool = false) -> Bool {
    has(Array(text.utf8), at: offset, ignoringCase: ignoringCase)
  }

  /// Whether `text` stands at the end.
  func ends(with text: String) -> Bool { has(text, at: byteCount - text.utf8.count) }

  /// Whether `text` stands anywhere.
  func holds(_ text: String) -> Bool {
    let text = Array(text.utf8)
    return byteCount >= text.count && (0...(byteCount - text.count)).contains { has(text, at: $0) }
  }

  private func has(_ text: [UInt8], at offset: Int, ignoringCase: Bool = false) -> Bool {
    guard offset >= 0, offset <= byteCount, text.count <= byteCount - offset else { return false }
    return text.indices.allSatisfy { place in
      let byte = self.byte(at: offset + place)
      guard byte != text[place] else { return true }
      return ignoringCase && (0x61...0x7A).contains(byte | 0x20) && byte | 0x20 == text[place] | 0x20
    }
  }

  /// Whether a line end stands before the last byte.
  var isSeveralLines: Bool { byteCount > 1 && (0..<(byteCount - 1)).contains { byte(at: $0) == 0x0A } }
}
