# What the calls need of an object, and what they add to it, for each class.

needs <- function(package) {
  if (!requireNamespace(package, quietly = TRUE)) {
    raise(sprintf("the package '%s' is not installed, which objects of this class need", package), 70)
  }
}

# Of a table of cells, the columns of a key or several; NULL are those that the program takes itself.
key_columns <- function(table, batch, label, covariates, of) {
  keys <- as.character(if (is.null(batch)) intersect("batch", names(table)) else batch)
  for (key in keys) if (!key %in% names(table)) raise_missing(of, key, names(table), "batch")
  for (key in label) if (!key %in% names(table)) raise_missing(of, key, names(table), "label")
  others <- covariate_names(covariates)
  for (key in others) if (!key %in% names(table)) raise_missing(of, key, names(table), "covariate")
  # A comma parts two keys, and a slash is a folder in HDF5.
  unusable <- grep("[,/]", c(keys, label, others), value = TRUE)
  if (length(unusable)) {
    raise(sprintf("the name of the column '%s' has a comma or a slash; rename it", unusable[1]), 64)
  }
  as.list(table[unique(c(keys, label, others))])
}

# The columns that `covariate` names, without their kinds.
covariate_names <- function(covariates) {
  if (is.null(covariates)) return(character())
  if (!is.character(covariates) || anyNA(covariates)) {
    raise("`covariate`, `protect`, `train.labels` and `size.factor` must be names of columns, without NA", 64)
  }
  sub(":(continuous|categorical)$", "", trimws(unlist(strsplit(covariates, ",", fixed = TRUE))))
}

# Covariates with the kind of their columns, which are handed over as text.
covariates_with_kinds <- function(covariates, columns) {
  if (is.null(covariates)) return(NULL)
  given <- trimws(unlist(strsplit(covariates, ",", fixed = TRUE)))
  names <- covariate_names(covariates)
  is_number <- vapply(columns[names], is.numeric, NA)
  ifelse(given == names & is_number, paste0(given, ":continuous"), given)
}

# The columns of text, which hold further names of genes.
text_columns <- function(table) {
  is_text <- vapply(table, function(column) is.character(column) || is.factor(column), NA)
  as.list(table[is_text & !grepl("/", names(table), fixed = TRUE)])
}

seurat_parts <- function(
    object, assay, layer, batch, label, covariates = NULL, with_counts = TRUE) {
  needs("SeuratObject")
  assays <- names(object@assays)
  if (is.null(assay)) assay <- SeuratObject::DefaultAssay(object)
  if (!assay %in% assays) raise_missing("assay", assay, assays, "assay")
  columns <- key_columns(object@meta.data, batch, label, covariates, "column of meta.data")
  counts <- if (with_counts) sparse_counts(seurat_counts(object[[assay]], layer))
  genes <- NULL
  if (!is.null(counts)) {
    # Layers of Seurat 5 may lack cells of the object.
    missing <- setdiff(colnames(object), colnames(counts))
    if (length(missing)) {
      raise(sprintf(
        "'%s' of the assay '%s' lacks %d cells of object, such as '%s'; take a subset of the cells, or name another `layer` or `assay`",
        layer, assay, length(missing), missing[1]), 65)
    }
    counts <- counts[, colnames(object), drop = FALSE]
  }
  list(
    assay = assay,
    cells = cells_for_program(counts, colnames(object), columns, genes))
}

seurat_counts <- function(assay, layer) {
  if (!inherits(assay, "StdAssay")) {
    if (!layer %in% c("counts", "data", "scale.data")) {
      raise_missing("slot", layer, c("counts", "data", "scale.data"), "layer")
    }
    counts <- SeuratObject::GetAssayData(assay, slot = layer)
    if (!length(counts)) {
      raise(sprintf("the slot '%s' of the assay is empty; name the one with the counts as `layer`", layer), 65)
    }
    return(counts)
  }
  # Seurat 5: one layer, or those of all batches, such as counts.1 and counts.2. Seurat 4 lacks the
  # functions for them.
  of_five <- function(name) getExportedValue("SeuratObject", name)
  layers <- of_five("Layers")(assay)
  found <- layers[layers == layer | startsWith(layers, paste0(layer, "."))]
  if (!length(found)) raise_missing("layer", layer, layers, "layer")
  if (!identical(found, layer)) assay <- of_five("JoinLayers")(assay, layers = layer)
  of_five("LayerData")(assay, layer = layer)
}

add_to_seurat <- function(object, found, assay, name) {
  object[[name]] <- SeuratObject::CreateDimReducObject(
    embeddings = with_names(found$embedding, name), assay = assay, key = key_of(name))
  for (column in names(found$columns)) object[[column]] <- found$columns[[column]]
  object@misc[[name]] <- found$record
  object
}

sce_parts <- function(object, assay, batch, label, covariates = NULL, with_counts = TRUE) {
  needs("SingleCellExperiment")
  counts <- NULL
  genes <- NULL
  if (with_counts) {
    assays <- SummarizedExperiment::assayNames(object)
    if (!assay %in% assays) raise_missing("assay", assay, assays, "assay")
    counts <- sparse_counts(SummarizedExperiment::assay(object, assay))
    genes <- text_columns(as.data.frame(SummarizedExperiment::rowData(object), optional = TRUE))
  }
  table <- as.data.frame(SummarizedExperiment::colData(object), optional = TRUE)
  columns <- key_columns(table, batch, label, covariates, "column of colData")
  names <- colnames(object)
  if (is.null(names)) names <- sprintf("cell_%d", seq_len(ncol(object)))
  list(assay = assay, cells = cells_for_program(counts, names, columns, genes))
}

add_to_sce <- function(object, found, name) {
  embedding <- with_names(found$embedding, name)
  rownames(embedding) <- colnames(object)
  SingleCellExperiment::reducedDim(object, name) <- embedding
  for (column in names(found$columns)) {
    SummarizedExperiment::colData(object)[[column]] <- found$columns[[column]]
  }
  S4Vectors::metadata(object)[[name]] <- found$record
  object
}

# Of the records of an object, the column of labels with which the reduction `scharmonize` was trained;
# NULL without.
trained_labels <- function(records) {
  record <- records[["scharmonize"]]
  options <- if (is.list(record)) record[["options"]]
  column <- if (is.list(options)) options[["train_labels"]]
  if (is.character(column) && length(column) == 1 && !is.na(column)) column
}

# Keys of Seurat have no character but letters and digits before the underscore.
key_of <- function(name) paste0(gsub("[^[:alnum:]]", "", name), "_")

with_names <- function(embedding, name) {
  colnames(embedding) <- paste0(key_of(name), seq_len(ncol(embedding)))
  embedding
}

seurat_embeddings <- function(object, names, argument = "reductions") {
  known <- names(object@reductions)
  lapply(stats::setNames(nm = unique(names)), function(name) {
    if (!name %in% known) raise_missing("reduction", name, known, argument)
    SeuratObject::Embeddings(object[[name]])[colnames(object), , drop = FALSE]
  })
}

sce_embeddings <- function(object, names, argument = "reductions") {
  known <- SingleCellExperiment::reducedDimNames(object)
  lapply(stats::setNames(nm = unique(names)), function(name) {
    if (!name %in% known) raise_missing("reduction", name, known, argument)
    as.matrix(SingleCellExperiment::reducedDim(object, name))
  })
}
