// swift-tools-version: 6.2
import PackageDescription

/// One set of settings for every target: the next language mode's rules, and warnings that cannot be overlooked.
/// Who builds with another compiler sets UPKEEP_LENIENT=1, so that a new warning does not stop the build.
let settings: [SwiftSetting] =
  [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("InferIsolatedConformances"),
    .strictMemorySafety(),
  ] + (Context.environment["UPKEEP_LENIENT"] == nil ? [.treatAllWarnings(as: .error)] : [])

/// What `make build` says about the build; a plain `swift build` leaves it at "dev".
func buildFact(_ variable: String) -> String {
  let value = Context.environment[variable] ?? ""
  return "\"\(value.filter { $0.isLetter || $0.isNumber || "+-.:_~".contains($0) })\""
}

let package = Package(
  name: "upkeep",
  products: [
    .executable(name: "upkeep-run", targets: ["upkeep-run"]),
    .executable(name: "upkeep", targets: ["upkeep"]),
    .library(name: "Systemd", targets: ["Systemd"]),
    .library(name: "SystemdManager", targets: ["SystemdManager"]),
    .library(name: "UnitFiles", targets: ["UnitFiles"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
  ],
  targets: [
    .systemLibrary(name: "CSystemd", pkgConfig: "libsystemd", providers: [.apt(["libsystemd-dev"])]),
    // No pkgConfig: libcurl's headers are used, but the library is opened by dlopen when first needed.
    .systemLibrary(name: "CCurl", providers: [.apt(["libcurl4-openssl-dev"])]),
    // The same for libhs, which log patterns need.
    .systemLibrary(name: "CHyperscan", providers: [.apt(["libhyperscan-dev"])]),
    .target(
      name: "CSpawn",
      cSettings: [.enableWarning("all"), .enableWarning("extra"), .treatAllWarnings(as: .error)]),
    .target(
      name: "CBuildInfo",
      cSettings: [
        .define("UPKEEP_VERSION", to: buildFact("UPKEEP_VERSION")),
        .define("UPKEEP_COMMIT", to: buildFact("UPKEEP_COMMIT")),
        .define("UPKEEP_DATE", to: buildFact("UPKEEP_DATE")),
      ]),

    .target(name: "BuildInfo", dependencies: ["CBuildInfo"], swiftSettings: settings),
    .target(name: "UnitFiles", swiftSettings: settings),
    .target(name: "Supervision", dependencies: ["UnitFiles"], swiftSettings: settings),
    .target(name: "Presentation", swiftSettings: settings),
    .target(name: "UnitDesign", dependencies: ["UnitFiles", "Supervision"], swiftSettings: settings),
    .target(name: "Systemd", dependencies: ["CSystemd"], swiftSettings: settings),
    .target(name: "SystemdManager", dependencies: ["Systemd", "UnitFiles"], swiftSettings: settings),
    .target(name: "Processes", dependencies: ["CSpawn", "Systemd", "UnitFiles"], swiftSettings: settings),
    .target(name: "HTTP", dependencies: ["CCurl", "Systemd"], swiftSettings: settings),
    .target(
      name: "Probes", dependencies: ["Supervision", "Systemd", "Processes", "HTTP"], swiftSettings: settings),
    .target(
      name: "LogMatching", dependencies: ["CHyperscan", "Supervision", "UnitFiles"], swiftSettings: settings),
    .target(
      name: "Runner",
      dependencies: [
        "BuildInfo", "UnitFiles", "Supervision", "Systemd", "SystemdManager", "Processes", "Probes",
        "LogMatching",
      ],
      swiftSettings: settings),

    .target(
      name: "Inspection",
      dependencies: ["UnitFiles", "Supervision", "UnitDesign", "Systemd", "SystemdManager"],
      swiftSettings: settings),
    .target(
      name: "Hardening",
      dependencies: [
        "UnitFiles", "Supervision", "UnitDesign", "Systemd", "SystemdManager", "Processes", "Probes",
        "Inspection", "Presentation",
      ],
      swiftSettings: settings),

    .executableTarget(
      name: "upkeep-run", dependencies: ["Runner", "Systemd"], swiftSettings: settings),
    .executableTarget(
      name: "upkeep",
      dependencies: [
        "BuildInfo", "UnitFiles", "Supervision", "UnitDesign", "Systemd", "SystemdManager", "Inspection",
        "Hardening", "Presentation", "Processes", "HTTP", "LogMatching",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: settings),

    // What the tests share; all test targets run in one process, which can have one event loop only.
    .target(
      name: "TestSupport", dependencies: ["Systemd"], path: "Tests/TestSupport", swiftSettings: settings),

    .testTarget(
      name: "UnitFilesTests", dependencies: ["UnitFiles", "TestSupport"], swiftSettings: settings),
    .testTarget(
      name: "SupervisionTests", dependencies: ["Supervision", "UnitFiles", "TestSupport"],
      swiftSettings: settings),
    .testTarget(
      name: "UnitDesignTests", dependencies: ["UnitDesign", "UnitFiles", "Supervision", "TestSupport"],
      swiftSettings: settings),
    .testTarget(name: "PresentationTests", dependencies: ["Presentation"], swiftSettings: settings),
    .testTarget(
      name: "InspectionTests",
      dependencies: ["Inspection", "Systemd", "SystemdManager", "UnitDesign", "UnitFiles", "TestSupport"],
      swiftSettings: settings),
    .testTarget(
      name: "SystemdTests",
      dependencies: ["Systemd", "SystemdManager", "CSystemd", "UnitFiles", "TestSupport"],
      swiftSettings: settings),
    .testTarget(
      name: "ProcessesTests", dependencies: ["Processes", "Systemd", "UnitFiles", "TestSupport"],
      swiftSettings: settings),
    .testTarget(
      name: "ProbesTests",
      dependencies: [
        "CCurl", "Probes", "HTTP", "Processes", "Supervision", "Systemd", "TestSupport",
      ],
      swiftSettings: settings),
    .testTarget(
      name: "LogMatchingTests", dependencies: ["LogMatching", "TestSupport"], swiftSettings: settings),
    .testTarget(name: "RunnerTests", dependencies: ["Runner", "Supervision"], swiftSettings: settings),
    .testTarget(
      name: "MachineTests", dependencies: ["Processes", "UnitFiles", "TestSupport"], swiftSettings: settings),
  ],
  swiftLanguageModes: [.v6]
)
