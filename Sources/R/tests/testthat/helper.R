# Options that make a training short.
SHORT <- list(visits = 640, threads = 1, verbose = FALSE, progress = FALSE)

has_program <- function() {
  tryCatch(nzchar(scharmonizeProgram()), scharmonizeError = function(e) FALSE)
}

skip_without <- function(...) {
  skip_if_not(has_program(), "the program is not installed")
  for (package in c(...)) skip_if_not_installed(package)
}

# Counts of three types in three batches, each gene with its own factor in each batch.
made_up_counts <- function(cells = 180, genes = 60) {
  set.seed(1)
  types <- sample(3, cells, replace = TRUE)
  batches <- rep_len(1:3, cells)
  means <- matrix(rgamma(3 * genes, 2), 3)[types, ] * matrix(rlnorm(3 * genes, 0, 0.4), 3)[batches, ]
  counts <- t(matrix(rpois(cells * genes, means), cells))
  dimnames(counts) <- list(paste0("GENE", seq_len(genes)), paste0("cell-", seq_len(cells)))
  list(
    counts = as(as(as(counts * 1, "dMatrix"), "generalMatrix"), "CsparseMatrix"),
    columns = data.frame(
      donor = factor(paste0("donor", batches)), day = batches + 1L,
      lab = ifelse(batches < 3, "here", "there"), cell_type = paste0("type", types),
      row.names = colnames(counts)))
}

made_up_seurat <- function(...) {
  made <- made_up_counts(...)
  Seurat::CreateSeuratObject(made$counts, meta.data = made$columns)
}

made_up_sce <- function(...) {
  made <- made_up_counts(...)
  SingleCellExperiment::SingleCellExperiment(
    list(counts = made$counts), colData = S4Vectors::DataFrame(made$columns))
}

run <- function(object, batch = "donor", ...) {
  do.call(RunScharmonize, utils::modifyList(c(list(object, batch = batch), SHORT), list(...)))
}

embedding_of <- function(object) {
  if (is(object, "Seurat")) SeuratObject::Embeddings(object[["scharmonize"]])
  else SingleCellExperiment::reducedDim(object, "scharmonize")
}

# The bytes of numbers as the program holds them.
floats <- function(values) writeBin(as.vector(unname(values)), raw(), size = 4)

# The embedding that the command line gives for the same cells, from files written here.
by_command <- function(made, ...) {
  folder <- tempfile("command-")
  dir.create(file.path(folder, "cells"), recursive = TRUE)
  Matrix::writeMM(made$counts, file.path(folder, "cells", "matrix.mtx"))
  writeLines(colnames(made$counts), file.path(folder, "cells", "barcodes.tsv"))
  writeLines(
    paste(rownames(made$counts), rownames(made$counts), "Gene Expression", sep = "\t"),
    file.path(folder, "cells", "features.tsv"))
  table <- file.path(folder, "table.csv")
  utils::write.csv(cbind(cell = rownames(made$columns), made$columns), table, row.names = FALSE)
  output <- file.path(folder, "out.csv")
  status <- system2(
    scharmonizeProgram(),
    c("integrate", "--visits", 640, "--threads", 1, "--quiet", "--cell-table", table, ..., "-o",
      output, file.path(folder, "cells")))
  stopifnot(status == 0)
  as.matrix(utils::read.csv(output, row.names = 1))
}

# Nothing of a call may be left behind.
leftovers <- function() list.files(tempdir(), pattern = "^scharmonize-")

failure <- function(expression) {
  code <- substitute(expression)
  frame <- parent.frame()
  error <- expect_error(eval(code, frame), class = "scharmonizeError")
  expect_length(leftovers(), 0)
  error
}
