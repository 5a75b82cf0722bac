import Leaks
import Rotation

/// What a rotation will do, for a person to read before it does.
struct RotationPlan {
  let book: Playbook
  let variable: String
  let environment: String
  /// The version in use.
  let version: UInt32
  let leak: RotationLeak?
  /// Where an open rotation stands; nil before it began.
  let step: RotationStep?
  let choices: RotationRun.Choices

  var text: String {
    var head = "\(variable) in \(environment), version \(version) in use: \(book.title)"
    if let step { head += "; it is \(step)" }
    var rows: [[String]] = []
    if let leak { rows.append(["leak", leak.fingerprint.description]) }
    if let console = book.console { rows.append(["where", console]) }
    if let documentation = book.documentation { rows.append(["read", documentation]) }
    rows.append(["overlap", book.about(variable, \.overlap)])
    rows += [
      ["1 create", choices.generator.map { "made here: \($0)" } ?? book.about(variable, \.create)],
      [
        "2 set", choices.generator == nil ? "nothing to do: it works where it was issued" : book.about(variable, \.set),
      ],
      ["3 test", choices.test == nil ? book.about(variable, \.test) : "--test: has to succeed with the new value"],
      ["4 promote", "launches get the new value from then on"],
      ["5 roll out", choices.rollOut == nil ? book.about(variable, \.rollOut) : "--rollout: has to succeed"],
      ["6 revoke", book.about(variable, \.revoke)],
      [
        "7 dead",
        choices.dead == nil
          ? book.about(variable, \.dead) : "--dead: has to fail with the old value and to succeed with the new",
      ],
    ]
    return head + "\n" + String(Table.text(rows.map { ["  " + $0[0], $0[1]] }).dropLast())
  }
}
