// swift-tools-version: 6.2

import PackageDescription

/// The language rules every target keeps to.
let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .strictMemorySafety(),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("ExistentialAny"),
  .treatAllWarnings(as: .error),
]

/// Square roots and logarithms live in libm, which Linux links only when asked.
let libm: [LinkerSetting] = [.linkedLibrary("m", .when(platforms: [.linux]))]

let argumentParser = Target.Dependency.product(
  name: "ArgumentParser", package: "swift-argument-parser")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")

// An arrow of the design is a dependency here, so a backward import does not compile:
// files -> cells -> preprocessing -> minibatches -> autoencoder -> embedding -> files.
let package = Package(
  name: "scharmonize",
  // Array.span and InlineArray need these systems; Linux has no such limit.
  platforms: [.macOS(.v26)],
  products: [
    .library(name: "Harmonize", targets: ["Harmonize"]),
    .executable(name: "scharmonize", targets: ["ScharmonizeCLI"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.6.0"),
  ],
  targets: [
    // What of the machine a process may use
    .target(name: "Machine", swiftSettings: strict),

    // Files
    .systemLibrary(
      name: "CHDF5", pkgConfig: "hdf5",
      providers: [.apt(["libhdf5-dev"]), .brew(["hdf5"])]),
    .systemLibrary(
      name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
    .target(name: "CFaults"),
    .target(
      name: "HDF5", dependencies: ["CFaults", "CHDF5", "CZlib", "Machine"], swiftSettings: strict),
    .target(
      name: "CellFiles", dependencies: ["HDF5", "CZlib", "Machine"], swiftSettings: strict),

    // Numbers
    .target(name: "CKernels", linkerSettings: libm),
    .target(
      name: "Kernels", dependencies: ["CKernels", "Machine"], swiftSettings: strict,
      linkerSettings: libm),
    .target(
      name: "NeuralNet", dependencies: ["Kernels", "Machine"], swiftSettings: strict,
      linkerSettings: libm),

    .target(
      name: "Neighbours", dependencies: ["Kernels"], swiftSettings: strict,
      linkerSettings: libm),
    .target(
      name: "UMAP", dependencies: ["Neighbours", "Kernels", "Machine"], swiftSettings: strict,
      linkerSettings: libm),
    .target(
      name: "Evaluation", dependencies: ["Neighbours", "Kernels", "Machine"],
      swiftSettings: strict, linkerSettings: libm),
    .target(
      name: "Composition", dependencies: ["Kernels"], swiftSettings: strict,
      linkerSettings: libm),
    .target(
      name: "Report",
      resources: [.embedInCode("Page/report.js"), .embedInCode("Page/report.css")],
      swiftSettings: strict),

    // What wraps the program
    .target(name: "Workflows", dependencies: ["CellFiles"], swiftSettings: strict),

    // The stages of the method, each above those whose values it takes
    .target(
      name: "CountData", dependencies: ["CellFiles", "HDF5", "Kernels", "Machine", "NeuralNet"],
      swiftSettings: strict, linkerSettings: libm),
    .target(
      name: "Training",
      dependencies: ["CellFiles", "CountData", "HDF5", "Kernels", "Machine", "NeuralNet"],
      swiftSettings: strict, linkerSettings: libm),
    .target(
      name: "Alignment", dependencies: ["Kernels", "Machine"], swiftSettings: strict,
      linkerSettings: libm),
    .target(
      name: "Simulation", dependencies: ["CellFiles", "HDF5", "Kernels", "Machine"],
      swiftSettings: strict, linkerSettings: libm),

    // The method, its reports, and the programs
    .target(
      name: "Integration",
      dependencies: [
        "Alignment", "CellFiles", "Composition", "CountData", "Evaluation", "HDF5", "Kernels",
        "Machine", "Neighbours", "NeuralNet", "Training", "UMAP",
      ],
      swiftSettings: strict, linkerSettings: libm),
    .target(
      name: "RunReports",
      dependencies: [
        "Alignment", "CellFiles", "CountData", "Evaluation", "Integration", "Kernels", "Machine",
        "NeuralNet", "Report", "Training", "UMAP",
      ],
      swiftSettings: strict),
    .target(
      name: "Harmonize",
      dependencies: [
        "Alignment", "CellFiles", "CountData", "Evaluation", "Integration", "Kernels", "Machine",
        "NeuralNet", "Report", "RunReports", "Simulation", "Training", "UMAP",
      ],
      swiftSettings: strict),
    .executableTarget(
      name: "ScharmonizeCLI",
      dependencies: ["CellFiles", "Harmonize", "Machine", "Workflows", argumentParser, logging],
      swiftSettings: strict),
    .executableTarget(
      name: "Benchmarks",
      dependencies: [
        "CKernels", "CellFiles", "Evaluation", "HDF5", "Harmonize", "Kernels", "Neighbours",
        "NeuralNet", "UMAP",
      ],
      swiftSettings: strict),

    // Tests, one target a module
    .target(
      name: "TestSupport", dependencies: ["HDF5", "Kernels"], path: "Tests/TestSupport",
      swiftSettings: strict),
    .testTarget(
      name: "MachineTests", dependencies: ["Machine", "TestSupport"], swiftSettings: strict),
    .testTarget(name: "HDF5Tests", dependencies: ["HDF5", "TestSupport"], swiftSettings: strict),
    .testTarget(
      name: "CellFilesTests", dependencies: ["CellFiles", "HDF5", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "KernelsTests", dependencies: ["Kernels", "TestSupport"], swiftSettings: strict),
    .testTarget(
      name: "NeuralNetTests", dependencies: ["NeuralNet", "TestSupport"], swiftSettings: strict),
    .testTarget(
      name: "NeighboursTests", dependencies: ["Neighbours", "Kernels", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "UMAPTests",
      dependencies: ["UMAP", "Evaluation", "Neighbours", "Kernels", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "EvaluationTests",
      dependencies: ["Evaluation", "Neighbours", "Kernels", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "CompositionTests", dependencies: ["Composition", "Kernels", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "ReportTests", dependencies: ["Report", "TestSupport"], swiftSettings: strict),
    .testTarget(
      name: "HarmonizeTests",
      dependencies: [
        "Alignment", "CellFiles", "CountData", "Evaluation", "HDF5", "Harmonize", "Integration",
        "Kernels", "Machine", "NeuralNet", "RunReports", "Simulation", "TestSupport", "Training",
        "UMAP",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "WorkflowsTests",
      dependencies: ["Workflows", "ScharmonizeCLI", "CellFiles", "TestSupport", argumentParser],
      swiftSettings: strict),
    .testTarget(
      name: "ScharmonizeCLITests",
      dependencies: [
        "ScharmonizeCLI", "CellFiles", "Evaluation", "Harmonize", "HDF5", "Kernels", "Machine",
        "TestSupport", logging,
      ],
      swiftSettings: strict),
  ]
)
