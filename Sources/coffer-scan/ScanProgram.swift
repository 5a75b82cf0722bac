import ArgumentParser
import Findings
import Glibc
import Platform
import ScanArguments
import Scanning

/// From arguments to an exit code. Nothing below this prints or exits but through `Wording`.
enum ScanProgram {
  /// Runs the scan that `words` (the program's name first) ask for.
  /// - Returns: 1 with findings; else 3 when not everything was read; else 0; 2 for usage or an error.
  static func run(_ words: [String]) -> Int32 {
    let command: ScanCommand
    do { command = try ScanCommand.parse(Array(words.dropFirst())) } catch {
      return answer(error)
    }
    do {
      return try ScanRun(command).perform()
    } catch {
      Wording.report(failure(error), colour: Wording.usesColour(command.arguments.noColor))
      return 2
    }
  }

  private static func failure(_ error: any Error) -> Failure {
    switch error {
    case let error as Failure: error
    case let error as ScanError: Failure(error)
    case let error as SystemError: Failure(error)
    default: Failure("something unexpected went wrong (\(type(of: error)))")
    }
  }

  /// Help and version are answers; everything else is a mistake in the arguments.
  private static func answer(_ error: any Error) -> Int32 {
    guard ScanCommand.exitCode(for: error) == .success else {
      // The parser's message may repeat an argument, which may be a secret in the wrong place.
      Wording.report(
        Failure(
          "these arguments make no sense together, or one of them is not known",
          hints: ["coffer scan --help shows what it takes"]),
        colour: false)
      return 2
    }
    let text = Array((ScanCommand.fullMessage(for: error) + "\n").utf8)
    do throws(SystemError) { try Files.write(text.span.bytes, descriptor: 1) } catch {
      return error.code == EPIPE ? 0 : 2
    }
    return 0
  }
}
