/// Edits coffer.toml as text: comments, order and everything else stay byte for byte.
///
/// Each result is read back and compared with what was meant; otherwise `ProjectError.editRefused`.
package enum ManifestEditor {
  /// Appends a `[variables.NAME]` block for each draft whose name is not declared yet.
  ///
  /// - Returns: the new text; the same one when nothing was missing.
  /// - Throws: `ProjectError`: the text's own faults, or `editRefused`.
  package static func declaring(_ drafts: [VariableDraft], in text: String) throws(ProjectError)
    -> String
  {
    let before = try Manifest(text: text)
    var seen = Set(before.variables.map(\.name))
    let missing = drafts.filter { seen.insert($0.name).inserted }
    guard !missing.isEmpty else { return text }
    let newline = lineEnd(of: text)
    var result = text
    if !result.isEmpty, result.utf8.last != UInt8(ascii: "\n") { result += newline }
    for draft in missing {
      if !result.isEmpty { result += newline }
      result +=
        newline == "\n"
        ? draft.toml : draft.toml.split(separator: "\n").map { $0 + newline }.joined()
    }
    var meant = before.withoutLines
    meant.setVariables(meant.variables + missing.map(\.variable))
    try verify(result, is: meant)
    return result
  }

  /// A whole new coffer.toml, as `coffer init` writes it.
  ///
  /// - Parameters:
  ///   - vaultName: for people; may be empty.
  ///   - vaultID: the vault's id, without blanks.
  ///   - salt: `[scan] salt`, as text.
  package static func newManifest(
    vaultName: String, vaultID: String, salt: String, drafts: [VariableDraft]
  ) throws(ProjectError) -> String {
    let reference = vaultName.isEmpty ? vaultID : vaultName + " " + vaultID
    let head = """
      # What this project needs from its environment. No secret stands here: safe to commit.
      vault = \(TOMLText.quoted(reference))

      [scan]
      salt = \(TOMLText.quoted(salt))

      """
    let read = try Manifest(text: head)
    guard read.vault == .init(name: vaultName, id: vaultID), read.scanSalt == salt else {
      throw .editRefused(reason: "the vault's name or id would not read back")
    }
    return try declaring(drafts, in: head)
  }

  private static func lineEnd(of text: String) -> String {
    guard let end = text.utf8.firstIndex(of: UInt8(ascii: "\n")), end > text.utf8.startIndex else {
      return "\n"
    }
    return text.utf8[text.utf8.index(before: end)] == UInt8(ascii: "\r") ? "\r\n" : "\n"
  }

  private static func verify(_ text: String, is meant: Manifest) throws(ProjectError) {
    let read: Manifest
    do {
      read = try Manifest(text: text)
    } catch {
      throw .editRefused(reason: "\(error.message) (line \(error.line ?? 0) of the result)")
    }
    // Where a variable stands may change with the layout; what it says may not.
    guard read.withoutLines.sortedByName == meant.sortedByName else {
      throw .editRefused(reason: "the result would not say what was meant; edit the file by hand")
    }
  }
}
