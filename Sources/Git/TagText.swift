/// What an annotated tag points at: `object` and `type` of its text, in this order, as git's tag.c reads them.
package struct TagText: Sendable, Hashable {
  package let target: ObjectID
  package let kind: ObjectKind

  /// - Returns: nil when the text does not begin as a tag does.
  package static func parse(_ text: RawSpan) -> TagText? {
    var lines = HeaderLines()
    guard let first = lines.next(in: text), let target = HeaderLines.id(text, first, after: "object "),
      let second = lines.next(in: text)
    else { return nil }
    for (name, kind) in names where second.count == name.utf8CodeUnitCount && HeaderLines.has(text, second, name) {
      return TagText(target: target, kind: kind)
    }
    return nil
  }

  private static let names: [(StaticString, ObjectKind)] = [
    ("type commit", .commit), ("type tree", .tree), ("type blob", .blob), ("type tag", .tag),
  ]
}
