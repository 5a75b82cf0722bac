@testable import Sealing

/// The error that `body` ends in; nil when it ends well.
func failure<E: Error>(_ body: () throws(E) -> Void) -> E? {
  do throws(E) {
    try body()
    return nil
  } catch { return error }
}

/// The bytes of a secret that is none.
func bytes(_ secret: borrowing SecretBytes) -> [UInt8] { secret.withBytes { $0.array } }

/// A key that only tests could have: 32 times `byte`.
func key(_ byte: UInt8) throws -> SymmetricKey {
  try SymmetricKey(SecretBytes(copying: [UInt8](repeating: byte, count: 32)))
}

/// `bytes` with one bit the other way.
func flipped(_ bytes: [UInt8], bit: Int) -> [UInt8] {
  var bytes = bytes
  bytes[bit / 8] ^= 1 << UInt8(bit % 8)
  return bytes
}

/// Bytes from hexadecimal.
func unhex(_ text: String) -> [UInt8] {
  let digits = text.compactMap(\.hexDigitValue)
  return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
}
