/// Texts that stand where a value belongs.
enum PlaceholderForm {
  private static let whole = [
    "changeme", "change-me", "change_me", "secret", "password", "passw0rd", "admin", "test",
    "example", "placeholder",
    "xxx", "xxxx", "dummy", "foobar", "todo", "tbd", "replaceme", "replace-me", "replace_me",
    "12345678", "123456",
  ]
  private static let starts = [
    "your-", "your_", "<your", "insert-", "insert_", "replace-with", "replace_with",
  ]

  /// Whether `value` is only there to be replaced.
  static func matches(_ value: RawSpan) -> Bool {
    if whole.contains(where: { value.equals($0, ignoringCase: true) }) { return true }
    if starts.contains(where: { value.has($0, at: 0, ignoringCase: true) }) { return true }
    return value.byteCount > 2 && value.has("<", at: 0) && value.has(">", at: value.byteCount - 1)
  }
}
