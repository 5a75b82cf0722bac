// swift-tools-version: 6.2
import PackageDescription

/// Every Swift target: Swift 6 language mode, imports that say what they expose, warnings as errors.
let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .treatAllWarnings(as: .error),
]

/// Targets that parse hostile bytes or hold secrets say `unsafe` wherever they leave checked memory.
let guarded: [SwiftSetting] = strict + [.strictMemorySafety()]

let argumentParser: Target.Dependency = .product(
  name: "ArgumentParser", package: "swift-argument-parser")

/// The files of policies/, each embedded: the folders' own tables (DetectorFiles.swift, RecipeFiles.swift,
/// PlaybookFiles.swift) name them once more.
let policyFiles = [
  "launch.toml",
  "detectors/ai.toml",
  "detectors/apps.toml",
  "detectors/cloud.toml",
  "detectors/code-hosting.toml",
  "detectors/databases.toml",
  "detectors/generic.toml",
  "detectors/hosting.toml",
  "detectors/identity.toml",
  "detectors/keys.toml",
  "detectors/mail.toml",
  "detectors/messaging.toml",
  "detectors/monitoring.toml",
  "detectors/packages.toml",
  "detectors/payments.toml",
  "platforms/cloudflare.toml",
  "platforms/fly.toml",
  "platforms/github-actions.toml",
  "platforms/heroku.toml",
  "platforms/netlify.toml",
  "platforms/railway.toml",
  "platforms/render.toml",
  "platforms/vercel.toml",
  "rotation/anthropic.toml",
  "rotation/aws.toml",
  "rotation/generated.toml",
  "rotation/generic-secret.toml",
  "rotation/github.toml",
  "rotation/openai.toml",
  "rotation/postgres.toml",
  "rotation/sendgrid.toml",
  "rotation/slack.toml",
  "rotation/stripe-webhook.toml",
  "rotation/stripe.toml",
  "rotation/supabase.toml",
]

