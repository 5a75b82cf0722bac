/// Which variables the launched program gets, and where each comes from: names only, for composing and for `--explain`.
package struct EnvironmentPlan: Equatable, Sendable {
  package enum Origin: Equatable, Sendable {
    /// Injected by Coffer; an ambient value of that name is replaced.
    case vault
    /// Inherited.
    case ambient
    /// Both have it, and the ambient value was preserved.
    case preserved
    /// Taken out: what unlocked Coffer.
    case stripped
    /// Not inherited because of `--pristine`.
    case dropped
  }

  package struct Line: Equatable, Sendable {
    package let name: String
    package let origin: Origin
  }

  /// The ambient names in their order, then what Coffer adds.
  package let lines: [Line]
  /// The names that this process inherited, in the order of the block; nil for an entry without `=`.
  package static var inherited: [String?] { AmbientBlock().names }

  /// For each ambient entry, whether it is passed on.
  let passes: [Bool]
  /// For each variable, whether it is injected.
  let injects: [Bool]

  /// - Parameter ambient: the names in the ambient block's order; nil for an entry that has none (no `=`), which is inherited.
  package init(
    ambient: [String?], variables: [String], choice: AmbientChoice, policy: LaunchPolicy
  ) {
    let injected = Set(variables)
    var seen: Set<String> = []
    var preserved: Set<String> = []
    var lines: [Line] = []
    var passes: [Bool] = []
    for name in ambient {
      guard let name else {
        passes.append(!choice.pristine)
        continue
      }
      // Of two entries with one name getenv(3) sees the first and some shells the last: only the first is passed on.
      guard seen.insert(name).inserted else {
        passes.append(false)
        continue
      }
      let origin: Origin
      if policy.strips(name) {
        origin = .stripped
      } else if injected.contains(name) {
        origin = choice.preserve.contains(name) ? .preserved : .vault
        if origin == .preserved { preserved.insert(name) }
      } else if choice.pristine, !policy.keepsWhenPristine(name), !choice.keepsByName(name) {
        origin = .dropped
      } else {
        origin = .ambient
      }
      passes.append(origin == .ambient || origin == .preserved)
      if origin != .vault { lines.append(Line(name: name, origin: origin)) }
    }
    injects = variables.map { !preserved.contains($0) && !policy.strips($0) }
    for (name, isInjected) in zip(variables, injects) where isInjected {
      lines.append(Line(name: name, origin: .vault))
    }
    self.lines = lines
    self.passes = passes
  }
}

extension AmbientChoice {
  fileprivate func keepsByName(_ name: String) -> Bool {
    guard case .names(let names) = preserve else { return false }
    return names.contains(name)
  }
}
