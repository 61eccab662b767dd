# Cells to the program's files and back: counts and keys alone go out, results come in.

# The cells of a call. `counts` is a dgCMatrix of genes and cells, or NULL; `columns` a data frame of
# keys; `genes` a data frame with further names of the genes; `embeddings` a list of matrices. Cells of
# an evaluation may also have `trained`, the column of labels with which the embedding was trained.
cells_for_program <- function(counts, names, columns, genes = NULL, embeddings = list()) {
  if (!length(names)) raise("object has no cells", 65)
  twice <- names[duplicated(names)]
  if (length(twice)) {
    raise(sprintf(
      "two cells of object have the name '%s'; make the names of cells unique, such as by make.unique()",
      twice[1]), 65)
  }
  if (anyNA(names) || any(!nzchar(names))) raise("a cell of object has no name", 65)
  list(counts = counts, names = names, columns = columns, genes = genes, embeddings = embeddings)
}

# Counts as a sparse matrix of numbers, integers where all are whole.
sparse_counts <- function(counts) {
  counts <- tryCatch(
    if (is(counts, "dgCMatrix")) counts
    else if (is.matrix(counts) || is(counts, "Matrix")) {
      as(as(as(counts, "dMatrix"), "generalMatrix"), "CsparseMatrix")
    } else as(counts, "dgCMatrix"),
    error = function(e) raise(sprintf(
      "the counts of object are a %s, which cannot become a sparse matrix: %s", class(counts)[1],
      conditionMessage(e)), 65))
  if (is.null(rownames(counts))) raise("the genes of object have no names", 65)
  counts
}

numbers <- function(values) {
  if (anyNA(values)) raise("the counts of object have missing values", 65)
  whole <- !length(values) || (all(values == floor(values)) && max(abs(values)) < 2^31)
  if (whole) as.integer(values) else values
}

# A column as text, with the order of its levels.
as_levels <- function(column) {
  if (is.factor(column)) return(droplevels(column))
  factor(as.character(column), levels = as.character(sort(unique(column), method = "radix")))
}

write_h5ad <- function(cells, path) {
  file <- new_hdf5(path)
  on.exit(file$close())
  mark <- function(name, kind, version) {
    file$mark(name, "encoding-type", kind)
    file$mark(name, "encoding-version", version)
  }
  texts <- function(name, values) {
    file$texts(name, values)
    mark(name, "string-array", "0.2.0")
  }
  frame <- function(name, index, columns, write_column) {
    file$group(name)
    mark(name, "dataframe", "0.2.0")
    file$mark(name, "_index", "_index")
    texts(file.path(name, "_index"), index)
    if (length(columns)) file$mark(name, "column-order", names(columns), several = TRUE)
    for (column in names(columns)) write_column(paste0(name, "/", column), columns[[column]])
  }
  mark("/", "anndata", "0.1.0")
  frame("obs", cells$names, cells$columns, function(name, column) {
    column <- as_levels(column)
    codes <- as.integer(column) - 1L
    codes[is.na(codes)] <- -1L
    file$group(name)
    mark(name, "categorical", "0.2.0")
    file$array(paste0(name, "/codes"), codes)
    mark(paste0(name, "/codes"), "array", "0.2.0")
    texts(paste0(name, "/categories"), levels(column))
  })
  # A file has a table of genes, also one of embeddings alone.
  if (is.null(cells$counts)) frame("var", "none", NULL)
  if (!is.null(cells$counts)) {
    frame("var", rownames(cells$counts), cells$genes, function(name, column) {
      texts(name, ifelse(is.na(column), "", as.character(column)))
    })
    # The columns of a dgCMatrix are the rows of a CSR matrix.
    file$group("X")
    mark("X", "csr_matrix", "0.1.0")
    file$mark("X", "shape", rev(dim(cells$counts)), several = TRUE)
    file$array("X/data", numbers(cells$counts@x))
    file$array("X/indices", cells$counts@i)
    file$array("X/indptr", cells$counts@p)
  }
  file$group("obsm")
  mark("obsm", "dict", "0.1.0")
  for (name in names(cells$embeddings)) {
    values <- t(unname(cells$embeddings[[name]]))
    storage.mode(values) <- "double"
    file$array(paste0("obsm/", name), values)
    mark(paste0("obsm/", name), "array", "0.2.0")
  }
  if (!is.null(cells$trained)) {
    for (name in c("uns", "uns/scharmonize", "uns/scharmonize/options")) file$group(name)
    file$texts("uns/scharmonize/options/train_labels", cells$trained)
  }
}

