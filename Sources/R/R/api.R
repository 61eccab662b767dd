# The calls. Written by make_calls.py from the options of the program; change nothing here.

RunScharmonize <- function(object, ...) UseMethod("RunScharmonize")

RunScharmonize.default <- function(object, ...) not_supported(object)

RunScharmonize.Seurat <- function(
    object, batch = NULL, label = NULL, assay = NULL, layer = "counts",
    reduction.name = "scharmonize", covariate = NULL, from.embedding = NULL,
    gene.names = NULL, protect = NULL, train.labels = NULL, unlabelled = NULL,
    size.factor = NULL, model = NULL, corrected = NULL, corrected.as = NULL,
    corrected.genes = NULL, report = NULL, multiqc = NULL, feature.kind = NULL,
    peak.counts = NULL, n.genes = NULL, genes = NULL, exclude.genes = NULL,
    min.counts = NULL, min.genes = NULL, hidden.sizes = NULL, n.latent = NULL,
    residual = FALSE, encoder.norm = NULL, decoder.norm = NULL, composition = NULL,
    batch.shrinkage = NULL, dropout = NULL, loss = NULL, visits = NULL, max.epochs = NULL,
    minibatch.size = NULL, minibatch.mix = NULL, precision = NULL, optimizer = NULL,
    learning.rate = NULL, kl.weight = NULL, adversary = NULL, critic.norm = NULL,
    critic.hidden.sizes = NULL, seed = NULL, space = NULL, n.components = NULL,
    component.scaling = NULL, no.align = FALSE, theta = NULL, sigma = NULL, lambda = NULL,
    n.clusters = NULL, permutation.test = FALSE, checkpoint = NULL,
    checkpoint.minutes = NULL, resume = FALSE, threads = NULL, memory = NULL,
    scratch = NULL, progress = interactive(), verbose = TRUE, ...) {
  no_more(...)
  options <- list(
    covariate = covariate, from.embedding = from.embedding, gene.names = gene.names,
    protect = protect, train.labels = train.labels, unlabelled = unlabelled,
    size.factor = size.factor, model = model, corrected = corrected,
    corrected.as = corrected.as, corrected.genes = corrected.genes, report = report,
    multiqc = multiqc, feature.kind = feature.kind, peak.counts = peak.counts,
    n.genes = n.genes, genes = genes, exclude.genes = exclude.genes,
    min.counts = min.counts, min.genes = min.genes, hidden.sizes = hidden.sizes,
    n.latent = n.latent, residual = residual, encoder.norm = encoder.norm,
    decoder.norm = decoder.norm, composition = composition,
    batch.shrinkage = batch.shrinkage, dropout = dropout, loss = loss, visits = visits,
    max.epochs = max.epochs, minibatch.size = minibatch.size, minibatch.mix = minibatch.mix,
    precision = precision, optimizer = optimizer, learning.rate = learning.rate,
    kl.weight = kl.weight, adversary = adversary, critic.norm = critic.norm,
    critic.hidden.sizes = critic.hidden.sizes, seed = seed, space = space,
    n.components = n.components, component.scaling = component.scaling, no.align = no.align,
    theta = theta, sigma = sigma, lambda = lambda, n.clusters = n.clusters,
    permutation.test = permutation.test, checkpoint = checkpoint,
    checkpoint.minutes = checkpoint.minutes, resume = resume, threads = threads,
    memory = memory, scratch = scratch)
  parts <- seurat_parts(object, assay, layer, batch, label, c(covariate, protect, train.labels, size.factor), is.null(from.embedding))
  parts$cells$embeddings <- seurat_embeddings(object, from.embedding, "from.embedding")
  found <- integrate_cells(parts$cells, batch, label, options, progress, verbose)
  add_to_seurat(object, found, parts$assay, reduction.name)
}

