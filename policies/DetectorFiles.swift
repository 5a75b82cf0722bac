extension Policies {
  /// The files of policies/detectors, by name.
  static let detectorFiles: [(name: String, bytes: [UInt8])] = [
    ("ai.toml", PackageResources.ai_toml),
    ("apps.toml", PackageResources.apps_toml),
    ("cloud.toml", PackageResources.cloud_toml),
    ("code-hosting.toml", PackageResources.code_hosting_toml),
    ("databases.toml", PackageResources.databases_toml),
    ("generic.toml", PackageResources.generic_toml),
    ("hosting.toml", PackageResources.hosting_toml),
    ("identity.toml", PackageResources.identity_toml),
    ("keys.toml", PackageResources.keys_toml),
    ("mail.toml", PackageResources.mail_toml),
    ("messaging.toml", PackageResources.messaging_toml),
    ("monitoring.toml", PackageResources.monitoring_toml),
    ("packages.toml", PackageResources.packages_toml),
    ("payments.toml", PackageResources.payments_toml),
  ]
}
