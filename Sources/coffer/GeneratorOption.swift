import Rotation

extension Generator {
  /// What `--generate` was given.
  ///
  /// - Throws: `Failure`, which does not repeat it: it may be a value in the wrong place.
  init(option text: String) throws {
    guard let generator = Generator(text) else {
      throw Failure(
        "--generate takes hex:BYTES, base64:BYTES, alnum:CHARACTERS, uuid or passphrase:WORDS (64 bits at least)")
    }
    self = generator
  }
}
