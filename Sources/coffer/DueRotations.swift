import Leaks
import Platform
import Project
import Rotation
import Vault

/// What is due to be rotated and why: the one place that decides it, for `status` and whatever acts on it.
struct DueRotations {
  enum Reason {
    /// Older than `max_age` in coffer.toml allows. `created`: milliseconds since 1970; `maxAge`: seconds.
    case tooOld(created: UInt64, maxAge: Int)
    /// Those who were shut out had read it. `waiting`: the version that was seen, when it is not the one in use but waits to be.
    case seen(by: [Seer], waiting: UInt32?)
    /// It leaked, and nobody has acted.
    case leaked(LeakRecord)
    /// A rotation of it has begun and not ended.
    case unfinished(RotationRecord)

    /// Who has seen it, for JSON; null for another reason.
    var seenBy: JSONText {
      if case .seen(let seers, _) = self { .array(seers.map { .string($0.name) }) } else { .null }
    }

    /// One lowercase word, for JSON.
    var word: String {
      switch self {
      case .tooOld: "age"
      case .seen: "seen"
      case .leaked: "leak"
      case .unfinished: "unfinished"
      }
    }
  }

  /// Somebody who has seen a value, and was shut out after.
  struct Seer {
    let name: String
    /// Milliseconds since 1970.
    let ended: UInt64
  }

  struct Due {
    /// The vault's name.
    let name: String
    let environment: String
    /// The version in use; nil for none, or where the environment is locked.
    let version: UInt32?
    let reason: Reason

    /// What to do about it, less `coffer rotate NAME -e ENVIRONMENT`.
    var option: String? {
      switch reason {
      case .tooOld, .seen(_, nil): nil
      case .seen: "--abort"
      case .leaked(let leak): "--leak \(leak.fingerprint)"
      case .unfinished: "--resume"
      }
    }
  }

  /// By environment, name, and in the order of the reasons above.
  let all: [Due]
  /// Open leaks of values that no name of the vault holds.
  let strangers: [LeakRecord]
  /// Environments that could not be looked into, for ages and for what was seen.
  let locked: [String]

  /// - Parameters:
  ///   - session: what is unlocked.
  ///   - now: milliseconds since 1970.
  init(_ snapshot: Snapshot, _ manifest: Manifest, _ session: Session, now: UInt64 = Clock.now()) throws(VaultError) {
    var all: [Due] = []
    var locked: [String] = []
    var names: [EnvironmentID: String] = [:]
    for environment in try snapshot.environments(session.directory) {
      names[environment.id] = environment.name
      guard let key = session.environments[environment.id] else {
        locked.append(environment.name)
        continue
      }
      // Two variables may be taken from one name: the shorter time counts.
      var limits: [String: Int] = [:]
      for variable in manifest.variables {
        if let age = variable.maxAge { limits[variable.vaultName] = min(age, limits[variable.vaultName] ?? age) }
      }
      for (name, age) in limits {
        guard let entry = try snapshot.entry(name, key), let version = entry.current,
          entry.created < now, now - entry.created > UInt64(age) * 1000
        else { continue }
        let reason = Reason.tooOld(created: entry.created, maxAge: age)
        all.append(Due(name: name, environment: environment.name, version: version, reason: reason))
      }
    }
    for exposures in Self.byValue(try snapshot.exposed(session)) {
      var seers: [Seer] = []
      for exposure in exposures {
        seers.append(
          Seer(name: try snapshot.memberName(exposure.member, session.directory) ?? "", ended: exposure.ended))
      }
      let first = exposures[0]
      let reason = Reason.seen(by: seers, waiting: first.current == nil ? first.pending : nil)
      all.append(
        Due(
          name: first.name, environment: names[first.environment] ?? "", version: first.current, reason: reason))
    }
    func due(_ name: String, _ environment: EnvironmentID, _ reason: Reason) throws(VaultError) -> Due? {
      // What was removed needs nobody.
      guard let label = names[environment] else { return nil }
      guard let key = session.environments[environment] else {
        return Due(name: name, environment: label, version: nil, reason: reason)
      }
      return Due(name: name, environment: label, version: try snapshot.entry(name, key)?.current, reason: reason)
    }
    var strangers: [LeakRecord] = []
    for leak in try LeakLedger(session.directory).all(in: snapshot) where leak.state == .open {
      if let home = leak.home, let due = try due(home.name, home.environment, .leaked(leak)) {
        all.append(due)
      } else {
        strangers.append(leak)
      }
    }
    for rotation in try RotationLedger(session.directory).all(in: snapshot) where rotation.step.isOpen {
      if let due = try due(rotation.name, rotation.environment, .unfinished(rotation)) { all.append(due) }
    }
    self.all = all.sorted {
      ($0.environment, $0.name, $0.reason.rank) < ($1.environment, $1.name, $1.reason.rank)
    }
    self.strangers = strangers
    self.locked = locked
  }

  /// Those of one value together, each member once, with the last time it was shut out; whoever has seen what is in use before those
  /// who have seen only what waits, who are left out then: one rotation deals with both.
  private static func byValue(_ exposures: [Exposure]) -> [[Exposure]] {
    struct Place: Hashable {
      let environment: EnvironmentID
      let name: String
    }
    var groups: [Place: [Exposure]] = [:]
    for exposure in exposures {
      groups[Place(environment: exposure.environment, name: exposure.name), default: []].append(exposure)
    }
    return groups.values.map { group in
      let inUse = group.filter { $0.current != nil }
      var last: [MemberID: Exposure] = [:]
      for exposure in inUse.isEmpty ? group : inUse
      where last[exposure.member].map({ $0.ended < exposure.ended }) ?? true {
        last[exposure.member] = exposure
      }
      return last.values.sorted { ($0.ended, $0.member.bytes) < ($1.ended, $1.member.bytes) }
    }
  }
}

extension DueRotations.Reason {
  fileprivate var rank: Int {
    switch self {
    case .tooOld: 0
    case .seen: 1
    case .leaked: 2
    case .unfinished: 3
    }
  }

  /// What follows the name.
  func text(now: UInt64 = Clock.now()) -> String {
    switch self {
    case .tooOld(let created, let maxAge):
      "is \(Self.days((now - min(now, created)) / 1000)) old, and max_age is \(Self.days(UInt64(maxAge)))"
    case .seen(let seers, nil): "was seen by \(Self.text(seers, now: now))"
    case .seen(let seers, let version?):
      "waits with version \(version), which was seen by \(Self.text(seers, now: now))"
    case .leaked(let leak): "has leaked: \(leak.fingerprint)"
    case .unfinished(let rotation): "has a rotation that is not finished: it is \(rotation.step)"
    }
  }

  private static func text(_ seers: [DueRotations.Seer], now: UInt64) -> String {
    seers.map { "\($0.name), shut out \(Age.text(since: $0.ended, now: now))" }.joined(separator: ", and by ")
  }

  private static func days(_ seconds: UInt64) -> String {
    let (count, unit) = seconds < 2 * 86_400 ? (seconds / 3600, "hour") : (seconds / 86_400, "day")
    return Wording.count(count, unit)
  }
}
