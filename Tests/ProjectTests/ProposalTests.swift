import Project
import Testing

@Suite struct ProposalTests {
  private func draft(_ line: String, _ source: Proposal.Source = .real) throws -> VariableDraft {
    try #require(try ParsedDotenv(line).drafts(source).first)
  }

  @Test(arguments: [
    "PORT=3000", "DB_PORT=5432", "LOG_LEVEL=debug", "HOST=0.0.0.0",
    "DEBUG=true", "TZ=Europe/Berlin",
    "LANG=en_US.UTF-8", "APP_URL=http://localhost:3000",
    "NEXT_PUBLIC_API_URL=https://api.example.com/v",
    "VITE_TITLE=My Shop", "FEATURE_CART=on", "CACHE_TTL=3600", "MAX_UPLOAD_SIZE=1048576",
    "AWS_REGION=eu-central-1",
    "NEXT_PUBLIC_BETA=true", "WORKERS=4",
  ])
  func `a harmless setting goes into the clear`(_ line: String) throws {
    let draft = try draft(line)
    #expect(!draft.isSecret)
    #expect(draft.defaultValue == String(line.split(separator: "=", maxSplits: 1)[1]))
  }

  @Test func `what names the environment is no default for others`() throws {
    let draft = try draft("NODE_ENV=production")
    #expect(!draft.isSecret)
    #expect(draft.defaultValue == nil)
    #expect(draft.values == ["development": "production"])
  }

  @Test(arguments: [
    "API_KEY=x", "PORT=abc", "PORT=99999", "PORT=", "SECRET=true",
    "STRIPE_SECRET_KEY=sk_live_0123456789abcdef",
    "DATABASE_URL=postgres://u:p@h/d", "APP_URL=https://u:p@h", "APP_URL=https://h/?token=x",
    "APP_URL=https://h/abc123",
    "HOST=10.0.0.5", "NODE_ENV=hunter2", "LOG_LEVEL=hunter2", "NEXT_PUBLIC_SECRET=abc",
    "NEXT_PUBLIC_KEY=abcdef",
    "NEXT_PUBLIC_X=sk_live_0123456789abcdef", "VITE_X=hunter2", "REACT_APP_X=a0b1c2d3e4f5a6b7c8d9",
    "DEBUG=hunter2",
    "MAX_PIN=1234", "SESSION_TTL=60", "SOMETHING=3000", "SMTP_PASS=12345",
    "SENTRY_DSN=https://a@b/1", "WORKERS=four",
    "CACHE_TTL=12345678901234", "AWS_REGION=hunter2", "JWT=true", "UNKNOWN=hello",
    "OTP_ENABLED=true", "TZ=hunter2",
    "GITHUB_TOKEN=ghp_0123456789abcdefghij0123456789abcdef",
    "SLACK_WEBHOOK_URL=https://hooks.slack.com/services/T0/B0/x",
    "NEXT_PUBLIC_API_URL=https://hooks.slack.com/services/T0/B0/xxxxxxxxxxxxxxx",
  ])
  func `in doubt it is a secret, and its value stays out`(_ line: String) throws {
    let draft = try draft(line)
    #expect(draft.isSecret)
    #expect(draft.defaultValue == nil)
    #expect(draft.values.isEmpty)
  }

  @Test(arguments: [
    ("DATABASE_URL=postgresql://u:p@h/d", "postgres"), ("X=redis://h", "redis"),
    ("X=mongodb+srv://u:p@h", "mongodb"),
    ("X=mysql://u:p@h/d", "mysql"), ("X=sk_live_0123", "stripe"),
    ("STRIPE_WEBHOOK_SECRET=x", "stripe"),
    ("X=sk-ant-0123", "anthropic"), ("X=sk-0123", "openai"), ("AWS_SECRET_ACCESS_KEY=x", "aws"),
    ("X=AKIA0123", "aws"),
    ("X=ghp_0123", "github"), ("X=SG.abc", "sendgrid"), ("TWILIO_AUTH_TOKEN=x", "twilio"),
    ("X=xoxb-1", "slack"),
    ("SUPABASE_SERVICE_ROLE_KEY=x", "supabase"), ("GOOGLE_API_KEY=x", "google"),
    ("PGPASSWORD=x", "postgres"),
    ("NEXT_PUBLIC_STRIPE_KEY=x", "stripe"), ("PGP_KEY=x", nil), ("SESSION_SECRET=x", nil),
  ])
  func `the provider is guessed`(_ line: String, _ provider: String?) throws {
    #expect(try draft(line).provider == provider)
  }

