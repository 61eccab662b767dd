internal import NeuralNet
@testable import Alignment
@testable import Integration
@testable import Training

extension EdgeTests {
  /// Options at their ends.
  static let options: [EdgeCase] = [
    EdgeCase("more genes asked for than there are") {
      edgeCells(30)
    } change: {
      $0.geneCount = 65_536
    },
    EdgeCase("one gene asked for", .works()) {
      edgeCells(60)
    } change: {
      $0.geneCount = 1
    },
    EdgeCase("one latent dimension") {
      edgeCells(30)
    } change: {
      $0.model.latent = 1
    },
    EdgeCase("more latent dimensions than cells") {
      edgeCells(30)
    } change: {
      $0.model.latent = 200
    },
    EdgeCase("one hidden unit") {
      edgeCells(30)
    } change: {
      $0.model.hidden = [1]
    },
    EdgeCase("one hidden unit under layer norm") {
      edgeCells(30)
    } change: {
      $0.model.hidden = [1]
      $0.model.encoderNorm = .layer
      $0.model.decoderNorm = .layer
    },
    EdgeCase("one component", .works(components: 1)) {
      edgeCells(30)
    } change: {
      $0.components = 1
    },
    EdgeCase("more components than genes", .works(components: 12)) {
      edgeCells(30)
    } change: {
      $0.components = 1024
    },
    EdgeCase("more components than cells", .works(components: 6)) {
      edgeCells(7)
    } change: {
      $0.components = 1024
    },
    EdgeCase("one cluster") {
      edgeCells(30)
    } change: {
      $0.alignment?.clusters = 1
    },
    EdgeCase("more clusters than cells") {
      edgeCells(30)
    } change: {
      $0.alignment?.clusters = .max
    },
    EdgeCase(
      "theta without end", .misused("`theta` cannot be [1e+300]; give numbers from 0 to 1000")
    ) {
      edgeCells(30)
    } change: {
      $0.alignment?.theta = [1e300]
    },
    EdgeCase("the largest theta") {
      edgeCells(30)
    } change: {
      $0.alignment?.theta = [1000]
    },
    EdgeCase("the largest theta, with clusters as hard as can be") {
      edgeCells(30)
    } change: {
      $0.alignment?.theta = [1000]
      $0.alignment?.sigma = 1e-4
    },
    EdgeCase(
      "harder clusters",
      .misused("`sigma` cannot be 1e-300; give a number from 0.0001 to 10000")
    ) {
      edgeCells(30)
    } change: {
      $0.alignment?.sigma = 1e-300
    },
    EdgeCase("clusters as soft as can be") {
      edgeCells(30)
    } change: {
      $0.alignment?.sigma = 1e4
    },
    EdgeCase(
      "more clusters than memory holds",
      .misused(
        "`clusters` cannot be 1000; give at most 250, as memberships of 600 cells in more would "
          + "not fit `memory`, 586K")
    ) {
      edgeCells(600, genes: 1)
    } change: {
      $0.alignment?.clusters = 1000
      $0.memory = 600_000
    },
    EdgeCase("next to no ridge") {
      edgeCells(30)
    } change: {
      $0.alignment?.ridge = 1e-300
    },
    EdgeCase("a ridge without end") {
      edgeCells(30)
    } change: {
      $0.alignment?.ridge = 1e300
    },
    EdgeCase("minibatches of two") {
      edgeCells(30)
    } change: {
      $0.training.minibatchSize = 2
    },
    EdgeCase("minibatches of three") {
      edgeCells(30)
    } change: {
      $0.training.minibatchSize = 3
    },
    EdgeCase("minibatches as large as can be") {
      edgeCells(30)
    } change: {
      $0.training.minibatchSize = 65_536
    },
    EdgeCase("one visit") {
      edgeCells(30)
    } change: {
      $0.training.visits = 1
    },
    EdgeCase(
      "steps without measure",
      .refused(
        "training failed at step 2: loss is not finite, in a minibatch with cells 'cell0', "
          + "'cell4', 'cell2'; lower `learningRate`, or check these cells")
    ) {
      edgeCells(30)
    } change: {
      $0.training.learningRate = 1e30
    },
    EdgeCase(
      "one step without measure",
      .refused(
        "training failed: the latent position of 30 cells is not finite, first in 'cell0'; lower "
          + "`learningRate`, or check these cells")
    ) {
      edgeCells(30)
    } change: {
      $0.training.learningRate = 1e30
      $0.training.visits = 1
    },
    EdgeCase("steps next to none") {
      edgeCells(30)
    } change: {
      $0.training.learningRate = 0x1p-133
    },
    EdgeCase(
      "a divergence without measure",
      .refused(
        "training failed at step 2: gradient of all parameters is not finite, in a minibatch with "
          + "cells 'cell0', 'cell4', 'cell2'; lower `learningRate`, or check these cells")
    ) {
      edgeCells(30)
    } change: {
      $0.training.klWeight = 1e38
    },
    EdgeCase("a shrinkage without end") {
      edgeCells(30)
    } change: {
      $0.model.batchShrinkage = .infinity
    },
    EdgeCase("the largest shrinkage") {
      edgeCells(30)
    } change: {
      $0.model.batchShrinkage = .greatestFiniteMagnitude
    },
    EdgeCase("batches apart") {
      edgeCells(30, batches: 3)
    } change: {
      $0.training.minibatches = .single
    },
    EdgeCase("latent space") {
      edgeCells(3)
    } change: {
      $0.space = .latent
    },
  ]
}
