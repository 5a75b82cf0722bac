extension CheckFinding {
  /// What stops a launch for a reason that coffer.toml does not know: a refused name, a limit, an approval.
  package init(stopping kind: Kind, variable: String, _ message: String, fix: String?, line: Int? = nil) {
    self.init(
      severity: .error, kind: kind, variable: variable, message: message, description: nil, fix: fix, line: line)
  }
}
