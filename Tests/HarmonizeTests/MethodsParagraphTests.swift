internal import CellFiles
internal import Foundation
internal import NeuralNet
internal import Report
import Testing
internal import UMAP
@testable import Alignment
@testable import CountData
@testable import Integration
@testable import Numerics
@testable import Support
@testable import RunReports
@testable import Training

@Suite struct MethodsParagraphTests {
  @Test func `the defaults are said with every number and every work`() {
    let methods = madeRecord().methodsParagraph(umap: UMAPOptions())
    #expect(
      methods.text == """
        5,000 cells of 2 batches (defined by 'donor') were integrated with scharmonize \
        \(scharmonizeVersion). The 2,000 most variable of 20,000 genes were used: those that are \
        among the most variable in the most batches, by dispersion standardized among genes of \
        similar mean (Satija et al. 2015). The input of the model was log(1 + 10,000 x / t) for a \
        count x of a cell with t counts in total. The model is a variational autoencoder (Kingma and \
        Welling 2014) with hidden layers of 256 and 128 units in the encoder, the reverse in the \
        decoder, and 20 latent dimensions; it models the counts with negative binomial distributions \
        and one dispersion per gene. The encoder has batch normalization (Ioffe and Szegedy 2015) \
        over all cells of a minibatch and dropout of 10% of its units (Srivastava et al. 2014); the \
        decoder has batch normalization over all cells of a minibatch after subtraction of each \
        batch's offset at matched composition, estimated by ridge regression (κ = 1) on the \
        populations that batches share, with a scale and a shift for each batch. It was trained for \
        1,562 steps of Adam (Kingma and Ba 2015) on minibatches of 128 cells that mix the batches in \
        proportion to the square roots of their numbers of cells; the learning rate was 0.002 and \
        decreased linearly to a tenth over the last 40% of the steps, and the weight of the \
        Kullback-Leibler divergence increased linearly to 0.2 over the first 30%. For the embedding, \
        the latent mean of each cell was decoded as every batch of the training in turn, the \
        logarithms of the gene proportions were averaged and rescaled to proportions p with sum 1, \
        and the first 20 principal components of log(1 + 10,000 p) were computed. In this space, the \
        batches were aligned within soft clusters as in Harmony (Korsunsky et al. 2019), with 100 \
        clusters, θ = 1, σ = 0.1, a ridge penalty of a fifth of the cells expected of a batch in a \
        cluster (at least 40 divided by the number of cells of the batch), and at most 10 rounds. A \
        two-dimensional layout was computed with UMAP (McInnes et al. 2018), 15 neighbours, a minimum \
        distance of 0.5 and a spread of 1. The random seed was 0; the SHA-256 of the trained model \
        begins with 0123456789ab.
        """)
    #expect(
      methods.citations.map(\.url) == [
        "", "https://doi.org/10.1038/nbt.3192", "https://arxiv.org/abs/1312.6114",
        "https://arxiv.org/abs/1502.03167", "https://jmlr.org/papers/v15/srivastava14a.html",
        "https://arxiv.org/abs/1412.6980", "https://doi.org/10.1038/s41592-019-0619-0",
        "https://arxiv.org/abs/1802.03426",
      ])
  }

  @Test func `several keys, covariates and a protected factor have a sentence each`() {
    let text = madeRecord { record in
      record.batchKey = "donor,chemistry"
      record.normKey = "donor"
      record.protected = ProtectionRecord(
        column: "condition",
        levels: [.init(name: "x", cells: 5, batches: 1), .init(name: "y", cells: 5, batches: 1)])
      record.covariates = [
        CovariateRecord(name: "percent_mito", kind: .continuous, batchAssociation: 0),
        CovariateRecord(name: "phase", kind: .categorical, batchAssociation: 0),
      ]
    }.methodsParagraph().text
    #expect(
      text.contains(
        """
        The batch keys were modelled side by side: the batches of the decoder's norm are the levels of \
        'donor', and the decoder received those of 'chemistry' as centred indicators beside the latent \
        position.
        """))
    #expect(text.contains("was decoded as every batch of the cell's own level in turn"))
    #expect(
      text.contains(
        """
        Batches were compared within the 2 levels of 'condition' only, also by the alignment, so that \
        differences between these levels were kept. The effects of the covariates 'percent_mito' \
        (continuous) and 'phase' (categorical) were removed: the decoder received them, numbers \
        standardized and levels as centred indicators, beside the latent position, and cells were \
        decoded at the means of their batch; in each cluster of the alignment, a ridge regression on \
        batches and covariates removed the rest.
        """))
  }

  @Test func `other options are said, and works that were not used are not cited`() {
    let methods = madeRecord { record in
      record.batchKey = nil
      record.inputs.append(record.inputs[0])
      record.joining = JoiningOptions()
      record.cellsUsed = 4_000
      record.genesUsed = 900
      record.options.geneList = ["a"]
      record.options.minimumCounts = 500
      record.options.minimumGenes = 200
      record.options.model.hidden = [64, 64, 64]
      record.options.model.residual = true
      record.options.model.latent = 10
      record.options.model.encoderNorm = .layer
      record.options.model.decoderNorm = .none
      record.options.model.dropout = 0
      record.options.model.loss = .poisson
      record.options.training.minibatches = .shuffled
      record.options.training.optimizer = .muon
      record.options.training.learningRate = 1e-2
      record.options.training.klWeight = 0
      record.options.training.adversary = 2.5
      record.options.training.criticHidden = [64, 32]
      record.options.space = .latent
      record.options.alignment = nil
      record.options.seed = 7
    }.methodsParagraph()
    #expect(
      methods.text == """
        5,000 cells of 2 batches (one per file) were integrated with scharmonize \
        \(scharmonizeVersion). Cells with fewer than 500 counts or fewer than 200 expressed genes \
        were excluded from the training, leaving 4,000 cells. 900 genes of a given list were used, \
        out of 20,000 genes shared by all files. The input of the model was log(1 + 10,000 x / t) for \
        a count x of a cell with t counts in total. The model is a variational autoencoder (Kingma \
        and Welling 2014) with 3 hidden layers of 64 units, with skip connections (He et al. 2016), \
        in the encoder, the reverse in the decoder, and 10 latent dimensions; it models the counts \
        with Poisson distributions. The encoder has layer normalization (Ba et al. 2016); the decoder \
        has no normalization. It was trained for 1,562 steps of Muon (Jordan et al. 2024) for the \
        wide matrices of hidden layers and the output, and of Adam (Kingma and Ba 2015) for all \
        else, on minibatches of 128 cells drawn irrespective of batch; the learning rate was 0.01 and \
        decreased linearly to a tenth over the last 40% of the steps; the weight of the \
        Kullback-Leibler divergence was 0. A critic with hidden layers of 64 and 32 units and layer \
        normalization was trained to identify the batch from the latent position, and its reversed \
        gradient (Ganin et al. 2016) was added to that of the encoder with a weight that increased \
        linearly to 2.5 over the first 30% of the steps. The embedding was computed from the latent \
        means. Clusters were not aligned. The random seed was 7; the SHA-256 of the trained model \
        begins with 0123456789ab.
        """)
    #expect(
      methods.citations.map(\.url) == [
        "", "https://arxiv.org/abs/1312.6114", "https://arxiv.org/abs/1512.03385",
        "https://arxiv.org/abs/1607.06450", "https://kellerjordan.github.io/posts/muon/",
        "https://arxiv.org/abs/1412.6980", "https://arxiv.org/abs/1505.07818",
      ])
  }

  @Test func `excluded genes are counted, and the rest may be all that is used`() {
    let some = madeRecord { record in
      record.options.excludedGenes = ["mito", "MT1?"]
      record.genesExcluded = 1_024
    }.methodsParagraph().text
    #expect(
      some.contains(
        " 1,024 genes (mito and MT1?) were excluded from the selection, but not from the totals t.")
    )
    let all = madeRecord { record in
      record.options.excludedGenes = ["mito"]
      record.genesExcluded = 13
      record.genesUsed = record.genes - 13
    }.methodsParagraph().text
    #expect(all.contains("All other genes were used, "))
    let none = madeRecord { $0.genesExcluded = 0 }.methodsParagraph().text
    #expect(!none.contains("excluded from the selection"))
  }

  @Test func `values that are no counts are described as they were used`() {
    let scaled = madeRecord {
      $0.values = .scaled
      $0.options.model.loss = .meanSquaredError
      $0.options.model.decoderNorm = .perBatch
      $0.options.model.batchShrinkage = .infinity
      $0.options.componentScaling = 0.5
      $0.options.alignment?.theta = [1, 2.5]
      $0.options.alignment?.ridge = 3
    }.methodsParagraph().text
    for part in [
      "genes were used: those with the largest sums of variances within batches.",
      "The input of the model was the values divided by the standard deviation of their gene.",
      "it minimizes the squared error of its input.",
      "of each batch with the moments of the whole minibatch, and a scale and a shift",
      "as every batch of the training in turn, the outputs were averaged, and the first 20 "
        + "principal components of the averages were computed, each divided by its standard deviation to the power of 0.5.",
      "θ = 1 and 2.5, σ = 0.1, a ridge penalty of 3, and at most 10 rounds.",
    ] { #expect(scaled.contains(part), "\(part)") }
    let whole = madeRecord {
      $0.values = .logNormalized
      $0.genesUsed = 20_000
      $0.joining = JoiningOptions()
      $0.joining?.genes = .outer
      $0.cellsUsed = 4_990
    }.methodsParagraph().text
    for part in [
      "Cells without counts were excluded from the training, leaving 4,990 cells.",
      "All 20,000 genes found in any of the files were used.",
      "The input of the model was the given log-normalized values.",
    ] { #expect(whole.contains(part), "\(part)") }
  }

  @Test(arguments: [Normalization.matched, .perBatch, .batch])
  func `decoding is described as the model decodes`(norm: Normalization) throws {
    var options = CorrectedExpressionTests.options()
    options.model.decoderNorm = norm
    let result = try integrate(CorrectedExpressionTests.cells(), options: options)
    func logarithms(_ batch: DecodedBatch) -> [Float] {
      result.correctedExpression(of: [3], as: batch).values.map { log($0) }
    }
    func spread(_ values: [Float]) -> Float { (values.max() ?? 0) - (values.min() ?? 0) }
    let (first, second) = (logarithms(.batch(0)), logarithms(.batch(1)))
    let average = logarithms(.everyBatch)
    let isMeanOfLogarithms = spread(zip(average, zip(first, second)).map { $0 - ($1.0 + $1.1) / 2 })
    let isMeanOfProportions = spread(
      zip(average, zip(first, second)).map { $0 - log((exp($1.0) + exp($1.1)) / 2) })
    let text = result.record.methodsParagraph().text
    if spread(zip(first, second).map(-)) < 1e-4 {
      #expect(norm == .batch)
      #expect(text.contains("the latent mean of each cell was decoded to gene proportions p, and"))
    } else {
      #expect(isMeanOfLogarithms < 1e-4 && isMeanOfProportions > 1e-3)
      #expect(
        text.contains(
          " was decoded as every batch of the training in turn, the logarithms of the gene "
            + "proportions were averaged and rescaled to proportions p with sum 1, "))
    }
  }

  @Test func `of very many batches a part is decoded, and the paragraph gives the limit`() {
    let options = AutoencoderOptions()
    let limit = Autoencoder.mostDecodedRows
    let phrase = " as each of up to \(limit) batches of the training in turn, "
    #expect(DecodedSpace.methods(options, batches: limit + 1).decoded.hasPrefix(phrase))
    #expect(
      DecodedSpace.methods(options, batches: limit).decoded.hasPrefix(" as every batch of the "))
  }
}
