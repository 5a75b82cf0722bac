import ArgumentParser

struct DoctorCommand: Performing {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Look for what is wrong with this machine and this folder, and say what to do.",
    discussion: """
      Needs no passphrase, no vault and no project, changes nothing and asks nothing.

        coffer doctor
        coffer doctor --format json

      Exit codes: 0 all is well, 1 something needs attention.
      """)

  @Option(name: .long, help: "text or json.")
  var format: ListFormat = .text

  @OptionGroup var output: OutputOptions

  func perform(_ console: Console) throws -> Int32 {
    let findings = DoctorMachine.findings() + DoctorFiles.findings()
    switch format {
    case .text:
      try console.data(text: Table.text(findings.map { [$0.state.rawValue, $0.check, $0.text] }))
      for finding in findings {
        if let fix = finding.fix { console.hint("\(finding.check): \(fix)") }
      }
    case .json:
      let items = findings.map { finding in
        JSONText.object([
          ("check", .string(finding.check)), ("state", .string(finding.state.rawValue)),
          ("text", .string(finding.text)),
          ("fix", finding.fix.map { .string($0) } ?? .null),
        ])
      }
      try console.data(text: JSONText.array(items).text + "\n")
    }
    return findings.contains { $0.state == .attention } ? 1 : 0
  }
}