RunScharmonize.SingleCellExperiment <- function(
    object, batch = NULL, label = NULL, assay = "counts", reduction.name = "scharmonize",
    covariate = NULL, from.embedding = NULL, gene.names = NULL, protect = NULL,
    train.labels = NULL, unlabelled = NULL, size.factor = NULL, model = NULL,
    corrected = NULL, corrected.as = NULL, corrected.genes = NULL, report = NULL,
    multiqc = NULL, feature.kind = NULL, peak.counts = NULL, n.genes = NULL, genes = NULL,
    exclude.genes = NULL, min.counts = NULL, min.genes = NULL, hidden.sizes = NULL,
    n.latent = NULL, residual = FALSE, encoder.norm = NULL, decoder.norm = NULL,
    composition = NULL, batch.shrinkage = NULL, dropout = NULL, loss = NULL, visits = NULL,
    max.epochs = NULL, minibatch.size = NULL, minibatch.mix = NULL, precision = NULL,
    optimizer = NULL, learning.rate = NULL, kl.weight = NULL, adversary = NULL,
    critic.norm = NULL, critic.hidden.sizes = NULL, seed = NULL, space = NULL,
    n.components = NULL, component.scaling = NULL, no.align = FALSE, theta = NULL,
    sigma = NULL, lambda = NULL, n.clusters = NULL, permutation.test = FALSE,
    checkpoint = NULL, checkpoint.minutes = NULL, resume = FALSE, threads = NULL,
    memory = NULL, scratch = NULL, progress = interactive(), verbose = TRUE, ...) {
  no_more(...)
  options <- list(
    covariate = covariate, from.embedding = from.embedding, gene.names = gene.names,
    protect = protect, train.labels = train.labels, unlabelled = unlabelled,
    size.factor = size.factor, model = model, corrected = corrected,
    corrected.as = corrected.as, corrected.genes = corrected.genes, report = report,
    multiqc = multiqc, feature.kind = feature.kind, peak.counts = peak.counts,
    n.genes = n.genes, genes = genes, exclude.genes = exclude.genes,
    min.counts = min.counts, min.genes = min.genes, hidden.sizes = hidden.sizes,
    n.latent = n.latent, residual = residual, encoder.norm = encoder.norm,
    decoder.norm = decoder.norm, composition = composition,
    batch.shrinkage = batch.shrinkage, dropout = dropout, loss = loss, visits = visits,
    max.epochs = max.epochs, minibatch.size = minibatch.size, minibatch.mix = minibatch.mix,
    precision = precision, optimizer = optimizer, learning.rate = learning.rate,
    kl.weight = kl.weight, adversary = adversary, critic.norm = critic.norm,
    critic.hidden.sizes = critic.hidden.sizes, seed = seed, space = space,
    n.components = n.components, component.scaling = component.scaling, no.align = no.align,
    theta = theta, sigma = sigma, lambda = lambda, n.clusters = n.clusters,
    permutation.test = permutation.test, checkpoint = checkpoint,
    checkpoint.minutes = checkpoint.minutes, resume = resume, threads = threads,
    memory = memory, scratch = scratch)
  parts <- sce_parts(object, assay, batch, label, c(covariate, protect, train.labels, size.factor), is.null(from.embedding))
  parts$cells$embeddings <- sce_embeddings(object, from.embedding, "from.embedding")
  found <- integrate_cells(parts$cells, batch, label, options, progress, verbose)
  add_to_sce(object, found, reduction.name)
}

MapScharmonize <- function(object, ...) UseMethod("MapScharmonize")

MapScharmonize.default <- function(object, ...) not_supported(object)

MapScharmonize.Seurat <- function(
    object, model, batch = NULL, covariate = NULL, assay = NULL, layer = "counts",
    reduction.name = "scharmonize", gene.names = NULL, from.embedding = NULL,
    peak.counts = NULL, statistics = NULL, query.shrinkage = NULL, cluster.shrinkage = NULL,
    no.align = FALSE, n.neighbors = NULL, min.confidence = NULL, min.support = NULL,
    certified.radius = FALSE, threads = NULL, memory = NULL, scratch = NULL,
    progress = interactive(), verbose = TRUE, ...) {
  no_more(...)
  options <- list(
    gene.names = gene.names, from.embedding = from.embedding, peak.counts = peak.counts,
    statistics = statistics, query.shrinkage = query.shrinkage,
    cluster.shrinkage = cluster.shrinkage, no.align = no.align, n.neighbors = n.neighbors,
    min.confidence = min.confidence, min.support = min.support,
    certified.radius = certified.radius, threads = threads, memory = memory,
    scratch = scratch)
  parts <- seurat_parts(object, assay, layer, batch, NULL, covariate, is.null(from.embedding))
  parts$cells$embeddings <- seurat_embeddings(object, from.embedding, "from.embedding")
  found <- map_cells(parts$cells, model, batch, options, progress, verbose)
  add_to_seurat(object, found, parts$assay, reduction.name)
}

