import CPCRE2

/// One PCRE2 pattern, compiled to machine code where the system allows that, and where in a match the secret stands.
///
/// The limits of pcre2api(3) are set on every match, so that no pattern and no text can make it run away; a match that
/// hits one is reported.
@safe final class Expression {
  /// Where things are in the searched bytes.
  struct Match {
    let whole: Range<Int>
    let secret: Range<Int>
    /// Of the group `name`, where the pattern has one and it took part.
    let name: Range<Int>?
  }

  enum Outcome {
    case match(Match)
    case noMatch
    /// A limit was hit.
    case limit
  }

  /// What begins a secret: no word byte before it, but for one that ends an escape (`%3D`, `\n`, `\u003d`).
  private static let lead =
    #"(?:(?<![A-Za-z0-9_])|(?<=%[0-9A-Fa-f]{2})|(?<=\\[nrt])|(?<=\\u00[0-9A-Fa-f]{2}))"#
  private static let trail = "(?![A-Za-z0-9_])"
  private static let group = "(?<secret>"

  private let code: OpaquePointer
  private let match: OpaquePointer
  private let secretGroup: Int
  private let nameGroup: Int?

  /// - Throws: `Fault`, with PCRE2's words for what is wrong.
  init(_ detector: Detector) throws(Fault) {
    let text = Self.text(of: detector)
    var number: Int32 = 0
    var place = 0
    let options =
      PCRE2_USE_OFFSET_LIMIT | PCRE2_NEVER_UTF | PCRE2_NEVER_UCP | PCRE2_NEVER_BACKSLASH_C
      | (detector.isInsensitive ? PCRE2_CASELESS : 0)
    guard let code = unsafe pcre2_compile_8(Array(text.utf8), text.utf8.count, options, &number, &place, nil) else {
      throw Fault(reason: Self.message(number))
    }
    // Where no machine code can be had the interpreter does the same, slower.
    _ = unsafe pcre2_jit_compile_8(code, UInt32(PCRE2_JIT_COMPLETE))
    guard let match = unsafe pcre2_match_data_create_from_pattern_8(code, nil) else {
      unsafe pcre2_code_free_8(code)
      throw Fault(reason: "out of memory")
    }
    unsafe self.code = unsafe code
    unsafe self.match = unsafe match
    secretGroup = detector.capture == nil ? 0 : Int(unsafe pcre2_substring_number_from_name_8(code, "secret"))
    let name = unsafe pcre2_substring_number_from_name_8(code, "name")
    nameGroup = name > 0 ? Int(name) : nil
    if secretGroup < 0 { throw Fault(reason: "the group secret is there more than once") }
  }

  deinit {
    unsafe pcre2_match_data_free_8(match)
    unsafe pcre2_code_free_8(code)
  }

  /// The first match that starts in `starts`. Bytes before that are context only.
  func first(in bytes: RawSpan, startingIn starts: ClosedRange<Int>, _ limits: MatchLimits) -> Outcome {
    limits.lastStart = starts.upperBound
    let answer = unsafe bytes.withUnsafeBytes { bytes in
      unsafe pcre2_match_8(
        code, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), bytes.count, starts.lowerBound, 0, match,
        limits.context)
    }
    if answer == PCRE2_ERROR_NOMATCH { return .noMatch }
    guard answer > 0 else { return .limit }
    guard let whole = range(0), let secret = range(secretGroup), !secret.isEmpty else { return .noMatch }
    return .match(Match(whole: whole, secret: secret, name: nameGroup.flatMap(range)))
  }

  private func range(_ group: Int) -> Range<Int>? {
    guard group < Int(unsafe pcre2_get_ovector_count_8(match)),
      let places = unsafe pcre2_get_ovector_pointer_8(match)
    else { return nil }
    let (start, end) = unsafe (places[group * 2], places[group * 2 + 1])
    // PCRE2_UNSET is the largest number; \K could put the start behind the end.
    guard start <= end, end < Int.max else { return nil }
    return Int(start)..<Int(end)
  }

  private static func text(of detector: Detector) -> String {
    guard let capture = detector.capture else {
      return detector.boundary == .word ? lead + "(?:" + detector.pattern + ")" + trail : detector.pattern
    }
    guard detector.boundary == .word, let place = capture.firstRange(of: group) else { return capture }
    return capture[..<place.upperBound] + lead + capture[place.upperBound...]
  }

  private static func message(_ number: Int32) -> String {
    unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 256) { buffer in
      let count = unsafe pcre2_get_error_message_8(number, buffer.baseAddress!, buffer.count)
      return unsafe count > 0 ? String(decoding: buffer.prefix(Int(count)), as: UTF8.self) : "error \(number)"
    }
  }

  /// Why a pattern is none.
  struct Fault: Error {
    let reason: String
  }
}

/// How much work one match may be. One for each thread: it owns the stack that machine code runs on.
@safe final class MatchLimits {
  fileprivate let context: OpaquePointer?
  private let stack: OpaquePointer?

  /// No match starts behind this offset.
  fileprivate var lastStart = 0 {
    didSet {
      if let context = unsafe context { unsafe pcre2_set_offset_limit_8(context, lastStart) }
    }
  }

  init() {
    unsafe context = pcre2_match_context_create_8(nil)
    unsafe stack = pcre2_jit_stack_create_8(32 << 10, 1 << 20, nil)
    // "If the match context is NULL …" (pcre2jit): then PCRE2's own limits, compiled in, hold.
    guard let context = unsafe context else { return }
    unsafe pcre2_set_match_limit_8(context, 500_000)
    unsafe pcre2_set_depth_limit_8(context, 5_000)
    unsafe pcre2_set_heap_limit_8(context, 16 << 10)
    unsafe pcre2_jit_stack_assign_8(context, nil, UnsafeMutableRawPointer(stack))
  }

  deinit {
    unsafe pcre2_match_context_free_8(context)
    unsafe pcre2_jit_stack_free_8(stack)
  }
}
