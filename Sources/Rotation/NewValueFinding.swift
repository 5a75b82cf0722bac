/// What is odd about a value that is to replace another. Carries no value.
package struct NewValueFinding: Hashable, Sendable {
  package let problem: Problem
  /// False for what may be meant so: ask, and take it.
  package let isError: Bool

  /// What is odd.
  package enum Problem: Hashable, Sendable {
    /// Nothing at all.
    case empty
    /// The value in use.
    case sameAsCurrent
    /// A value that the name had before.
    case sameAsVersion(UInt32)
    /// It starts like none of the values that the playbook expects.
    case wrongPrefix(expected: [String])
    /// The value in use starts as a known kind does, and this one otherwise.
    case otherPrefix(old: String)
    /// A key for tests in place of a live one.
    case testKey
    /// Blanks or invisible characters before it, after it or on both sides.
    case surroundingSpace
    /// Quotes around it.
    case surroundingQuotes
    /// `NAME=value` as it stands in an env file.
    case assignment
    /// Several lines, where the value in use is one.
    case severalLines
    /// A text that stands where a value belongs, or one with its middle masked, as consoles show it.
    case placeholder
    /// Less than half as long as the value in use.
    case muchShorter
    /// More than twice as long as the value in use.
    case muchLonger
  }
}
