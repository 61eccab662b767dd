import Foundation
import Support
import Testing
import UMAP
@testable import Harmonize

/// Holds the lists of fields to the structs that they are of.
@Suite struct OptionFieldTests {
  @Test func `the fields of every struct are those that it writes`() throws {
    try expectFields(of: AutoencoderOptions())
    try expectFields(of: CriticOptions(), called: ["norm": "criticNorm", "hidden": "criticHidden"])
    try expectFields(of: TrainingOptions())
    try expectFields(of: ClusterAlignmentOptions())
    try expectFields(of: IntegrationOptions())
    try expectFields(of: CheckpointOptions(path: "c"))
    try expectFields(of: MappingOptions())
    try expectFields(of: SimulationOptions())
    try expectFields(of: UMAPOptions())
  }

  @Test func `every property of a struct has a field`() {
    #expect(unlisted(AutoencoderOptions()) == [])
    #expect(unlisted(CriticOptions()) == ["norm", "hidden"])
    #expect(unlisted(TrainingOptions()) == [])
    #expect(unlisted(ClusterAlignmentOptions()) == [])
    #expect(unlisted(IntegrationOptions()) == [])
    #expect(unlisted(CheckpointOptions(path: "c")) == [])
    #expect(unlisted(MappingOptions()) == [])
    #expect(unlisted(SimulationOptions()) == [])
    #expect(unlisted(UMAPOptions()) == [])
  }

  @Test func `defaults are within their ranges, and the help is a sentence`() {
    expectSense(of: AutoencoderOptions())
    expectSense(of: CriticOptions())
    expectSense(of: TrainingOptions())
    expectSense(of: ClusterAlignmentOptions())
    expectSense(of: IntegrationOptions())
    expectSense(of: CheckpointOptions(path: "c"))
    expectSense(of: MappingOptions())
    expectSense(of: SimulationOptions())
    expectSense(of: UMAPOptions())
  }

  @Test func `every range refuses a value, and the error names the field`() throws {
    try expectRefusals(
      of: AutoencoderOptions(),
      [
        "hidden": { $0.hidden = [0] }, "latent": { $0.latent = 0 },
        "encoderNorm": { $0.encoderNorm = .matched },
        "batchShrinkage": { $0.batchShrinkage = -1 }, "dropout": { $0.dropout = .nan },
      ]
    ) { try $0.validate() }
    try expectRefusals(
      of: CriticOptions(),
      ["criticNorm": { $0.norm = .batch }, "criticHidden": { $0.hidden = [] }]
    ) { try $0.validate() }
    try expectRefusals(
      of: TrainingOptions(),
      [
        "visits": { $0.visits = 0 }, "maxEpochs": { $0.maxEpochs = 0 },
        "minibatchSize": { $0.minibatchSize = 65_537 },
        "learningRate": { $0.learningRate = 0 }, "klWeight": { $0.klWeight = .infinity },
        "adversary": { $0.adversary = -1 }, "criticNorm": { $0.criticNorm = .batch },
        "criticHidden": { $0.criticHidden = [1 << 15] },
      ]
    ) { try $0.validate() }
    try expectRefusals(
      of: ClusterAlignmentOptions(),
      [
        "theta": { $0.theta = [] }, "sigma": { $0.sigma = 0 }, "ridge": { $0.ridge = 0 },
        "clusters": { $0.clusters = 0 }, "rounds": { $0.rounds = 0 }, "sweeps": { $0.sweeps = 0 },
      ]
    ) { try $0.validate() }
    try expectRefusals(
      of: IntegrationOptions(),
      [
        "geneCount": { $0.geneCount = 0 }, "minimumCounts": { $0.minimumCounts = -1 },
        "minimumGenes": { $0.minimumGenes = -1 }, "components": { $0.components = 1025 },
        "componentScaling": { $0.componentScaling = .nan }, "threads": { $0.threads = 0 },
        "uncorrectedCells": { $0.uncorrectedCells = -1 }, "memory": { $0.memory = 0 },
        "covariates": { $0.covariates = ["phase", "phase"] }, "protect": { $0.protect = "" },
        "sizeFactor": { $0.sizeFactor = "" },
        "trainLabels": { $0.trainLabels = "" }, "unlabelled": { $0.unlabelled = "" },
      ]
    ) { try $0.validate() }
    try expectRefusals(
      of: CheckpointOptions(path: "no-folder/c"), ["interval": { $0.interval = 0 }]
    ) { _ = try $0.check() }
    try expectRefusals(
      of: MappingOptions(),
      [
        "shrinkage": { $0.shrinkage = -1 }, "clusterShrinkage": { $0.clusterShrinkage = 0 },
        "neighbours": { $0.neighbours = 0 }, "leastConfidence": { $0.leastConfidence = 2 },
        "leastSupport": { $0.leastSupport = -1 },
        "memory": { $0.memory = 0 },
      ]
    ) { try $0.checkRanges() }
    try expectRefusals(
      of: SimulationOptions(),
      [
        "batches": { $0.batches = 0 }, "cellTypes": { $0.cellTypes = 0 },
        "genes": { $0.genes = 1 }, "cells": { $0.cells = 1 << 32 },
        "medianCounts": { $0.medianCounts = 0 }, "batchStrength": { $0.batchStrength = 11 },
        "compositionDifference": { $0.compositionDifference = -1 },
        "programStrength": { $0.programStrength = .nan }, "dispersion": { $0.dispersion = 101 },
      ]
    ) { try $0.validate() }
    try expectRefusals(
      of: UMAPOptions(),
      [
        "neighbours": { $0.neighbours = 1 }, "spread": { $0.spread = 0 },
        "epochs": { $0.epochs = 0 },
      ]
    ) { try $0.validate() }
  }

