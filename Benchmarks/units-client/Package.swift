// swift-tools-version: 6.2
import PackageDescription

// Measures SystemdManager from within, as another package uses it; see ../units.py.
let package = Package(
  name: "units-client",
  dependencies: [.package(name: "upkeep", path: "../..")],
  targets: [
    .executableTarget(
      name: "units-client",
      dependencies: [
        .product(name: "Systemd", package: "upkeep"), .product(name: "SystemdManager", package: "upkeep"),
      ])
  ],
  swiftLanguageModes: [.v6])