MapScharmonize.SingleCellExperiment <- function(
    object, model, batch = NULL, covariate = NULL, assay = "counts",
    reduction.name = "scharmonize", gene.names = NULL, from.embedding = NULL,
    peak.counts = NULL, statistics = NULL, query.shrinkage = NULL, cluster.shrinkage = NULL,
    no.align = FALSE, n.neighbors = NULL, min.confidence = NULL, min.support = NULL,
    certified.radius = FALSE, threads = NULL, memory = NULL, scratch = NULL,
    progress = interactive(), verbose = TRUE, ...) {
  no_more(...)
  options <- list(
    gene.names = gene.names, from.embedding = from.embedding, peak.counts = peak.counts,
    statistics = statistics, query.shrinkage = query.shrinkage,
    cluster.shrinkage = cluster.shrinkage, no.align = no.align, n.neighbors = n.neighbors,
    min.confidence = min.confidence, min.support = min.support,
    certified.radius = certified.radius, threads = threads, memory = memory,
    scratch = scratch)
  parts <- sce_parts(object, assay, batch, NULL, covariate, is.null(from.embedding))
  parts$cells$embeddings <- sce_embeddings(object, from.embedding, "from.embedding")
  found <- map_cells(parts$cells, model, batch, options, progress, verbose)
  add_to_sce(object, found, reduction.name)
}

EvaluateScharmonize <- function(object, ...) UseMethod("EvaluateScharmonize")

EvaluateScharmonize.default <- function(object, ...) not_supported(object)

EvaluateScharmonize.Seurat <- function(
    object, reductions = "scharmonize", batch = NULL, label = NULL, uncorrected = NULL,
    assay = NULL, layer = "counts", report = NULL, multiqc = NULL, threads = NULL,
    memory = NULL, scratch = NULL, verbose = TRUE, ...) {
  no_more(...)
  options <- list(
    report = report, multiqc = multiqc, threads = threads, memory = memory,
    scratch = scratch)
  parts <- seurat_parts(object, assay, layer, batch, label,
    with_counts = is.null(uncorrected))
  parts$cells$embeddings <- seurat_embeddings(object, c(reductions, uncorrected))
  parts$cells$trained <- trained_labels(object@misc)
  evaluate_cells(parts$cells, reductions, batch, label, uncorrected, options, verbose)
}

EvaluateScharmonize.SingleCellExperiment <- function(
    object, reductions = "scharmonize", batch = NULL, label = NULL, uncorrected = NULL,
    assay = "counts", report = NULL, multiqc = NULL, threads = NULL, memory = NULL,
    scratch = NULL, verbose = TRUE, ...) {
  no_more(...)
  options <- list(
    report = report, multiqc = multiqc, threads = threads, memory = memory,
    scratch = scratch)
  parts <- sce_parts(object, assay, batch, label,
    with_counts = is.null(uncorrected))
  parts$cells$embeddings <- sce_embeddings(object, c(reductions, uncorrected))
  parts$cells$trained <- trained_labels(S4Vectors::metadata(object))
  evaluate_cells(parts$cells, reductions, batch, label, uncorrected, options, verbose)
}

