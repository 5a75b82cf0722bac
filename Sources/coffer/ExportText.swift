import Project
import Sealing

/// Names and values in one of the forms of `coffer export`, in locked memory.
enum ExportText {
  /// - Throws: `Failure` that names the value which the form cannot hold.
  static func of(_ values: [(name: String, value: Secret)], as format: ExportForm) throws -> SecretBytes {
    let prologue = Array(format.prologue.utf8)
    let epilogue = Array(format.epilogue.utf8)
    var count = prologue.count + epilogue.count
    for (place, item) in values.enumerated() {
      do {
        count += try item.value.bytes.withBytes { (bytes) throws(ExportError) in
          try ExportWriter.size(of: item.name, bytes, as: format, isFirst: place == 0)
        }
      } catch { throw Failure("\(item.name) \(error.message)") }
    }
    var text = try SecretBytes(count: count)
    text.withMutableBytes { $0.store(prologue, at: 0) }
    var end = prologue.count
    for (place, item) in values.enumerated() {
      end = try item.value.bytes.withBytes { (bytes) throws(ExportError) in
        try text.withMutableBytes { (output) throws(ExportError) in
          try ExportWriter.write(item.name, bytes, as: format, isFirst: place == 0, into: &output, at: end)
        }
      }
    }
    text.withMutableBytes { $0.store(epilogue, at: end) }
    return text
  }
}
