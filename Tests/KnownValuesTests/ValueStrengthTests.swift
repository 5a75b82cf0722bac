import Sealing
import Testing

@testable import KnownValues

struct ValueStrengthTests {
  /// The numbers are part of the meaning of fingerprints: changing one changes fingerprints that people have written in
  /// their ignores.
  @Test(arguments: [
    ("", 0), ("a", 2), ("aaaaaaaaaaaaaaaaaaaaaaaaa", 2), ("0123456789", 3), ("abcabcabcabc", 4),
    ("hunter22", 17), ("password", 13), ("passwordpassword", 16), ("correct horse battery staple", 50),
    ("8f14e45fceea167a5a36dedd4bea2543", 83), ("Zk3vQ9xT7mB2rL5n", 92),
  ])
  func `an estimate stays what it is`(value: String, bits: Int) {
    let estimate = ValueStrength.bits(Array(value.utf8).span.bytes)
    #expect(estimate == bits)
  }

  @Test(arguments: [
    ("hunter22", true), ("Tr0ub4dor&3", true), ("8f14e45fceea167a5a36dedd4bea2543", false),
    ("Zk3vQ9xT7mB2rL5n", false), ("postgres://app:hunter22@db.internal.example:5432/shop", true),
    ("postgres://app:a/b@db.internal.example:5432/shop", true),
    ("postgres://app:8f14e45fceea167a5a36dedd4bea2543@db/shop", false),
    ("https://hooks.example.com/services/T01", true),
    ("https://hooks.example.com/services/Zk3vQ9xT7mB2rL5nZs8d", false), ("https://", true),
  ])
  func `of a URL only what is secret counts`(value: String, isGuessable: Bool) {
    let answer = ValueStrength.isGuessable(Array(value.utf8).span.bytes)
    #expect(answer == isGuessable)
  }

  @Test(arguments: [
    "", "1234567", "abcdefg", "123456789", "928374651", "qwdkfjbvmzx", "localhost", "sqlite:///shop.db",
    "file:data/app.sqlite3", "Production", "us-east-1",
    "http://localhost:3000",
    "postgres://postgres:postgres@localhost:5432/app", "aaaaaaaaaaaaaaaaaaaaaa", "undefined\n", "-----------------",
    "admin:admin",
    "hunter2\n\n",
  ])
  func `an ordinary value is not looked for`(value: String) {
    let answer = OrdinaryValue.isOrdinary(Array(value.utf8).span.bytes)
    #expect(answer)
  }

  @Test(arguments: [
    "hunter22", "9283746510", "qwdkfjbvmzxt", "Zk3vQ9xT", "postgres://app:hunter22@db/shop", "sk_test_a1b2",
  ])
  func `any other value is`(value: String) {
    let answer = OrdinaryValue.isOrdinary(Array(value.utf8).span.bytes)
    #expect(!answer)
  }
}
