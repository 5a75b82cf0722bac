/// One line of the text report: where a secret stands, and who brought it in.
struct PlaceText {
  let style: TextStyle
  private static let shownAuthor = 120

  func line(_ place: Place, _ finding: Finding, _ redaction: Redaction) -> String {
    var parts = [style.strong(position(place, finding, redaction))]
    if let commit = place.commit {
      parts.append(TerminalText.escaped(commit.id.prefix(12).utf8))
      parts.append(TerminalText.escaped(redaction.name(commit.author, in: finding), limit: Self.shownAuthor))
      parts.append(CommitDate(commit)?.day ?? "date out of range")
    }
    if place.isInHead { parts.append("in HEAD") }
    if let wasPushed = place.wasPushed { parts.append(wasPushed ? style.bad("pushed") : "not pushed") }
    if let reach = reach(place.reach) { parts.append(style.faint(reach)) }
    return parts.joined(separator: "  ")
  }

  private func position(_ place: Place, _ finding: Finding, _ redaction: Redaction) -> String {
    let file = place.file.map { TerminalText.escaped(redaction.name($0, in: finding)) }
    switch place.source {
    case .blob: return (file ?? "blob " + String(place.object.prefix(12))) + ":\(place.line)"
    case .commitMessage: return "commit message:\(place.line)"
    case .tagMessage: return "tag message:\(place.line)"
    case .note: return "note" + (file.map { " " + $0 } ?? "") + ":\(place.line)"
    case .index: return (file ?? "file") + ":\(place.line) (staged)"
    case .worktree: return (file ?? "file") + ":\(place.line)"
    case .path: return "file name " + (file ?? "")
    case .stdin: return "standard input:\(place.line)"
    }
  }

  /// Nil where there is nothing to say: most places are held by a branch or a tag.
  private func reach(_ reach: Place.Reach) -> String? {
    switch reach {
    case .reference, .note, .index, .none: nil
    case .stash: "only in a stash: git stash list"
    case .reflog: "only in a reflog: git log -g"
    case .unreachable: "held by nothing: git fsck --unreachable --no-reflogs"
    }
  }
}
