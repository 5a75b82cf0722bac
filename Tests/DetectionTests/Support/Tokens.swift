import Foundation
import Policies

@testable import Detection

/// What the tests search with: the detectors of this build, compiled once.
enum Shared {
  static let matcher = Result {
    try Matcher(try DetectorSet(files: try Policies.detectors()))
  }

  /// The candidates in a text, with the ids of their detectors.
  static func search(_ text: [UInt8]) throws -> [(id: String, candidate: Candidate)] {
    let matcher = try matcher.get()
    var found: [(id: String, candidate: Candidate)] = []
    try matcher.makeWorker().search(text.span.bytes) {
      found.append((matcher.detectors.detectors[$0.detector].id, $0))
    }
    return found
  }

  static func search(_ text: String) throws -> [(id: String, candidate: Candidate)] { try search(Array(text.utf8)) }
}

/// CRC-32, one bit at a time: another way than the engine's.
func slowCRC(_ bytes: [UInt8]) -> UInt32 {
  var value: UInt32 = 0xFFFF_FFFF
  for byte in bytes {
    for bit in 0..<8 {
      let isSet = (value ^ UInt32(byte) >> UInt32(bit)) & 1 == 1
      value >>= 1
      if isSet { value ^= 0xEDB8_8320 }
    }
  }
  return ~value
}

/// A checksum of six digits to the base 62.
func base62CRC(_ body: String) -> String {
  let digits = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
  var number = slowCRC(Array(body.utf8))
  var text = ""
  for _ in 0..<6 {
    text = String(digits[Int(number % 62)]) + text
    number /= 62
  }
  return text
}

func base64URL(_ text: String) -> String { base64URL(Data(text.utf8)) }

func base64URL(_ data: Data) -> String {
  data.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
}

/// An invented GitHub token with the checksum that its body asks for.
let githubBody = "q8Zk2LmX0vRt7YwP4sBn6HdJ9cFg1e"
let githubToken = "ghp_" + githubBody + base62CRC(githubBody)
