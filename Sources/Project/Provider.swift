/// Who issues a credential, guessed from how its value starts or from its name. It picks the rotation playbook.
enum Provider {
  /// Prefixes of values. Longer ones first where one starts another.
  private static let valuePrefixes = [
    ("postgres://", "postgres"), ("postgresql://", "postgres"), ("mysql://", "mysql"),
    ("mariadb://", "mysql"),
    ("mongodb://", "mongodb"), ("mongodb+srv://", "mongodb"), ("redis://", "redis"),
    ("rediss://", "redis"),
    ("amqp://", "rabbitmq"), ("amqps://", "rabbitmq"),
    ("sk_live_", "stripe"), ("sk_test_", "stripe"), ("rk_live_", "stripe"), ("rk_test_", "stripe"),
    ("pk_live_", "stripe"), ("pk_test_", "stripe"), ("whsec_", "stripe"),
    ("AKIA", "aws"), ("ASIA", "aws"),
    ("ghp_", "github"), ("gho_", "github"), ("ghu_", "github"), ("ghs_", "github"),
    ("github_pat_", "github"),
    ("glpat-", "gitlab"),
    ("sk-ant-", "anthropic"), ("sk-or-", "openrouter"), ("sk-", "openai"),
    ("AIza", "google"), ("xoxb-", "slack"), ("xoxp-", "slack"), ("xapp-", "slack"),
    ("https://hooks.slack.com/", "slack"),
    ("SG.", "sendgrid"), ("sbp_", "supabase"), ("sb_secret_", "supabase"),
    ("sb_publishable_", "supabase"),
    ("npm_", "npm"), ("hf_", "huggingface"), ("dop_v1_", "digitalocean"), ("shpat_", "shopify"),
  ]

  /// First words of names.
  private static let namePrefixes = [
    ("STRIPE_", "stripe"), ("AWS_", "aws"), ("GITHUB_", "github"), ("GH_", "github"),
    ("GITLAB_", "gitlab"),
    ("OPENAI_", "openai"), ("ANTHROPIC_", "anthropic"), ("CLAUDE_", "anthropic"),
    ("GOOGLE_", "google"),
    ("GEMINI_", "google"), ("GCP_", "google"), ("FIREBASE_", "firebase"), ("SLACK_", "slack"),
    ("SENDGRID_", "sendgrid"),
    ("TWILIO_", "twilio"), ("SUPABASE_", "supabase"), ("POSTGRES_", "postgres"), ("PG", "postgres"),
    ("MYSQL_", "mysql"), ("MONGODB_", "mongodb"), ("MONGO_", "mongodb"), ("REDIS_", "redis"),
    ("UPSTASH_", "upstash"),
    ("RESEND_", "resend"), ("MAILGUN_", "mailgun"), ("POSTMARK_", "postmark"),
    ("CLOUDFLARE_", "cloudflare"),
    ("CF_", "cloudflare"), ("AZURE_", "azure"), ("SENTRY_", "sentry"), ("DATADOG_", "datadog"),
    ("DD_", "datadog"),
    ("SHOPIFY_", "shopify"), ("PAYPAL_", "paypal"), ("CLERK_", "clerk"), ("AUTH0_", "auth0"),
    ("VERCEL_", "vercel"),
    ("DISCORD_", "discord"), ("TELEGRAM_", "telegram"), ("NPM_", "npm"), ("HF_", "huggingface"),
    ("HUGGINGFACE_", "huggingface"), ("DIGITALOCEAN_", "digitalocean"), ("ALGOLIA_", "algolia"),
    ("CLOUDINARY_", "cloudinary"), ("PLAID_", "plaid"), ("LINEAR_", "linear"),
    ("NOTION_", "notion"),
  ]

  /// The provider by the value, else by the name after any public prefix; nil when neither tells.
  static func guess(name: String, value: RawSpan) -> String? {
    if let found = valuePrefixes.first(where: { value.has($0.0, at: 0) }) { return found.1 }
    let upper = name.uppercased()
    let prefix = Check.publicPrefixes.first { upper.hasPrefix($0) } ?? ""
    let rest = String(upper.dropFirst(prefix.count))
    guard let found = namePrefixes.first(where: { rest.hasPrefix($0.0) }) else { return nil }
    // libpq's own variables: PGHOST, PGPASSWORD …, not PGP_KEY.
    if found.0 == "PG", rest.contains("_") || rest.hasPrefix("PGP") {
      return rest.hasPrefix("PGPASS") ? "postgres" : nil
    }
    return found.1
  }
}
