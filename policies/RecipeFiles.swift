extension Policies {
  /// The files of policies/platforms, by name.
  static let recipeFiles: [(name: String, bytes: [UInt8])] = [
    ("cloudflare.toml", PackageResources.cloudflare_toml),
    ("fly.toml", PackageResources.fly_toml),
    ("github-actions.toml", PackageResources.github_actions_toml),
    ("heroku.toml", PackageResources.heroku_toml),
    ("netlify.toml", PackageResources.netlify_toml),
    ("railway.toml", PackageResources.railway_toml),
    ("render.toml", PackageResources.render_toml),
    ("vercel.toml", PackageResources.vercel_toml),
  ]
}
