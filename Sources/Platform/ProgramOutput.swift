import CPlatform

/// What a program says about itself.
package enum ProgramOutput {
  /// Runs a program with an empty environment and reads its standard output; a program that is not done by then is ended.
  /// - Parameters:
  ///   - words: its arguments, without its name.
  ///   - limit: the most bytes that are read.
  /// - Throws: what posix_spawn(3) refused; ETIMEDOUT.
  package static func of(
    _ program: String, _ words: [String], limit: Int = 4096, milliseconds: Int32 = 5000
  ) throws(SystemError) -> String {
    var answer: Int64 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
      let empty: [UnsafeMutablePointer<CChar>?] = [nil]
      answer = Subprocess.withArguments([program] + words) {
        cp_output(program, $0, empty, buffer.baseAddress!, limit, milliseconds)
      }
      count = max(0, Int(answer))
    }
    _ = try checked("posix_spawn", program, answer)
    return String(decoding: bytes, as: UTF8.self)
  }
}