  @Test(arguments: [
    ("X=postgres://u:p@h/d", VariableType.url, ["postgres", "postgresql"]),
    ("X=https://u:p@h", .url, []),
    ("X='{\"type\": \"service_account\"}'", .json, []), ("X=hello", .string, []),
    ("X=12345", .string, []),
    ("X=\"-----BEGIN A-----\\nAAAA\\n-----END A-----\"", .pem, []),
  ])
  func `a secret's type is guessed from its form`(
    _ line: String, _ type: VariableType, _ schemes: [String]
  ) throws {
    let draft = try draft(line)
    #expect(draft.type == type)
    #expect(draft.schemes == schemes)
  }

  @Test(arguments: [
    ("PORT=3000", false, VariableType.port), ("PORT=", false, .port),
    ("LOG_LEVEL=info|debug", false, .string),
    ("API_KEY=changeme", true, .string), ("DEBUG=app:*", false, .string),
    ("OTHER=3000", true, .string),
    ("DATABASE_URL=postgres://user:password@localhost/db", true, .url),
  ])
  func `of an example only names and forms count`(
    _ line: String, _ isSecret: Bool, _ type: VariableType
  ) throws {
    let draft = try draft(line, .example)
    #expect(draft.isSecret == isSecret)
    #expect(draft.type == type)
    #expect(draft.defaultValue == nil)
  }

  @Test(arguments: [
    ("# The primary database\nX=1", "The primary database"),
    ("#  --- Payments ---\nX=1", "Payments"),
    ("# Where mails\n# are sent from.\nX=1", "Where mails are sent from."),
    ("# old hunter\nX=1", nil),
    ("# hunter2\nX=1", nil), ("# X=hunter\nX=1", nil), ("# password is hunter\nX=1", nil),
    ("# sk_live_abc\nX=1", nil),
    ("# the aBcDeFgHiJ key\nX=1", nil), ("# see https://example.com\nX=1", nil), ("#\nX=1", nil),
    ("# far\n\nX=1", nil),
    ("# one\n# two\n# three\n# four\nX=1", nil), ("# correcthorsebatterystaple\nX=1", nil),
  ])
  func `a real file's comment must be plain words`(_ text: String, _ description: String?) throws {
    #expect(try draft(text).description == description)
  }

  @Test(arguments: [
    (
      "# From https://dashboard.stripe.com/apikeys (test mode)\nX=",
      "From https://dashboard.stripe.com/apikeys (test mode)"
    ),
    ("# e.g. 10 MB\nX=", "e.g. 10 MB"), ("# ghp_0123456789abcdefghij0123456789abcdef\nX=", nil),
    ("# X=1\nX=", nil),
    ("# like a1b2c3d4e5f6\nX=", nil),
  ])
  func `an example's comment may say more`(_ text: String, _ description: String?) throws {
    #expect(try draft(text, .example).description == description)
  }

  @Test(arguments: [
    (".env", Proposal.Source.real), (".env.local", .real), (".env.example", .example),
    (".env.sample", .example),
    ("env.template", .example), (".env.production.dist", .example), ("examples.env", .real),
  ])
  func `the file's name tells an example`(_ name: String, _ source: Proposal.Source) {
    #expect(Proposal.Source(fileName: name) == source)
  }

  @Test func `of duplicates the last counts, in the first one's place`() throws {
    let drafts = try ParsedDotenv("# The port\nPORT=1\nA=x\nPORT=2\n").drafts(.real)
    #expect(drafts.map(\.name) == ["PORT", "A"])
    #expect(drafts[0].defaultValue == "2")
    #expect(drafts[0].description == "The port")
  }

  @Test func `a proposal can be written and read back`() throws {
    let text =
      "# The port\nPORT=3000\nDATABASE_URL=postgres://u:p@h/d\nexport K='a\nb'\nNEXT_PUBLIC_TITLE=My Shop\n"
    let drafts = try ParsedDotenv(text).drafts(.real)
    let manifest = try ManifestEditor.newManifest(
      vaultName: "shop", vaultID: "X", salt: "s", drafts: drafts)
    #expect(
      try Manifest(text: manifest).variables.map(\.name) == [
        "PORT", "DATABASE_URL", "K", "NEXT_PUBLIC_TITLE",
      ])
    #expect(!manifest.contains("u:p@h"))
  }
}
