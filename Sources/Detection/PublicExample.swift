/// Values that documentation the world over shows, and that no word in them gives away.
enum PublicExample {
  private static let parts: [StaticString] = [
    // The token on jwt.io: {"sub":"1234567890","name":"John Doe" …
    "eyjzdwiioiixmjm0nty3odkwiiwibmftzsi6ikpvag4grg9l",
    // Stripe's documented test key, https://docs.stripe.com/keys
    "4ec39hqlyjwdarjtt1zdp7dc",
    // Azurite's and the storage emulator's well-known account key
    "eby8vdm02xnocqflquwjpllmetlcdxj1ouzft50usrz6ifsufq2uvercz4i6tq",
    // The Cosmos DB emulator's well-known key
    "c2y6ydjf5/r+ob0n8a7cgv30vrdjiwehlm+4qdu5dw==",
  ]

  static func isOne(_ value: [UInt8]) -> Bool { parts.contains { value.holds($0) } }
}
