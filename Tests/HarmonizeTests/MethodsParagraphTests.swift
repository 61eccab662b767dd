internal import CellFiles
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
        5,000 cells of 2 batches, told apart by 'donor', were integrated with scharmonize \
        \(scharmonizeVersion). The 2,000 most variable of 20,000 genes were used: those whose \
        dispersion, standardized among genes of similar mean (Satija et al. 2015), was among the \
        highest in the most batches. A count x of a cell with t counts in all entered the model as \
        log(1 + 10,000 x / t). The model is a variational autoencoder (Kingma and Welling 2014) with \
        hidden layers of 256 and 128 units in the encoder, the same in reverse in the decoder, and \
        20 latent dimensions; it describes the counts by negative binomial distributions with one \
        dispersion per gene. The encoder has batch normalization (Ioffe and Szegedy 2015) over all \
        cells of a minibatch and leaves 10% of its units out at random (Srivastava et al. 2014); the \
        decoder has batch normalization over all cells of a minibatch, after each batch's offset at \
        matched composition was taken off, found by ridge regression (κ = 1) on the populations that \
        batches share, with a scale and a shift for each batch. It was trained \
        for 1,562 steps of Adam (Kingma and Ba 2015) on minibatches of 128 cells that mix the \
        batches, each in proportion to the square root of its number of cells; the learning rate was \
        0.002 and fell linearly to a tenth over the last 40% of the steps, and the weight of the \
        Kullback-Leibler divergence rose linearly to 0.2 over the first 30%. For the embedding each \
        cell's latent mean was decoded as every batch that the network was trained on in turn, the \
        logarithms of the genes' proportions were averaged and scaled to proportions p that add to \
        one, and the first 20 principal components of log(1 + 10,000 p) were taken. There, clusters \
        of the batches were brought onto each other as Harmony does (Korsunsky et al. 2019), with 100 clusters, θ = 1, σ = 0.1, a ridge penalty of a fifth of the cells expected \
        of a batch in a cluster, at least 40 over the batch's cells, and at most 10 rounds. Cells \
        were laid out in the plane by UMAP (McInnes et al. 2018) with 15 neighbours, a minimum \
        distance of 0.5 and a spread of 1. All random choices followed from seed 0; the SHA-256 of \
        the trained model begins with 0123456789ab.
        """)
    #expect(
      methods.citations.map(\.url) == [
        "", "https://doi.org/10.1038/nbt.3192", "https://arxiv.org/abs/1312.6114",
        "https://arxiv.org/abs/1502.03167", "https://jmlr.org/papers/v15/srivastava14a.html",
        "https://arxiv.org/abs/1412.6980", "https://doi.org/10.1038/s41592-019-0619-0",
        "https://arxiv.org/abs/1802.03426",
      ])
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
        5,000 cells of 2 batches, each a file of its own, were integrated with scharmonize \
        \(scharmonizeVersion). Cells with fewer than 500 counts or fewer than 200 expressed genes \
        were left out of the training, which left 4,000. 900 genes of a given list were used, of \
        20,000 that all files share. A count x of a cell with t counts in all entered the model as \
        log(1 + 10,000 x / t). The model is a variational autoencoder (Kingma and Welling 2014) with \
        3 hidden layers of 64 units, with skip connections (He et al. 2016), in the encoder, the \
        same in reverse in the decoder, and 10 latent dimensions; it describes the counts by Poisson \
        distributions. The encoder has layer normalization (Ba et al. 2016); the decoder has no \
        normalization. It was trained for 1,562 steps of Adam (Kingma and Ba 2015) on minibatches of \
        128 cells, drawn whatever their batch; the learning rate was 0.01 and fell linearly to a \
        tenth over the last 40% of the steps; the Kullback-Leibler divergence had no weight. A \
        critic with hidden layers of 64 and 32 units and layer normalization learned to tell the \
        batches apart by the latent positions, and its reversed gradient (Ganin et al. 2016) was \
        added to the encoder's with a weight that rose linearly to 2.5 over the first 30% of the \
        steps. The embedding is taken from the latent means. No alignment of clusters followed. All \
        random choices followed from seed 7; the SHA-256 of the trained model begins with \
        0123456789ab.
        """)
    #expect(
      methods.citations.map(\.url) == [
        "", "https://arxiv.org/abs/1312.6114", "https://arxiv.org/abs/1512.03385",
        "https://arxiv.org/abs/1607.06450", "https://arxiv.org/abs/1412.6980",
        "https://arxiv.org/abs/1505.07818",
      ])
  }

  @Test func `excluded genes are counted, and the rest may be all that is used`() {
    let some = madeRecord { record in
      record.options.excludedGenes = ["mito", "MT1?"]
      record.genesExcluded = 1_024
    }.methodsParagraph().text
    #expect(
      some.contains(
        " 1,024 genes (mito and MT1?) were left out of the selection, but not of the totals t."))
    let all = madeRecord { record in
      record.options.excludedGenes = ["mito"]
      record.genesExcluded = 13
      record.genesUsed = record.genes - 13
    }.methodsParagraph().text
    #expect(all.contains(" other genes of "))
    let none = madeRecord { $0.genesExcluded = 0 }.methodsParagraph().text
    #expect(!none.contains("left out of the selection"))
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
      "genes were used: those whose variances within the batches add to most.",
      "The values entered the model divided by their gene's standard deviation.",
      "it describes its own input by the squared distance.",
      "of each batch by the moments of the whole minibatch, with a scale and a shift",
      "what that gave was averaged, and the first 20 principal components of these averages were "
        + "taken, each divided by its standard deviation to the power of 0.5.",
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
      "Cells without counts were left out of the training, which left 4,990.",
      "All 20,000 genes that any of the files has were used.",
      "The values, log-normalized before, entered the model as they were.",
    ] { #expect(whole.contains(part), "\(part)") }
  }
}
