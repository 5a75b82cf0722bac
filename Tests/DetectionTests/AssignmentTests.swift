import Findings
import Testing

@testable import Detection

struct AssignmentTests {
  @Test(arguments: [
    (#"DB_PASSWORD="uR7!kd92Lmq""#, "uR7!kd92Lmq"),
    (#"api_key: "9fK2lqW8zXc5vBn1mQ7eRt4yU0pAs3dF""#, "9fK2lqW8zXc5vBn1mQ7eRt4yU0pAs3dF"),
    (#"const clientSecret = 'b7Xq02LmVt9wRz4KpY8sNd1H';"#, "b7Xq02LmVt9wRz4KpY8sNd1H"),
    ("SESSION_SECRET=4f1c9ab27de03856bb91e7a4c2d05f68", "4f1c9ab27de03856bb91e7a4c2d05f68"),
    (#"  "auth_token": "Zk83mQp1-xV0tLw62-bRy9nJc","#, "Zk83mQp1-xV0tLw62-bRy9nJc"),
    ("password: Tr0ub4dor&3x", "Tr0ub4dor&3x"),
  ])
  func `a written-out secret is found`(line: String, value: String) throws {
    #expect(try Shared.search(line + "\n").map { String(decoding: $0.candidate.value, as: UTF8.self) } == [value])
  }

  @Test(arguments: [
    #"password = user_password"#, #"let token = parser.nextToken()"#, #"password: "Enter your password""#,
    #"token_type = "bearer-token-v2""#,
    #"PASSWORD=${DB_PASSWORD}"#, #"secret: {{ .Values.secret }}"#, #"password = process.env.DB_PASSWORD"#,
    #"api_key = "your-api-key-here""#,
    #"password = "changeme123""#, #"<input type="password" name="password_confirmation">"#,
    #"secretName: "my-app-tls-certificate""#,
    #""integrity": "sha512-9fK2lqW8zXc5vBn1mQ7eRt4yU0pAs3dF==""#, #"publicKeyToken="6595b64144ccf1df""#,
    #"nextPageToken = "CAUQAA9fK2lqW8zXc5vB""#,
    #"token = "xxxxxxxxxxxxxxxxxxxx""#, #"password_hash = "$2b$12$abcdefghijklmnopqrstuv""#,
    #"key = "user.profile.settings.title""#,
    ##"passwordField = "#passwordInputElement""##, #"API_KEY=<your key here>"#,
    #"secret = "/etc/ssl/private/server.key""#,
    #"private_key_path: /home/app/.ssh/id_ed25519"#, #"token: "RETRYCOUNT""#, #"--form token="$COVERITY_TOKEN""#,
    #"csrf_token = "9fK2lqW8zXc5vBn1mQ7eRt4yU0pAs3dF""#, #"password = "00000000000000""#,
    #"token = "****************""#,
  ])
  func `a word, a reference, a path or a placeholder is no secret`(line: String) throws {
    let found = try Shared.search(line + "\n")
    #expect(found.isEmpty, "\(found.map { ($0.id, String(decoding: $0.candidate.value, as: UTF8.self)) })")
  }

  @Test(arguments: [
    ("DB_PASSWORD", AssignmentName.Meaning.password), ("spring.datasource.password", .password),
    ("rootPasswd", .password),
    ("clientSecret", .secret), ("API-KEY", .secret), ("HTTPAuthToken", .secret), ("stripe_secret_key", .secret),
    ("mysecret", .secret),
    ("encryptionKey", .secret), ("key", .weak), ("password_field", .other), ("tokenType", .other),
    ("publicKey", .other), ("keyboard", .other),
    ("primary_key", .other), ("nextPageToken", .other), ("", .other), ("secretary", .other), ("bypass", .other),
    ("dbpass", .password),
  ])
  func `a name says what its value may be`(name: String, meaning: AssignmentName.Meaning) {
    #expect(AssignmentName.meaning(of: Array(name.utf8)) == meaning)
  }

  @Test(arguments: [
    ("getUserPasswordFromRequest", true), ("please enter your password", true), ("content-type-header", true),
    ("RETRYCOUNT", true),
    ("org.springframework.boot", true), ("b7Xq02LmVt9wRz4KpY8sNd1H", false), ("4f1c9ab27de03856bb91", false),
    ("DfDshavLLdrLUcjsd6dR8VnvCIaBloH9", false),
    ("xkqzvwjqpfg", false), ("", false),
  ])
  func `words are told from random characters`(text: String, isWords: Bool) {
    #expect(NaturalText.isWords(Array(text.utf8)) == isWords)
  }

  @Test(arguments: [
    ("postgres://app:k7Rq2mXv9Lpz@db.shop.io:5432/app", "k7Rq2mXv9Lpz"),
    ("redis://:k7Rq2mXv9Lpz@cache.shop.io:6379", "k7Rq2mXv9Lpz"),
    ("mongodb+srv://app:p%40k7Rq2mX@c0.ab1cd.mongodb.net/x", "p%40k7Rq2mX"),
    ("https://bot:k7Rq2mXv9Lpz@git.shop.io/a.git", "k7Rq2mXv9Lpz"),
  ])
  func `the password of a URL is found, and only it`(url: String, password: String) throws {
    #expect(
      try Shared.search("url = \(url)\n").map { String(decoding: $0.candidate.value, as: UTF8.self) } == [password])
  }

  @Test(arguments: [
    "postgres://user:password@localhost:5432/app", "postgres://postgres:postgres@db/app",
    "https://user:pass@example.com/",
    "mysql://root:${DB_PASSWORD}@db.shop.io/app", "amqp://guest:guest@localhost",
    "https://user:<password>@git.shop.io/a",
    "redis://:****@cache.shop.io", "mongodb://%s:%s@%s/db", "https://git.shop.io:8443/path@2x.png",
    "https://name:{token}@git.shop.io",
  ])
  func `the password of a tutorial is none`(url: String) throws {
    let found = try Shared.search("url = \(url)\n")
    #expect(found.isEmpty, "\(found.map { ($0.id, String(decoding: $0.candidate.value, as: UTF8.self)) })")
  }
}
