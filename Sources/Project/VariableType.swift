/// What a variable's value must look like.
package enum VariableType: String, CaseIterable, Equatable, Sendable {
  /// Anything.
  case string
  /// `scheme://…`.
  case url
  /// A whole number of any size.
  case int
  /// 1 to 65535.
  case port
  /// `true false 1 0 yes no on off`, in any case.
  case bool
  /// `name@domain`.
  case email
  /// One of the declared choices.
  case `enum`
  /// JSON (RFC 8259).
  case json
  /// Blocks of `-----BEGIN …-----` to `-----END …-----` (RFC 7468).
  case pem
  /// Base64 or base64url, with or without padding.
  case base64
  /// Pairs of hexadecimal digits, with or without `0x`.
  case hex
}
