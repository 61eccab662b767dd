// swift-tools-version: 6.2

import PackageDescription

// A package that depends on scharmonize as another package does: it sees what is public. `.ci/run`
// builds it, and a warning ends the build.
let package = Package(
  name: "Client",
  platforms: [.macOS(.v26)],
  dependencies: [.package(name: "scharmonize", path: "../../..")],
  targets: [
    .executableTarget(
      name: "Script", dependencies: [.product(name: "Harmonize", package: "scharmonize")],
      swiftSettings: [.treatAllWarnings(as: .error)]),
    .executableTarget(
      name: "Calls", dependencies: [.product(name: "Harmonize", package: "scharmonize")],
      swiftSettings: [.treatAllWarnings(as: .error)]),
  ]
)