  @Test func `options are read as they were written`() throws {
    var options = IntegrationOptions()
    options.geneList = ["a"]
    options.alignment = nil
    options.model.batchShrinkage = .infinity
    options.training.learningRate = 0.5
    options.memory = 7
    let data = try JSONEncoder().encode(options)
    #expect(try JSONDecoder().decode(IntegrationOptions.self, from: data) == options)
    let empty = try JSONDecoder().decode(AutoencoderOptions.self, from: Data("{}".utf8))
    #expect(empty == AutoencoderOptions())
  }

  /// Holds the names of the fields to the keys of what the struct writes, but for properties that are
  /// called otherwise.
  private func expectFields<Options: DescribedOptions & Encodable>(
    of options: Options, called names: [String: String] = [:]
  ) throws {
    let fields = Options.fields.filter { $0.uses.contains(.record) }
    let json = try JSONSerialization.jsonObject(with: JSONEncoder().encode(options))
    let keys = Set(try #require(json as? [String: Any]).keys.map { names[$0] ?? $0 })
    #expect(keys.isSubset(of: fields.map(\.name)), "\(Options.self)")
    // What is missing is nil by default.
    for field in fields where !keys.contains(field.name) {
      #expect(field.value(options) == nil, "\(Options.self) does not write '\(field.name)'")
    }
    #expect(Set(Options.fields.map(\.name)).count == Options.fields.count)
    #expect(Set(Options.fields.map(\.key)).count == Options.fields.count)
  }

  /// Returns the properties that no field is of.
  private func unlisted<Options: DescribedOptions>(_ options: Options) -> [String] {
    let names = Set(Options.fields.map(\.name))
    return Mirror(reflecting: options).children.compactMap(\.label).filter { !names.contains($0) }
  }

  private func expectSense<Options: DescribedOptions>(of options: Options) {
    for field in Options.fields {
      let name = "\(Options.self).\(field.name)"
      #expect(field.problem(options) == nil, "\(name)")
      #expect(Options.field(of: field.path)?.name == field.name, "\(name)")
      #expect(field.help.first?.isUppercase == true && field.help.hasSuffix("."), "\(name)")
      #expect(!field.help.contains("--"), "\(name)")
    }
    #expect(options.problem == nil)
  }

  /// Breaks each field that has a range, one at a time.
  private func expectRefusals<Options: DescribedOptions>(
    of options: Options, _ breaks: [String: (inout Options) -> Void],
    validate: (Options) throws -> Void
  ) throws {
    let bounded = Options.fields.filter { !$0.ranges.isEmpty }.map(\.name)
    #expect(Set(bounded) == Set(breaks.keys), "\(Options.self)")
    for (name, breakIt) in breaks {
      var broken = options
      breakIt(&broken)
      #expect(broken.problem?.option == name, "\(Options.self)")
      let error = #expect(throws: (any Error).self, "\(Options.self).\(name)") {
        try validate(broken)
      }
      #expect("\(try #require(error))".contains("`\(name)`"), "\(Options.self)")
    }
  }
}
