packages <- function(...) c("Seurat", "SingleCellExperiment", ...)

test_that("a Seurat object gets the embedding of the command as a reduction", {
  skip_without("Seurat")
  made <- made_up_counts()
  object <- made_up_seurat()
  done <- run(object)
  expect_equal(dim(embedding_of(done)), c(180, 20))
  expect_equal(rownames(embedding_of(done)), colnames(object))
  expect_equal(SeuratObject::Key(done[["scharmonize"]]), "scharmonize_", ignore_attr = TRUE)
  expect_equal(SeuratObject::DefaultAssay(done[["scharmonize"]]), "RNA")
  expect_identical(floats(embedding_of(done)), floats(by_command(made, "--batch-key", "donor")))
  expect_identical(
    SeuratObject::GetAssayData(done, slot = "counts"),
    SeuratObject::GetAssayData(object, slot = "counts"))
  expect_equal(names(done@meta.data), names(object@meta.data))
  expect_equal(done@misc$scharmonize$batches$name, paste0("donor", 1:3))
  expect_length(leftovers(), 0)
})

test_that("a SingleCellExperiment gets the same", {
  skip_without("SingleCellExperiment")
  object <- made_up_sce()
  done <- run(object)
  expected <- by_command(made_up_counts(), "--batch-key", "donor")
  expect_identical(floats(embedding_of(done)), floats(expected))
  expect_equal(rownames(embedding_of(done)), colnames(object))
  expect_equal(S4Vectors::metadata(done)$scharmonize$batches$name, paste0("donor", 1:3))
  expect_identical(SummarizedExperiment::assay(done), SummarizedExperiment::assay(object))
})

test_that("each way to hand over the counts gives the same bytes", {
  skip_without("SingleCellExperiment")
  object <- made_up_sce()
  expected <- floats(by_command(made_up_counts(), "--batch-key", "lab,day"))
  for (way in list("hdf5r", "rhdf5", character())) {
    if (length(way)) skip_if_not_installed(way)
    withr_options <- options(scharmonize.hdf5 = way)
    done <- run(object, c("lab", "day"))
    options(withr_options)
    expect_identical(floats(embedding_of(done)), expected, label = paste(way, "embedding"))
  }
  expect_length(leftovers(), 0)
})

test_that("numbers are continuous covariates, and text is categorical", {
  skip_without("SingleCellExperiment")
  object <- made_up_sce()
  table <- SummarizedExperiment::colData(object)
  object$phase <- rep(c("G1", "S"), each = 3, length.out = ncol(object))
  object$score <- rep(seq(0, 1, length.out = 7), length.out = ncol(object))
  done <- run(object, covariate = c("phase", "score"))
  kinds <- S4Vectors::metadata(done)$scharmonize$covariates$kind
  expect_equal(kinds, c("categorical", "continuous"))
  expect_identical(
    floats(embedding_of(run(object, covariate = "phase,score:continuous"))),
    floats(embedding_of(done)))
  expect_error(run(object, covariate = "fase"), "`covariate`")
})

test_that("a protected factor is handed over", {
  skip_without("SingleCellExperiment")
  object <- made_up_sce()
  object$condition <- rep(c("control", "treated"), each = 3, length.out = ncol(object))
  done <- run(object, protect = "condition")
  expect_equal(S4Vectors::metadata(done)$scharmonize$protected$column, "condition")
})

test_that("sizes of cells are handed over", {
  skip_without("SingleCellExperiment")
  object <- made_up_sce()
  object$area <- rep(c(20.5, 31, 18.25), length.out = ncol(object))
  done <- run(object, size.factor = "area")
  expect_equal(S4Vectors::metadata(done)$scharmonize$size_factor$column, "area")
})

test_that("the column of labels is handed over", {
  skip_without("SingleCellExperiment")
  object <- made_up_sce()
  object$half <- rep(c("x", "unknown", "y"), length.out = ncol(object))
  expect_error(run(object, train.labels = "haf"), "covariate")
  expect_error(run(object, train.labels = c("half", NA)), "without NA")
})

test_that("counts may be dense, and names of cells and columns unusual", {
  skip_without("SingleCellExperiment")
  expected <- floats(embedding_of(run(made_up_sce())))
  object <- made_up_sce()
  SummarizedExperiment::assay(object) <- as.matrix(SummarizedExperiment::assay(object))
  colnames(object) <- paste0("Zelle \u00e4, \"", seq_len(ncol(object)), "\"")
  names(SummarizedExperiment::colData(object))[1] <- "the donor \u00e4"
  for (way in list("hdf5r", "rhdf5", character())) {
    old <- options(scharmonize.hdf5 = way)
    done <- run(object, "the donor \u00e4")
    options(old)
    expect_identical(floats(embedding_of(done)), expected, label = paste(way, "embedding"))
    expect_equal(rownames(embedding_of(done)), colnames(object))
  }
})

test_that("options are arguments, and reach the record", {
  skip_without("Seurat")
  done <- suppressWarnings(run(
    made_up_seurat(), n.genes = 50, hidden.sizes = c(32, 16), residual = TRUE, batch.shrinkage = Inf,
    n.components = 7, exclude.genes = c("GENE1", "GENE2"), reduction.name = "my.reduction"))
  expect_equal(ncol(SeuratObject::Embeddings(done[["my.reduction"]])), 7)
  record <- done@misc$my.reduction
  expect_equal(record$options$model$hidden, c(32, 16))
  expect_true(record$options$model$residual)
  expect_equal(record$options$gene_count, 50)
  chosen <- paste0("GENE", 1:40)
  done <- run(made_up_seurat(), genes = chosen)
  expect_equal(done@misc$scharmonize$genes_used, 40)
})

