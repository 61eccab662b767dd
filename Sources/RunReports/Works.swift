internal import Support
internal import Report

extension Publication {
  /// The entry of a report's list of citations.
  var citation: Citation { Citation(text, url: url) }

  static let variableGenes = Publication(
    "Satija et al. 2015",
    "Satija R, Farrell JA, Gennert D, Schier AF, Regev A. Spatial reconstruction of single-cell "
      + "gene expression data. Nature Biotechnology 33, 495–502 (2015).",
    "https://doi.org/10.1038/nbt.3192")

  static let fragments = Publication(
    "Martens et al. 2024",
    "Martens LD, Fischer DS, Yépez VA, Theis FJ, Gagneur J. Modeling fragment counts improves "
      + "single-cell ATAC-seq analysis. Nature Methods 21, 28–31 (2024).",
    "https://doi.org/10.1038/s41592-023-02112-6")

  static let inverseFrequency = Publication(
    "Stuart et al. 2021",
    "Stuart T, Srivastava A, Madad S, Lareau CA, Satija R. Single-cell chromatin state analysis with "
      + "Signac. Nature Methods 18, 1333–1341 (2021).",
    "https://doi.org/10.1038/s41592-021-01282-5")

  static let autoencoder = Publication(
    "Kingma and Welling 2014",
    "Kingma DP, Welling M. Auto-encoding variational Bayes. International Conference on Learning "
      + "Representations (2014).", "https://arxiv.org/abs/1312.6114")

  static let residual = Publication(
    "He et al. 2016",
    "He K, Zhang X, Ren S, Sun J. Deep residual learning for image recognition. IEEE Conference on "
      + "Computer Vision and Pattern Recognition (2016).", "https://arxiv.org/abs/1512.03385")

  static let dropout = Publication(
    "Srivastava et al. 2014",
    "Srivastava N, Hinton G, Krizhevsky A, Sutskever I, Salakhutdinov R. Dropout: a simple way to "
      + "prevent neural networks from overfitting. Journal of Machine Learning Research 15, "
      + "1929–1958 (2014).", "https://jmlr.org/papers/v15/srivastava14a.html")

  static let adam = Publication(
    "Kingma and Ba 2015",
    "Kingma DP, Ba J. Adam: a method for stochastic optimization. International Conference on "
      + "Learning Representations (2015).", "https://arxiv.org/abs/1412.6980")

  static let muon = Publication(
    "Jordan et al. 2024",
    "Jordan K, Jin Y, Boza V, et al. Muon: an optimizer for hidden layers in neural networks (2024).",
    "https://kellerjordan.github.io/posts/muon/")

  static let adversary = Publication(
    "Ganin et al. 2016",
    "Ganin Y, Ustinova E, Ajakan H, et al. Domain-adversarial training of neural networks. Journal "
      + "of Machine Learning Research 17, 1–35 (2016).", "https://arxiv.org/abs/1505.07818")

  static let spectralNorm = Publication(
    "Miyato et al. 2018",
    "Miyato T, Kataoka T, Koyama M, Yoshida Y. Spectral normalization for generative adversarial "
      + "networks. International Conference on Learning Representations (2018).",
    "https://arxiv.org/abs/1802.05957")

  static let harmony = Publication(
    "Korsunsky et al. 2019",
    "Korsunsky I, Millard N, Fan J, et al. Fast, sensitive and accurate integration of single-cell "
      + "data with Harmony. Nature Methods 16, 1289–1296 (2019).",
    "https://doi.org/10.1038/s41592-019-0619-0")

  static let umap = Publication(
    "McInnes et al. 2018",
    "McInnes L, Healy J, Melville J. UMAP: uniform manifold approximation and projection for "
      + "dimension reduction. arXiv (2018).", "https://arxiv.org/abs/1802.03426")

  static let scib = Publication(
    "Luecken et al. 2022",
    "Luecken MD, Büttner M, Chaichoompu K, et al. Benchmarking atlas-level data integration in "
      + "single-cell genomics. Nature Methods 19, 41–50 (2022).",
    "https://doi.org/10.1038/s41592-021-01336-8")
}

extension Citation {
  /// The citation of this program; it has no paper and no address yet.
  static let scharmonize = Citation(
    "scharmonize \(scharmonizeVersion): removal of batch effects from single-cell data by an "
      + "autoencoder with batch normalization.", url: "")
}

/// The cited publications in the order of the text.
struct CitedWorks {
  private(set) var works: [Publication] = []

  /// Returns the citation in the text: authors and year at the first mention, later nothing.
  mutating func cite(_ work: Publication) -> String {
    guard !works.contains(work) else { return "" }
    works.append(work)
    return " (\(work.short))"
  }
}