# The flag of each argument, and how its values are given.
FLAGS <- list(
  integrate = list(
    covariate = list(flag = "--covariate", switch = FALSE, repeats = FALSE, lines = FALSE, path = FALSE),
    from.embedding = list(flag = "--from-embedding", switch = FALSE, repeats = FALSE, lines = FALSE, path = FALSE),
    gene.names = list(flag = "--gene-names", switch = FALSE, repeats = FALSE, lines = FALSE, path = FALSE),
    protect = list(flag = "--protect", switch = FALSE, repeats = FALSE, lines = FALSE, path = FALSE),
    train.labels = list(flag = "--train-labels", switch = FALSE, repeats = FALSE, lines = FALSE, path = FALSE),
    unlabelled = list(flag = "--unlabelled", switch = FALSE, repeats = FALSE, lines = FALSE, path = FALSE),
    size.factor = list(flag = "--size-factor", switch = FALSE, repeats = FALSE, lines = FALSE, path = FALSE),
    model = list(flag = "--model", switch = FALSE, repeats = FALSE, lines = FALSE, path = TRUE),
    corrected = list(flag = "--corrected", switch = FALSE, repeats = FALSE, lines = FALSE, path = TRUE),
    corrected.as = list(flag = "--corrected-as", switch = FALSE, repeats = FALSE, lines = FALSE, path = FALSE),
    corrected.genes = list(flag = "--corrected-genes", switch = FALSE, repeats = FALSE, lines = TRUE, path = TRUE),
    report = list(flag = "--report", switch = FALSE, repeats = FALSE, lines = FALSE, path = TRUE),
    multiqc = list(flag = "--multiqc", switch = FALSE, repeats = FALSE, lines = FALSE, path = TRUE),
    feature.kind = list(flag = "--feature-kind", switch = FALSE, repeats = FALSE, lines = FALSE, path = FALSE),
    peak.counts = list(flag = "--peak-counts", switch = FALSE, repeats = FALSE, lines = FALSE, path = FALSE),
    n.genes = list(flag = "--n-genes", switch = FALSE, repeats = FALSE, lines = FALSE, path = FALSE),
    genes = list(flag = "--genes", switch = FALSE, repeats = FALSE, lines = TRUE, path = TRUE),
    exclude.genes = list(flag = "--exclude-genes", switch = FALSE, repeats = TRUE, lines = FALSE, path = FALSE),
    min.counts = list(flag = "--min-counts", switch = FALSE, repeats = FALSE, lines = FALSE, path = FALSE),
    min.genes = list(flag = "--min-genes", switch = FALSE, repeats = FALSE, lines = FALSE, path = FALSE),
    hidden.sizes = list(flag = "--hidden-sizes", switch = FALSE, repeats = FALSE, lines = FALSE, path = FALSE),
    n.latent = list(flag = "--n-latent", switch = FALSE, repeats = FALSE, lines = FALSE, path = FALSE),
    residual = list(flag = "--residual", switch = TRUE, repeats = FALSE, lines = FALSE, path = FALSE),
    encoder.norm = list(flag = "--encoder-norm", switch = FALSE, repeats = FALSE, lines = FALSE, path = FALSE),
    decoder.norm = list(flag = "--decoder-norm", switch = FALSE, repeats = FALSE, lines = FALSE, path = FALSE),
    composition = list(flag = "--composition", switch = FALSE, repeats = FALSE, lines = FALSE, path = FALSE),
    batch.shrinkage = list(flag = "--batch-shrinkage", switch = FALSE, repeats = FALSE, lines = FALSE, path = FALSE),
    dropout = list(flag = "--dropout", switch = FALSE, repeats = FALSE, lines = FALSE, path = FALSE),
    loss = list(flag = "--loss", switch = FALSE, repeats = FALSE, lines = FALSE, path = FALSE),
    visits = list(flag = "--visits", switch = FALSE, repeats = FALSE, lines = FALSE, path = FALSE),
    max.epochs = list(flag = "--max-epochs", switch = FALSE, repeats = FALSE, lines = FALSE, path = FALSE),
    minibatch.size = list(flag = "--minibatch-size", switch = FALSE, repeats = FALSE, lines = FALSE, path = FALSE),
    minibatch.mix = list(flag = "--minibatch-mix", switch = FALSE, repeats = FALSE, lines = FALSE, path = FALSE),
    precision = list(flag = "--precision", switch = FALSE, repeats = FALSE, lines = FALSE, path = FALSE),
    optimizer = list(flag = "--optimizer", switch = FALSE, repeats = FALSE, lines = FALSE, path = FALSE),
    learning.rate = list(flag = "--learning-rate", switch = FALSE, repeats = FALSE, lines = FALSE, path = FALSE),
    kl.weight = list(flag = "--kl-weight", switch = FALSE, repeats = FALSE, lines = FALSE, path = FALSE),
    adversary = list(flag = "--adversary", switch = FALSE, repeats = FALSE, lines = FALSE, path = FALSE),
    critic.norm = list(flag = "--critic-norm", switch = FALSE, repeats = FALSE, lines = FALSE, path = FALSE),
    critic.hidden.sizes = list(flag = "--critic-hidden-sizes", switch = FALSE, repeats = FALSE, lines = FALSE, path = FALSE),
    seed = list(flag = "--seed", switch = FALSE, repeats = FALSE, lines = FALSE, path = FALSE),
    space = list(flag = "--space", switch = FALSE, repeats = FALSE, lines = FALSE, path = FALSE),
    n.components = list(flag = "--n-components", switch = FALSE, repeats = FALSE, lines = FALSE, path = FALSE),
    component.scaling = list(flag = "--component-scaling", switch = FALSE, repeats = FALSE, lines = FALSE, path = FALSE),
    no.align = list(flag = "--no-align", switch = TRUE, repeats = FALSE, lines = FALSE, path = FALSE),
    theta = list(flag = "--theta", switch = FALSE, repeats = FALSE, lines = FALSE, path = FALSE),
    sigma = list(flag = "--sigma", switch = FALSE, repeats = FALSE, lines = FALSE, path = FALSE),
    lambda = list(flag = "--lambda", switch = FALSE, repeats = FALSE, lines = FALSE, path = FALSE),
    n.clusters = list(flag = "--n-clusters", switch = FALSE, repeats = FALSE, lines = FALSE, path = FALSE),
    permutation.test = list(flag = "--permutation-test", switch = TRUE, repeats = FALSE, lines = FALSE, path = FALSE),
    checkpoint = list(flag = "--checkpoint", switch = FALSE, repeats = FALSE, lines = FALSE, path = TRUE),
    checkpoint.minutes = list(flag = "--checkpoint-minutes", switch = FALSE, repeats = FALSE, lines = FALSE, path = FALSE),
    resume = list(flag = "--resume", switch = TRUE, repeats = FALSE, lines = FALSE, path = FALSE),
    threads = list(flag = "--threads", switch = FALSE, repeats = FALSE, lines = FALSE, path = FALSE),
    memory = list(flag = "--memory", switch = FALSE, repeats = FALSE, lines = FALSE, path = FALSE),
    scratch = list(flag = "--scratch", switch = FALSE, repeats = FALSE, lines = FALSE, path = TRUE)),
  map = list(
    gene.names = list(flag = "--gene-names", switch = FALSE, repeats = FALSE, lines = FALSE, path = FALSE),
    from.embedding = list(flag = "--from-embedding", switch = FALSE, repeats = FALSE, lines = FALSE, path = FALSE),
    peak.counts = list(flag = "--peak-counts", switch = FALSE, repeats = FALSE, lines = FALSE, path = FALSE),
    statistics = list(flag = "--statistics", switch = FALSE, repeats = FALSE, lines = FALSE, path = FALSE),
    query.shrinkage = list(flag = "--query-shrinkage", switch = FALSE, repeats = FALSE, lines = FALSE, path = FALSE),
    cluster.shrinkage = list(flag = "--cluster-shrinkage", switch = FALSE, repeats = FALSE, lines = FALSE, path = FALSE),
    no.align = list(flag = "--no-align", switch = TRUE, repeats = FALSE, lines = FALSE, path = FALSE),
    n.neighbors = list(flag = "--n-neighbors", switch = FALSE, repeats = FALSE, lines = FALSE, path = FALSE),
    min.confidence = list(flag = "--min-confidence", switch = FALSE, repeats = FALSE, lines = FALSE, path = FALSE),
    min.support = list(flag = "--min-support", switch = FALSE, repeats = FALSE, lines = FALSE, path = FALSE),
    certified.radius = list(flag = "--certified-radius", switch = TRUE, repeats = FALSE, lines = FALSE, path = FALSE),
    threads = list(flag = "--threads", switch = FALSE, repeats = FALSE, lines = FALSE, path = FALSE),
    memory = list(flag = "--memory", switch = FALSE, repeats = FALSE, lines = FALSE, path = FALSE),
    scratch = list(flag = "--scratch", switch = FALSE, repeats = FALSE, lines = FALSE, path = TRUE)),
  evaluate = list(
    report = list(flag = "--report", switch = FALSE, repeats = FALSE, lines = FALSE, path = TRUE),
    multiqc = list(flag = "--multiqc", switch = FALSE, repeats = FALSE, lines = FALSE, path = TRUE),
    threads = list(flag = "--threads", switch = FALSE, repeats = FALSE, lines = FALSE, path = FALSE),
    memory = list(flag = "--memory", switch = FALSE, repeats = FALSE, lines = FALSE, path = FALSE),
    scratch = list(flag = "--scratch", switch = FALSE, repeats = FALSE, lines = FALSE, path = TRUE)))