let package = Package(
  name: "coffer",
  products: [
    .executable(name: "coffer", targets: ["coffer"]),
    .executable(name: "coffer-scan", targets: ["coffer-scan"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
  ],
  targets: [
    // C libraries, each behind one target.
    .systemLibrary(
      name: "CSodium", pkgConfig: "libsodium", providers: [.apt(["libsodium-dev"])]),
    .target(name: "CSQLite", linkerSettings: [.linkedLibrary("sqlite3"), .linkedLibrary("m")]),
    .target(
      name: "CGit2",
      // After libgit2, what it stands on: a static link needs them by name.
      linkerSettings: ["git2", "mbedtls", "mbedx509", "mbedcrypto", "http_parser", "pcre2-8", "z"].map {
        .linkedLibrary($0)
      }),
    .systemLibrary(
      name: "CVectorscan", pkgConfig: "libhs", providers: [.apt(["libvectorscan-dev"])]),
    .systemLibrary(
      name: "CPCRE2", pkgConfig: "libpcre2-8", providers: [.apt(["libpcre2-dev"])]),
    .systemLibrary(name: "CDeflate", providers: [.apt(["libdeflate-dev"])]),
    .target(name: "CPlatform"),

    // Libraries, from the ground up.
    .target(name: "Platform", dependencies: ["CPlatform"], swiftSettings: strict),
    .target(name: "Sealing", dependencies: ["CSodium"], swiftSettings: guarded),
    .target(
      name: "Vault", dependencies: ["Sealing", "Platform", "CSQLite"], swiftSettings: guarded),
    .target(name: "Audit", dependencies: ["Platform", "Sealing"], swiftSettings: guarded),
    .target(name: "TOML", swiftSettings: guarded),
    .target(name: "Project", dependencies: ["TOML"], swiftSettings: guarded),
    .target(name: "Platforms", dependencies: ["TOML"], swiftSettings: guarded),
    .target(
      name: "Policies", dependencies: ["Platform"], path: "policies",
      exclude: ["detectors/README.md", "platforms/README.md", "rotation/README.md"],
      resources: policyFiles.map { .embedInCode($0) }, swiftSettings: strict),
    .target(
      name: "Launch", dependencies: ["Platform", "Sealing", "TOML"], swiftSettings: guarded),
    .target(name: "KnownValues", dependencies: ["Sealing"], swiftSettings: guarded),
    .target(name: "Findings", swiftSettings: strict),
    .target(name: "Leaks", dependencies: ["Vault", "Sealing"], swiftSettings: guarded),
    .target(
      name: "Rotation", dependencies: ["Vault", "Leaks", "Sealing", "TOML"], swiftSettings: guarded),
    .target(name: "Git", dependencies: ["CGit2", "CDeflate"], swiftSettings: guarded),
    .target(
      name: "Detection",
      dependencies: ["CVectorscan", "CPCRE2", "Findings", "TOML", "Sealing", "Platform"],
      swiftSettings: guarded),
    .target(
      name: "Scanning",
      dependencies: ["Git", "Detection", "KnownValues", "Findings", "Platform", "Sealing"], swiftSettings: guarded),
    // What `coffer scan` and `coffer-scan` take: one declaration for both.
    .target(name: "ScanArguments", dependencies: [argumentParser], swiftSettings: strict),

    // The programs.
    .executableTarget(
      name: "coffer",
      dependencies: [
        "Vault", "Audit", "Project", "Launch", "Leaks", "Rotation", "KnownValues", "Platforms", "Policies", "Platform",
        "Sealing", "ScanArguments", argumentParser,
      ],
      swiftSettings: strict),
    .executableTarget(
      name: "coffer-scan",
      dependencies: [
        "Scanning", "Git", "Detection", "KnownValues", "Findings", "Project", "Policies", "Platform",
        "Sealing", "ScanArguments", argumentParser,
      ],
      swiftSettings: strict),

    // Tests: one folder a target, and the built program as a user runs it.
    .testTarget(name: "SealingTests", dependencies: ["Sealing"], swiftSettings: strict),
    .testTarget(name: "PlatformTests", dependencies: ["Platform", "CHarness"], swiftSettings: strict),
    .testTarget(
      name: "VaultTests", dependencies: ["Vault", "Sealing", "Platform"], swiftSettings: strict),
    .testTarget(
      name: "FormatTests", dependencies: ["Vault", "Sealing", "Platform"], swiftSettings: strict),
    .testTarget(name: "AuditTests", dependencies: ["Audit", "Platform", "Sealing"], swiftSettings: strict),
    .testTarget(name: "TOMLTests", dependencies: ["TOML"], swiftSettings: strict),
    .testTarget(name: "ProjectTests", dependencies: ["Project"], swiftSettings: strict),
    .testTarget(name: "PlatformsTests", dependencies: ["Platforms", "Policies"], swiftSettings: strict),
    .testTarget(
      name: "LaunchTests", dependencies: ["Launch", "Platform", "Sealing", "Policies"],
      swiftSettings: strict),
    .testTarget(name: "FindingsTests", dependencies: ["Findings"], swiftSettings: strict),
    .testTarget(name: "KnownValuesTests", dependencies: ["KnownValues", "Sealing"], swiftSettings: strict),
    .testTarget(name: "GitTests", dependencies: ["Git"], swiftSettings: strict),
    .testTarget(
      name: "DetectionTests", dependencies: ["Detection", "KnownValues", "Findings", "Policies", "Sealing"],
      swiftSettings: strict),
    .testTarget(name: "ScanningTests", dependencies: ["Scanning", "Findings"], swiftSettings: strict),
    .testTarget(
      name: "RotationTests", dependencies: ["Rotation", "Leaks", "Vault", "Sealing", "Platform", "Policies"],
      swiftSettings: strict),
    // What Swift's view of Glibc leaves out and a test harness needs: pseudo-terminals, spawning.
    .target(name: "CHarness", path: "Tests/CHarness"),
    .testTarget(
      name: "CommandTests", dependencies: ["Platform", "Sealing", "Vault", "CHarness"], exclude: ["Scripts", "Help"],
      swiftSettings: strict),
  ],
  swiftLanguageModes: [.v6]
)
