import CVectorscan
import Glibc

/// How long a match of a detector can be.
enum PatternSpan {
  /// The most bytes that a match of `pattern`, or of `capture`, or what the detector says it needs around a hit, can
  /// take.
  ///
  /// A detector whose matches have no bounds, or ones beyond `Detector.maximumReach`, has to say its reach, and is then
  /// held to it.
  /// - Throws: `Fault` for a pattern that Vectorscan does not take, and for one without bounds and reach.
  static func bytes(of detector: Detector) throws(Fault) -> Int {
    var longest = detector.reach
    for (field, pattern) in [("pattern", detector.pattern), ("capture", detector.capture)] {
      guard let pattern else { continue }
      // Lookarounds and the like, which only PCRE2 takes, pass for less strict ones in this mode: the width can only
      // grow by that.
      let flags = field == "capture" ? UInt32(HS_FLAG_PREFILTER) : 0
      let width = try width(pattern, field: field, flags: flags)
      if let width, width <= Detector.maximumReach {
        longest = max(longest, width)
      } else if detector.reach == 0 {
        throw Fault(
          field: field, reason: "a match can be longer than \(Detector.maximumReach) bytes, and there is no reach")
      }
    }
    return longest
  }

  /// The longest match; nil when there is none.
  private static func width(_ pattern: String, field: String, flags: UInt32) throws(Fault) -> Int? {
    var info: UnsafeMutablePointer<hs_expr_info_t>?
    var failure: UnsafeMutablePointer<hs_compile_error_t>?
    guard unsafe hs_expression_info(pattern, flags, &info, &failure) == HS_SUCCESS, let info = unsafe info else {
      let reason = unsafe failure.map { unsafe String(cString: $0.pointee.message) } ?? "unknown"
      unsafe hs_free_compile_error(failure)
      throw Fault(field: field, reason: reason)
    }
    let longest = unsafe info.pointee.max_width
    // hs_compile.h: "The memory … is allocated by the allocator" set with hs_set_misc_allocator(): malloc, here.
    unsafe free(info)
    return longest == UInt32.max ? nil : Int(longest)
  }

  /// What is wrong with which pattern.
  struct Fault: Error {
    let field: String
    let reason: String
  }
}
