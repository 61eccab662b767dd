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
    // What several modules need and none of them is about
    .target(name: "Support", swiftSettings: strict),

    // Files
    .systemLibrary(
      name: "CHDF5", pkgConfig: "hdf5",
      providers: [.apt(["libhdf5-dev"]), .brew(["hdf5"])]),
    .systemLibrary(
      name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
    .target(name: "CFaults"),
    .target(name: "StoredArrays", dependencies: ["CZlib", "Support"], swiftSettings: strict),
    .target(
      name: "HDF5", dependencies: ["CFaults", "CHDF5", "StoredArrays", "Support"],
      swiftSettings: strict),
    .target(
      name: "Zarr", dependencies: ["CZlib", "StoredArrays", "Support"], swiftSettings: strict),
    .target(
      name: "CellFiles", dependencies: ["HDF5", "CZlib", "StoredArrays", "Support", "Zarr"],
      swiftSettings: strict),

    // Numbers
    .target(name: "CKernels", linkerSettings: libm),
    .target(
      name: "Numerics", dependencies: ["CKernels", "Support"], swiftSettings: strict,
      linkerSettings: libm),
    .target(
      name: "NeuralNet", dependencies: ["Numerics", "Support"], swiftSettings: strict,
      linkerSettings: libm),

    .target(
      name: "Neighbours", dependencies: ["Numerics"], swiftSettings: strict,
      linkerSettings: libm),
    .target(
      name: "UMAP", dependencies: ["Neighbours", "Numerics", "Support"], swiftSettings: strict,
      linkerSettings: libm),
    .target(
      name: "Evaluation", dependencies: ["Neighbours", "Numerics", "Support"],
      swiftSettings: strict, linkerSettings: libm),
    .target(
      name: "Composition", dependencies: ["Numerics"], swiftSettings: strict,
      linkerSettings: libm),
    .target(
      name: "Report", dependencies: ["Support"],
      resources: [
        "report.css", "report.js", "drawing.js", "labels.js", "pictures.js", "panels.js",
        "saving.js", "start.js",
      ].map { .embedInCode("Page/\($0)") },
      swiftSettings: strict),

    // What wraps the program
    .target(
      name: "Workflows", dependencies: ["CellFiles", "Support"], swiftSettings: strict),

    // The stages of the method, each above those whose values it takes
    .target(
      name: "CountData", dependencies: ["CellFiles", "HDF5", "Numerics", "Support", "NeuralNet"],
      swiftSettings: strict, linkerSettings: libm),
    .target(
      name: "Training",
      dependencies: ["CellFiles", "CountData", "HDF5", "Numerics", "Support", "NeuralNet"],
      swiftSettings: strict, linkerSettings: libm),
    .target(
      name: "Alignment", dependencies: ["Numerics", "Support"], swiftSettings: strict,
      linkerSettings: libm),
    .target(
      name: "Simulation", dependencies: ["CellFiles", "HDF5", "Numerics", "Support"],
      swiftSettings: strict, linkerSettings: libm),

    // The method, its reports, and the programs
    .target(name: "CArguments"),
    .target(
      name: "Integration",
      dependencies: [
        "Alignment", "CellFiles", "Composition", "CountData", "Evaluation", "HDF5", "Numerics",
        "Support", "Neighbours", "NeuralNet", "Training", "UMAP",
      ],
      swiftSettings: strict, linkerSettings: libm),
    .target(
      name: "RunReports",
      dependencies: [
        "Alignment", "CellFiles", "CountData", "Evaluation", "Integration", "Numerics", "Support",
        "NeuralNet", "Report", "Training", "UMAP",
      ],
      swiftSettings: strict),
    .target(
      name: "Harmonize",
      dependencies: [
        "Alignment", "CellFiles", "CountData", "Evaluation", "Integration", "Numerics", "Support",
        "NeuralNet", "Report", "RunReports", "Simulation", "Training", "UMAP",
      ],
      swiftSettings: strict),
    .executableTarget(
      name: "ScharmonizeCLI",
      dependencies: [
        "CArguments", "CellFiles", "Harmonize", "Numerics", "Support", "Workflows",
        argumentParser, logging,
      ],
      swiftSettings: strict),
    .executableTarget(
      name: "Benchmarks",
      dependencies: [
        "CKernels", "CellFiles", "Evaluation", "HDF5", "Harmonize", "Numerics", "Neighbours",
        "NeuralNet", "StoredArrays", "UMAP", "Zarr",
      ],
      swiftSettings: strict),

    // Tests, one target a module
    .target(
      name: "TestSupport", dependencies: ["HDF5", "Neighbours", "Numerics"],
      path: "Tests/TestSupport", swiftSettings: strict),
    .testTarget(
      name: "SupportTests", dependencies: ["Support", "TestSupport"], swiftSettings: strict),
    .testTarget(name: "HDF5Tests", dependencies: ["HDF5", "TestSupport"], swiftSettings: strict),
    .testTarget(
      name: "ZarrTests", dependencies: ["Numerics", "StoredArrays", "Zarr", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "CellFilesTests", dependencies: ["CellFiles", "HDF5", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "NumericsTests", dependencies: ["CKernels", "Numerics", "Support", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "NeuralNetTests", dependencies: ["NeuralNet", "TestSupport"], swiftSettings: strict),
    .testTarget(
      name: "NeighboursTests", dependencies: ["Neighbours", "Numerics", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "UMAPTests",
      dependencies: ["UMAP", "Evaluation", "Neighbours", "Numerics", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "EvaluationTests",
      dependencies: ["Evaluation", "Neighbours", "Numerics", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "CompositionTests", dependencies: ["Composition", "Numerics", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "ReportTests", dependencies: ["Report", "TestSupport"], swiftSettings: strict),
    .testTarget(
      name: "HarmonizeTests",
      dependencies: [
        "Alignment", "CellFiles", "CountData", "Evaluation", "HDF5", "Harmonize", "Integration",
        "Numerics", "Support", "NeuralNet", "RunReports", "Simulation", "TestSupport", "Training",
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
        "ScharmonizeCLI", "CellFiles", "Evaluation", "Harmonize", "HDF5", "Numerics", "Support",
        "TestSupport", logging,
      ],
      swiftSettings: strict),
  ]
)
