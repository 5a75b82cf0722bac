/// How `coffer-scan` ends when nothing went wrong with itself (then 2).
package enum ExitCode {
  /// 1 with open findings; else 3 when not everything was read; else 0. Leaks proven dead are no open findings.
  package static func of(openFindings: Int, isComplete: Bool) -> Int32 { openFindings > 0 ? 1 : isComplete ? 0 : 3 }
}
