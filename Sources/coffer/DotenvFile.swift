import Platform
import Project
import Sealing

/// A dotenv file in locked memory, with what its names are guessed to be.
struct DotenvFile {
  /// As the user named it.
  let path: String
  let assignments: [DotenvAssignment]
  /// One draft for each name.
  let drafts: [VariableDraft]
  private let values: Secret
  private let draftPlaces: [String: Int]

  /// Of a file, in bytes: tens of thousands of names.
  private static let limit = 16 << 20

  /// - Throws: `Failure` with file and line, never with what stands there.
  init(_ path: String, environment: String = "development") throws {
    self.path = path
    let input = try SecretInput.file(path, limit: Self.limit)
    var output = try SecretBytes(count: input.count)
    let name = path.split(separator: "/").last.map(String.init) ?? path
    do {
      assignments = try input.withBytes { (input) throws(DotenvError) in
        try output.withMutableBytes { (output) throws(DotenvError) in try Dotenv.parse(input, into: &output) }
      }
    } catch {
      throw Failure("\(path):\(error.line.map { "\($0): " } ?? " ")\(error.message)", hints: ["nothing was imported"])
    }
    let assignments = assignments
    drafts = input.withBytes { input in
      output.withBytes { output in
        Proposal.drafts(
          for: assignments, input: input, values: output, source: Proposal.Source(fileName: name),
          environment: environment)
      }
    }
    values = Secret(output)
    draftPlaces = Dictionary(drafts.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { $1 })
  }

  /// The assignments that count, each name once.
  var effective: [DotenvAssignment] {
    var last: [String: Int] = [:]
    for (place, assignment) in assignments.enumerated() { last[assignment.name] = place }
    return last.values.sorted().map { assignments[$0] }
  }

  func value(_ assignment: DotenvAssignment) throws -> Secret { Secret(try values.bytes.slice(assignment.value)) }

  func draft(_ name: String) -> VariableDraft? { draftPlaces[name].map { drafts[$0] } }
}