# The argument of each flag, for the program's sentences.
KEYWORDS <- c(
  "adversary" = "adversary",
  "batch-key" = "batch",
  "batch-shrinkage" = "batch.shrinkage",
  "certified-radius" = "certified.radius",
  "checkpoint" = "checkpoint",
  "checkpoint-minutes" = "checkpoint.minutes",
  "cluster-shrinkage" = "cluster.shrinkage",
  "component-scaling" = "component.scaling",
  "composition" = "composition",
  "corrected" = "corrected",
  "corrected-as" = "corrected.as",
  "corrected-genes" = "corrected.genes",
  "covariate" = "covariate",
  "critic-hidden-sizes" = "critic.hidden.sizes",
  "critic-norm" = "critic.norm",
  "decoder-norm" = "decoder.norm",
  "dropout" = "dropout",
  "encoder-norm" = "encoder.norm",
  "exclude-genes" = "exclude.genes",
  "feature-kind" = "feature.kind",
  "from-embedding" = "from.embedding",
  "gene-names" = "gene.names",
  "genes" = "genes",
  "hidden-sizes" = "hidden.sizes",
  "kl-weight" = "kl.weight",
  "label-key" = "label",
  "lambda" = "lambda",
  "layer" = "layer",
  "learning-rate" = "learning.rate",
  "loss" = "loss",
  "max-epochs" = "max.epochs",
  "memory" = "memory",
  "min-confidence" = "min.confidence",
  "min-counts" = "min.counts",
  "min-genes" = "min.genes",
  "min-support" = "min.support",
  "minibatch-mix" = "minibatch.mix",
  "minibatch-size" = "minibatch.size",
  "model" = "model",
  "multiqc" = "multiqc",
  "n-clusters" = "n.clusters",
  "n-components" = "n.components",
  "n-genes" = "n.genes",
  "n-latent" = "n.latent",
  "n-neighbors" = "n.neighbors",
  "no-align" = "no.align",
  "optimizer" = "optimizer",
  "peak-counts" = "peak.counts",
  "permutation-test" = "permutation.test",
  "precision" = "precision",
  "protect" = "protect",
  "query-shrinkage" = "query.shrinkage",
  "report" = "report",
  "residual" = "residual",
  "resume" = "resume",
  "scratch" = "scratch",
  "seed" = "seed",
  "sigma" = "sigma",
  "size-factor" = "size.factor",
  "space" = "space",
  "statistics" = "statistics",
  "theta" = "theta",
  "threads" = "threads",
  "train-labels" = "train.labels",
  "unlabelled" = "unlabelled",
  "visits" = "visits")
