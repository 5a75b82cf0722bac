extension Policies {
  /// The files of policies/rotation, by name.
  static let playbookFiles: [(name: String, bytes: [UInt8])] = [
    ("anthropic.toml", PackageResources.anthropic_toml),
    ("aws.toml", PackageResources.aws_toml),
    ("generated.toml", PackageResources.generated_toml),
    ("generic-secret.toml", PackageResources.generic_secret_toml),
    ("github.toml", PackageResources.github_toml),
    ("openai.toml", PackageResources.openai_toml),
    ("postgres.toml", PackageResources.postgres_toml),
    ("sendgrid.toml", PackageResources.sendgrid_toml),
    ("slack.toml", PackageResources.slack_toml),
    ("stripe-webhook.toml", PackageResources.stripe_webhook_toml),
    ("stripe.toml", PackageResources.stripe_toml),
    ("supabase.toml", PackageResources.supabase_toml),
  ]
}
