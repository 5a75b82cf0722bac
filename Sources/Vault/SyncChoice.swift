/// How conflicts are to be settled.
package struct SyncChoice: Hashable, Sendable {
  package enum Side: Hashable, Sendable { case mine, theirs }

  /// For what is not named; nil: it stays a conflict.
  package let standard: Side?
  /// By name of a variable.
  package let names: [String: Side]

  package init(_ standard: Side? = nil, names: [String: Side] = [:]) {
    self.standard = standard
    self.names = names
  }

  /// Whether it says anything.
  package var isGiven: Bool { standard != nil || !names.isEmpty }

  func side(for subject: SyncConflict.Subject) -> Side? {
    if case .name(let name, _) = subject, let side = names[name] { return side }
    return standard
  }
}
