/// What a check needs to know of one value in the vault. It holds nothing of the value, so it may be kept and shown.
package struct ValueReport: Equatable, Sendable {
  /// What is wrong with it as its type, as the end of a sentence.
  package var typeProblem: String?
  /// A text that coffer.toml forbids and the value contains.
  package var forbidden: String?
  /// What makes it look like a laptop's or a tutorial's value, as the end of a sentence.
  package var suspicion: String?
  /// It has the form of an issued key or carries a password.
  package var looksLikeCredential = false

  /// Looks at a value that the caller lends.
  package init(on value: RawSpan, of variable: Variable, environment: String) {
    typeProblem = ValueCheck.problem(in: value, of: variable)
    forbidden = ValueCheck.forbidden(in: value, of: variable, environment: environment)
    looksLikeCredential = CredentialForm.matches(value)
    // Where the project says itself what it forbids, it knows better.
    if variable.forbid[environment] == nil, Self.isLive(environment) {
      suspicion = Self.suspicion(in: value)
    }
  }

  /// Whether `environment` serves real users, by its name.
  static func isLive(_ environment: String) -> Bool {
    ["production", "prod", "live"].contains(environment.lowercased())
  }

  private static func suspicion(in value: RawSpan) -> String? {
    let hosts = ["localhost", "127.0.0.1", "host.docker.internal"]
    if let host = hosts.first(where: { value.holds($0, ignoringCase: true) }) {
      return "points to \(host)"
    }
    if value.has("http://", at: 0, ignoringCase: true) { return "is a URL without TLS (http://)" }
    if value.has("sqlite:", at: 0, ignoringCase: true) { return "is a local SQLite file" }
    if value.has("/home/", at: 0) || value.has("/Users/", at: 0) {
      return "is a path in somebody's home folder"
    }
    if let prefix = ["sk_test_", "rk_test_", "pk_test_"].first(where: { value.has($0, at: 0) }) {
      return "is a test key (\(prefix)…)"
    }
    return PlaceholderForm.matches(value) ? "looks like a placeholder" : nil
  }
}
