import Vault

extension Workspace {
  /// A change of coffer.toml that asks for more is shown and asked about; without a terminal nothing is handed over.
  /// - Parameter otherwise: what did not happen when the answer is no.
  /// - Returns: the workspace as it was shown.
  func approved(_ console: Console, otherwise: String) throws -> Workspace {
    let vault = try linkedVault()
    let widening = widening
    guard !widening.isEmpty else { return self }
    guard console.canAsk else {
      throw Failure(
        "coffer.toml asks for more than you approved: " + widening.map(Wording.brief).joined(separator: "; "),
        hints: ["coffer link shows and approves it"])
    }
    console.present("coffer.toml changed. It now:\n" + Wording.approval(widening))
    guard try console.confirm("Allow this?", assumed: false) else { throw Failure("not approved: \(otherwise)") }
    try approve(vault)
    // Not read again: what was shown is what is launched.
    return self
  }
}