test_that("progress and notices are shown", {
  skip_without("Seurat")
  stages <- character()
  object <- made_up_seurat()
  done <- run(object, progress = function(stage, fraction) stages <<- union(stages, stage))
  expect_true("training" %in% stages)
  expect_silent(run(object, progress = FALSE))
  lines <- capture.output(type = "message", done <- run(object, verbose = TRUE))
  expect_true(any(grepl("180 cells", lines)))
  expect_false(any(grepl(tempdir(), lines, fixed = TRUE)))
})

test_that("cells without counts have no coordinates if they are not read back", {
  skip_without("SingleCellExperiment")
  object <- made_up_sce()
  SummarizedExperiment::assay(object)[, 5] <- 0
  old <- options(scharmonize.hdf5 = character())
  on.exit(options(old))
  expect_warning(done <- run(object), "1 cells were left out", class = "scharmonizeWarning")
  expect_equal(which(is.na(embedding_of(done)[, 1])), 5, ignore_attr = TRUE)
})

test_that("a model maps new cells with their labels", {
  skip_without("Seurat")
  skip_if(is.null(scharmonize:::hdf5_package()), "no package for HDF5")
  model <- tempfile(fileext = ".h5")
  object <- made_up_seurat()
  done <- run(object, label = "cell_type", model = model)
  expect_true(file.exists(model))
  expect_warning(
    mapped <- MapScharmonize(object, model, batch = "donor", verbose = FALSE, progress = FALSE),
    "new cells have the names of training cells", class = "scharmonizeWarning")
  expect_equal(dim(embedding_of(mapped)), dim(embedding_of(done)))
  labels <- mapped$scharmonize_label
  expect_gt(mean(as.character(labels) == object$cell_type), 0.5)
  new <- made_up_sce()
  colnames(new) <- paste0("new-", seq_len(ncol(new)))
  in_sce <- MapScharmonize(new, model, batch = "donor", verbose = FALSE, progress = FALSE)
  expect_identical(floats(embedding_of(in_sce)), floats(embedding_of(mapped)))
  expect_equal(as.character(in_sce$scharmonize_label), as.character(labels), ignore_attr = TRUE)
})

test_that("embeddings are evaluated", {
  skip_without("Seurat")
  for (way in c("hdf5r", "rhdf5")) {
    skip_if_not_installed(way)
    old <- options(scharmonize.hdf5 = way)
    object <- run(made_up_seurat())
    other <- embedding_of(object)[, 1:5]
    colnames(other) <- paste0("other_", 1:5)
    object[["other"]] <- SeuratObject::CreateDimReducObject(other, key = "other_", assay = "RNA")
    scores <- EvaluateScharmonize(
      object, c("scharmonize", "other"), batch = "donor", label = "cell_type", verbose = FALSE)
    expect_equal(rownames(scores), c("scharmonize", "other", "uncorrected"))
    expect_true("bio_conservation" %in% names(scores))
    both <- EvaluateScharmonize(
      object, batch = "donor", uncorrected = "other", verbose = FALSE)
    expect_equal(rownames(both)[1], "scharmonize")
    options(old)
  }
  expect_length(leftovers(), 0)
})

test_that("scores by labels of the training are marked", {
  skip_without("SingleCellExperiment")
  # Of made-up cells, warnings tell of overcorrection.
  scores_by <- function(object, label) {
    suppressWarnings(
      EvaluateScharmonize(object, batch = "donor", label = label, verbose = FALSE))
  }
  for (way in c("hdf5r", "rhdf5")) {
    skip_if_not_installed(way)
    old <- options(scharmonize.hdf5 = way)
    object <- run(made_up_sce(), train.labels = "cell_type")
    scores <- scores_by(object, "cell_type")
    expect_equal(scores["scharmonize", "trained_labels"], "cell_type")
    expect_equal(scores["uncorrected", "trained_labels"], "")
    other <- scores_by(object, "lab")
    expect_false("trained_labels" %in% names(other))
    without <- scores_by(run(made_up_sce()), "cell_type")
    expect_false("trained_labels" %in% names(without))
    options(old)
  }
  skip_if_not_installed("Seurat")
  object <- run(made_up_seurat(), train.labels = "cell_type")
  scores <- scores_by(object, "cell_type")
  expect_equal(scores["scharmonize", "trained_labels"], "cell_type")
})

test_that("a reduction is aligned instead of the counts", {
  skip_without("SingleCellExperiment")
  skip_if(is.null(scharmonize:::hdf5_package()), "no package for HDF5")
  object <- made_up_sce()
  set.seed(2)
  types <- as.integer(factor(object$cell_type))
  points <- diag(6)[types, ] * 8 + matrix(rnorm(180 * 6), 180) + diag(6)[3 + rep_len(1:3, 180), ] * 3
  SingleCellExperiment::reducedDim(object, "own") <- points
  model <- tempfile(fileext = ".h5")
  done <- RunScharmonize(
    object, batch = "donor", label = "cell_type", from.embedding = "own", model = model,
    threads = 1, verbose = FALSE, progress = FALSE)
  expect_equal(dim(embedding_of(done)), c(180, 6))
  expect_equal(S4Vectors::metadata(done)$scharmonize$options$from_embedding, "X_own")
  colnames(object) <- paste0("new-", seq_len(ncol(object)))
  mapped <- MapScharmonize(
    object, model, batch = "donor", from.embedding = "own", verbose = FALSE, progress = FALSE)
  expect_gt(mean(as.character(mapped$scharmonize_label) == object$cell_type), 0.95)
  expect_error(
    RunScharmonize(object, batch = "donor", from.embedding = "lsi"), "lsi", class = "scharmonizeError")
})
