import Detection
import Findings
import Git
import Glibc
import KnownValues
import Platform
import Policies
import Project
import ScanArguments
import Scanning
import Synchronization

/// One scan: find what it may read, confine itself to that, scan, report.
struct ScanRun {
  private let command: ScanCommand
  private var arguments: ScanArguments { command.arguments }

  /// Of memory of its own, in bytes: what a hostile repository can make it take. Packs are mapped and do not count.
  private static let memoryLimit: UInt64 = 6 << 30

  init(_ command: ScanCommand) { self.command = command }

  /// - Returns: the exit code.
  func perform() throws -> Int32 {
    let started = Clock.now()
    let folders = try? Folders.current()
    let output = try ReportOutput(arguments.output)
    let source = try ScanSource(arguments)
    let cache = folders.flatMap(Self.cacheFolder)
    for folder in source.outside where !arguments.quiet {
      warn("reads \(Wording.line(folder.path)) too, which \(Wording.line(folder.namedIn)) names")
    }
    try confine(source, cache)

    let counter = ScanCounter()
    let tools = try tools(source, cache, counter)
    let outcome = try watched(counter) { () throws(ScanError) in try source.scan(tools) }
    return try report(outcome, source, tools, output, milliseconds: Clock.now() - started)
  }

  // MARK: Before anything hostile is read

  private func confine(_ source: ScanSource, _ cache: String?) throws {
    var readable = source.readablePaths
    if let policies = AmbientEnvironment.value(of: "COFFER_POLICIES"), !policies.isEmpty { readable.append(policies) }
    let applied = try Confinement.apply(
      readable: readable, writable: cache.map { [$0] } ?? [], memoryLimit: Self.memoryLimit)
    guard !arguments.quiet else { return }
    if applied.landlock == nil { warn("this kernel has no Landlock: the scan is not kept from other files of yours") }
    if !applied.refusesCalls { warn("this kernel filters no system calls: the scan is not kept from the network") }
  }

  /// Where the compiled detectors are kept; nil where there is no place for them, which only costs time.
  private static func cacheFolder(_ folders: Folders) -> String? {
    let folder = folders.cache + "/detectors"
    do throws(SystemError) { try Files.makePrivateDirectory(folder) } catch { return nil }
    return folder
  }

  // MARK: The scan

  private func tools(_ source: ScanSource, _ cache: String?, _ counter: ScanCounter) throws -> ScanTools {
    let table = try command.knownValuesDescriptor.map { try Self.table($0) }
    let fingerprints: FindingFingerprintMaker
    do {
      if let salt = table?.runSalt {
        fingerprints = try FindingFingerprintMaker(runSalt: salt)
      } else if let salt = command.salt ?? source.manifestSalt(warn: { warn($0) }) {
        fingerprints = try FindingFingerprintMaker(salt: Array(salt.utf8))
      } else {
        fingerprints = try FindingFingerprintMaker(runSalt: FindingFingerprintMaker.drawnSalt())
      }
    } catch {
      throw ScanError.outOfMemory
    }
    // Without a cache it takes a second to compile them.
    let matcher = try watched(counter) { () throws(ScanError) in
      do { return try Matcher(DetectorSet(files: Policies.detectors()), cacheFolder: cache) } catch {
        throw .detectors("\(error)")
      }
    }
    return ScanTools(
      matcher: matcher, known: table.map(KnownValueSearch.init),
      knownCounts: table.map { ($0.valueCount, $0.leftOutCount) }, fingerprints: fingerprints,
      threads: arguments.threads ?? Workers.available, counter: counter)
  }

  private static func table(_ descriptor: Int32) throws -> KnownValueTable {
    let bytes = try Files.readToEnd(descriptor, limit: KnownValueTable.maximumSize)
    do throws(KnownValueTableError) { return try KnownValueTable(bytes) } catch {
      throw Failure("what coffer handed over cannot be read", hints: ["coffer and coffer-scan must be of one version"])
    }
  }

  /// Works while a line on the terminal tells how far it is.
  private func watched<Made: Sendable>(
    _ counter: ScanCounter, _ work: @Sendable () throws(ScanError) -> Made
  ) throws -> Made {
    guard let progress = Progress.start(counter, quiet: arguments.quiet) else { return try work() }
    let result = Mutex<Result<Made, ScanError>?>(nil)
    Workers.run(count: 2) { index in
      guard index == 0 else { return progress.draw() }
      let done: Result<Made, ScanError>
      do throws(ScanError) { done = .success(try work()) } catch { done = .failure(error) }
      result.withLock { $0 = done }
      progress.end()
    }
    guard let done = result.withLock({ $0 }) else { throw ScanError.outOfMemory }
    return try done.get()
  }

  // MARK: The report

  private func report(
    _ outcome: ScanOutcome, _ source: ScanSource, _ tools: ScanTools, _ output: borrowing ReportOutput,
    milliseconds: UInt64
  ) throws -> Int32 {
    let ignored = IgnoreList(text: source.ignoreText ?? "")
    let sifted = Sifted(
      outcome, ignored, today: Day.today(), minimum: arguments.minConfidence.confidence,
      isWhole: source.isWhole)
    for line in ignored.badLines {
      warn("\(IgnoreList.fileName):\(line): neither a fingerprint with a reason nor a comment: it ignores nothing")
    }
    var coverage = outcome.coverage
    coverage.knownValues = knownValues(tools)
    let summary = ScanSummary(
      sifted.findings, coverage: coverage, elapsed: .milliseconds(milliseconds), ignored: sifted.ignoredCount,
      allowedInline: sifted.allowedInline, staleIgnores: sifted.staleLines.map { "\(IgnoreList.fileName):\($0)" },
      version: Version.current)
    let descriptor = output.descriptor
    do throws(SystemError) {
      try report(toFile: output.isFile).write(sifted.findings, summary) { (bytes) throws(SystemError) in
        try Files.write(bytes.span.bytes, descriptor: descriptor)
      }
      try output.finish()
    } catch {
      // A closed pipe ends the reading, as for any filter; what was found stays found.
      guard error.code == EPIPE, !output.isFile else { throw Failure("the report: \(error.message)") }
    }
    return ExitCode.of(openFindings: summary.secrets, isComplete: summary.isComplete)
  }

  private func report(toFile: Bool) -> any Report {
    switch arguments.format {
    case .jsonl: return JSONLReport(showsSecrets: arguments.showSecrets)
    case .text:
      var options = TextReport.Options()
      options.showsSecrets = arguments.showSecrets
      options.showsAllPlaces = arguments.allPlaces
      options.isColoured = !toFile && Wording.usesColour(arguments.noColor, descriptor: 1)
      return TextReport(options)
    }
  }

  private func knownValues(_ tools: ScanTools) -> Coverage.KnownValues? {
    guard let counts = tools.knownCounts else { return command.knownValuesMissing.map { .notSearched($0) } }
    if let missing = command.knownValuesMissing {
      warn("values of the vault that are not looked for: \(Wording.line(missing))")
    }
    return .searched(values: counts.values, leftOut: counts.leftOut)
  }

  private func warn(_ text: String) {
    Wording.warn(text, colour: Wording.usesColour(arguments.noColor))
  }
}

extension ScanArguments.Level {
  fileprivate var confidence: Confidence {
    switch self {
    case .low: .low
    case .medium: .medium
    case .high: .high
    }
  }
}