# Without a package for HDF5: a folder as Cell Ranger writes it, and a table with the keys. Names
# that the table of a folder might split stand in the R object alone.
write_market <- function(cells, folder) {
  dir.create(folder)
  numbers(cells$counts@x)
  writeMM(cells$counts, file.path(folder, "matrix.mtx"))
  plain <- !any(grepl("[^[:alnum:]_.:|+/-]", cells$names))
  names <- if (plain) cells$names else sprintf("cell_%d", seq_along(cells$names))
  genes <- rownames(cells$counts)
  if (any(grepl("[\t\r\n\"]", genes))) {
    raise("the name of a gene has a tab, a line end or a quotation mark; remove it, or install hdf5r", 65)
  }
  lines <- function(texts, name) writeLines(enc2utf8(texts), file.path(folder, name), useBytes = TRUE)
  lines(names, "barcodes.tsv")
  lines(paste(genes, genes, "Gene Expression", sep = "\t"), "features.tsv")
  if (length(cells$columns)) {
    write.csv(
      data.frame(cell = names, lapply(cells$columns, as.character), check.names = FALSE),
      paste0(folder, ".csv"), row.names = FALSE, na = "", fileEncoding = "UTF-8")
  }
  names
}

# Writes the cells, and returns the path, the options for them, and `read`, which returns the results
# that the program wrote to `output`.
hand_over <- function(cells, folder) {
  failed <- function(e) {
    if (inherits(e, "scharmonizeError")) stop(e)
    raise(sprintf(
      "the counts cannot be written to '%s': %s The environment variable TMPDIR places the folder, if it is set before R starts.",
      dirname(folder), conditionMessage(e)), 74)
  }
  if (!is.null(hdf5_package())) {
    path <- file.path(folder, "cells.h5ad")
    output <- file.path(folder, "out.h5ad")
    tryCatch(write_h5ad(cells, path), error = failed)
    return(list(
      path = path, output = output, options = "--embedding-only",
      read = function() read_h5ad(output, cells$names)))
  }
  path <- file.path(folder, "cells")
  output <- file.path(folder, "out.csv")
  names <- tryCatch(write_market(cells, path), error = failed)
  list(
    path = path, output = output,
    options = if (length(cells$columns)) c("--cell-table", paste0(path, ".csv")),
    read = function() read_table(output, names, cells$names))
}

read_h5ad <- function(path, names) {
  file <- open_hdf5(path)
  on.exit(file$close())
  embedding <- t(file$read("obsm/X_scharmonize"))
  columns <- list()
  for (name in grep("^scharmonize", file$names("obs"), value = TRUE)) {
    place <- paste0("obs/", name)
    columns[[name]] <- if (file$is_group(place)) {
      codes <- as.integer(file$read(paste0(place, "/codes")))
      factor(codes, seq_along(levels <- file$read(paste0(place, "/categories"))) - 1L, levels)
    } else file$read(place)
  }
  rownames(embedding) <- names
  list(embedding = embedding, columns = columns)
}

# Cells that the program left out have no line; their coordinates are missing.
read_table <- function(path, names, cells) {
  columns <- length(strsplit(readLines(path, 1), ",", fixed = TRUE)[[1]])
  table <- read.csv(
    path, check.names = FALSE, encoding = "UTF-8",
    colClasses = c("character", rep("numeric", columns - 1)))
  embedding <- as.matrix(table[-1])
  embedding <- embedding[match(names, table[[1]]), , drop = FALSE]
  rownames(embedding) <- cells
  list(embedding = embedding, columns = list())
}
