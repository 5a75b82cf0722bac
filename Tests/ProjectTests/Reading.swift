import Project

/// What one assignment was read as, with its value as text: test values are no secrets.
struct Read: Equatable, CustomStringConvertible {
  var name: String
  var value: String
  var line: Int

  init(_ name: String, _ value: String, _ line: Int = 1) {
    self.name = name
    self.value = value
    self.line = line
  }

  var description: String { "\(line): \(name)=\(String(reflecting: value))" }
}

/// A parsed dotenv text with the bytes of its values.
struct ParsedDotenv {
  var assignments: [DotenvAssignment]
  var input: [UInt8]
  var values: [UInt8]

  init(_ input: [UInt8]) throws(DotenvError) {
    var values = [UInt8](repeating: 0xEE, count: input.count)
    var span = values.mutableSpan
    var bytes = span.mutableBytes
    let assignments = try Dotenv.parse(input.span.bytes, into: &bytes)
    self.input = input
    self.assignments = assignments
    self.values = values
  }

  init(_ text: String) throws(DotenvError) { try self.init(Array(text.utf8)) }

  func bytes(of assignment: DotenvAssignment) -> [UInt8] { Array(values[assignment.value]) }

  var read: [Read] {
    assignments.map { Read($0.name, String(decoding: bytes(of: $0), as: UTF8.self), $0.line) }
  }

  func drafts(_ source: Proposal.Source) -> [VariableDraft] {
    Proposal.drafts(
      for: assignments, input: input.span.bytes, values: values.span.bytes, source: source)
  }
}

func problem(
  _ type: VariableType, _ text: String, schemes: [String] = [], choices: [String] = []
) -> String? {
  let bytes = Array(text.utf8)
  return type.problem(in: bytes.span.bytes, schemes: schemes, choices: choices)
}

func report(_ text: String, _ variable: Variable, _ environment: String) -> ValueReport {
  let bytes = Array(text.utf8)
  return ValueReport(on: bytes.span.bytes, of: variable, environment: environment)
}
