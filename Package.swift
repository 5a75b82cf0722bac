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

let package = Package(
  name: "coffer",
  products: [
    .executable(name: "coffer", targets: ["coffer"])
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
  ],
  targets: [
    // C libraries, each behind one target.
    .systemLibrary(
      name: "CSodium", pkgConfig: "libsodium", providers: [.apt(["libsodium-dev"])]),
    .target(name: "CSQLite", linkerSettings: [.linkedLibrary("sqlite3"), .linkedLibrary("m")]),
    .target(name: "CPlatform"),

    // Libraries, from the ground up.
    .target(name: "Platform", dependencies: ["CPlatform"], swiftSettings: strict),
    .target(name: "Sealing", dependencies: ["CSodium"], swiftSettings: guarded),
    .target(
      name: "Vault", dependencies: ["Sealing", "Platform", "CSQLite"], swiftSettings: guarded),
    .target(name: "TOML", swiftSettings: guarded),
    .target(name: "Project", dependencies: ["TOML"], swiftSettings: guarded),
    .target(
      name: "Policies", dependencies: ["Platform"], path: "policies", resources: [.embedInCode("launch.toml")],
      swiftSettings: strict),
    .target(
      name: "Launch", dependencies: ["Platform", "Sealing", "TOML"], swiftSettings: guarded),

    .target(name: "Rotation", dependencies: ["Vault", "Sealing"], swiftSettings: guarded),

    // The program.
    .executableTarget(
      name: "coffer",
      dependencies: [
        "Vault", "Project", "Launch", "Rotation", "Policies", "Platform", "Sealing", argumentParser,
      ],
      swiftSettings: strict),

    // Tests: one folder a target, and the built program as a user runs it.
    .testTarget(name: "SealingTests", dependencies: ["Sealing"], swiftSettings: strict),
    .testTarget(name: "PlatformTests", dependencies: ["Platform"], swiftSettings: strict),
    .testTarget(
      name: "VaultTests", dependencies: ["Vault", "Sealing", "Platform"], swiftSettings: strict),
    .testTarget(
      name: "FormatTests", dependencies: ["Vault", "Sealing", "Platform"], swiftSettings: strict),
    .testTarget(name: "TOMLTests", dependencies: ["TOML"], swiftSettings: strict),
    .testTarget(name: "ProjectTests", dependencies: ["Project"], swiftSettings: strict),
    .testTarget(
      name: "LaunchTests", dependencies: ["Launch", "Platform", "Sealing", "Policies"],
      swiftSettings: strict),
    // What Swift's view of Glibc leaves out and a test harness needs: pseudo-terminals, spawning.
    .target(name: "CHarness", path: "Tests/CHarness"),
    .testTarget(
      name: "CommandTests", dependencies: ["Platform", "CHarness"], exclude: ["Scripts", "Help"],
      swiftSettings: strict),
  ],
  swiftLanguageModes: [.v6]
)
