/// What `coffer doctor` found out about one thing.
struct DoctorFinding {
  enum State: String {
    case fine = "ok"
    /// Worth knowing; nothing has to be done.
    case note
    case attention
  }

  /// What was looked at, in a word or two.
  let check: String
  let state: State
  let text: String
  /// What to do.
  let fix: String?

  static func fine(_ check: String, _ text: String) -> DoctorFinding {
    DoctorFinding(check: check, state: .fine, text: text, fix: nil)
  }

  static func note(_ check: String, _ text: String, fix: String? = nil) -> DoctorFinding {
    DoctorFinding(check: check, state: .note, text: text, fix: fix)
  }

  static func attention(_ check: String, _ text: String, fix: String? = nil) -> DoctorFinding {
    DoctorFinding(check: check, state: .attention, text: text, fix: fix)
  }

  /// What an error says.
  static func attention(_ check: String, _ error: any Error) -> DoctorFinding {
    let failure = Wording.failure(error)
    return .attention(check, failure.message, fix: failure.hints.first)
  }
}
