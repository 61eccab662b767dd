# What the calls do; api.R has their arguments, and FLAGS and KEYWORDS.

# Stops at an argument that no method has.
no_more <- function(...) {
  if (...length()) {
    names <- ...names()
    raise(sprintf(
      "unused argument %s", if (is.null(names) || !nzchar(names[1])) "without a name"
      else paste0("`", names[1], "`")), 64)
  }
}

# The options as the program takes them; NULL and FALSE are left to it.
flags <- function(command, options, folder) {
  table <- FLAGS[[command]]
  unlist(lapply(names(options), function(name) {
    value <- options[[name]]
    flag <- table[[name]]
    if (is.null(value)) return(NULL)
    if (flag$switch) {
      if (!is.logical(value) || length(value) != 1 || is.na(value)) {
        raise(sprintf("`%s` must be TRUE or FALSE", name), 64)
      }
      return(if (value) flag$flag)
    }
    if (anyNA(value) || !is.atomic(value) || !length(value)) {
      raise(sprintf("`%s` must be a value, without NA", name), 64)
    }
    text <- if (is.numeric(value)) format_numbers(value) else as.character(value)
    if (flag$path) text <- path.expand(text)
    if (flag$lines && length(text) > 1) {
      listed <- file.path(folder$path, paste0(name, ".txt"))
      writeLines(enc2utf8(text), listed, useBytes = TRUE)
      return(paste0(flag$flag, "=", listed))
    }
    if (flag$repeats) return(c(flag$flag, text))
    paste0(flag$flag, "=", paste(text, collapse = ","))
  }))
}

format_numbers <- function(values) {
  vapply(values, function(value) {
    if (is.infinite(value)) return(if (value > 0) "inf" else "-inf")
    if (value == round(value) && abs(value) < 1e15) return(sprintf("%.0f", value))
    format(value, digits = 15, scientific = FALSE)
  }, "")
}

# What puts a sentence of the program in terms of the call.
sentence_of <- function(path) {
  function(text) {
    pattern <- "'--([a-z][a-z-]*)(?:[ =]([^']+))?'"
    found <- gregexpr(pattern, text, perl = TRUE)
    regmatches(text, found) <- lapply(regmatches(text, found), function(matches) {
      vapply(matches, function(match) {
        name <- sub(pattern, "\\1", match, perl = TRUE)
        value <- sub(pattern, "\\2", match, perl = TRUE)
        keyword <- KEYWORDS[name]
        if (is.na(keyword)) return(match)
        if (!nzchar(value)) return(paste0("`", keyword, "`"))
        if (!grepl("^[-+.0-9]+$", value)) value <- paste0("\"", value, "\"")
        paste0("`", keyword, " = ", value, "`")
      }, "")
    })
    text <- gsub(paste0("'", path, "'"), "object", text, fixed = TRUE)
    gsub(path, "object", text, fixed = TRUE)
  }
}

# The name of a reduction in a file.
embedding_key <- function(name) paste0("X_", gsub("/", "_", name, fixed = TRUE))

# Runs a command on cells, and returns the embedding, the columns, and the record.
run_on <- function(command, first, cells, batch, label, options, progress, verbose) {
  program <- scharmonizeProgram()
  folder <- temporary_folder()
  on.exit(remove_folder(folder))
  if (length(cells$embeddings)) {
    if (is.null(hdf5_package())) {
      raise("embeddings are handed to the program as HDF5; install the package hdf5r or rhdf5", 70)
    }
    names(cells$embeddings) <- embedding_key(names(cells$embeddings))
    options$from.embedding <- names(cells$embeddings)
  }
  arguments <- c(command, first, flags(command, options, folder))
  if (!is.null(batch)) arguments <- c(arguments, "--batch-key", paste(batch, collapse = ","))
  if (!is.null(label)) arguments <- c(arguments, "--label-key", label)
  handed <- hand_over(cells, folder$path)
  record <- file.path(folder$path, "record.json")
  arguments <- c(
    arguments, handed$options, "--json", record, "-o", handed$output, "--", handed$path)
  run_program(
    program, arguments, folder, shown_progress(progress), sentence_of(handed$path), verbose)
  c(handed$read(), list(record = fromJSON(record)))
}

# Warns of cells without coordinates.
checked <- function(found) {
  missing <- sum(is.na(found$embedding[, 1]))
  if (missing) {
    caution(sprintf(
      "%d cells were left out and have no coordinates; take a subset without them, or install hdf5r",
      missing))
  }
  found
}

integrate_cells <- function(cells, batch, label, options, progress, verbose) {
  options["covariate"] <- list(covariates_with_kinds(options$covariate, cells$columns))
  checked(run_on("integrate", NULL, cells, batch, label, options, progress, verbose))
}

map_cells <- function(cells, model, batch, options, progress, verbose) {
  if (!is.character(model) || length(model) != 1 || is.na(model)) {
    raise("`model` must be the path of a model's file", 64)
  }
  if (verbose && is.null(hdf5_package())) {
    message("labels of the model are not added; they need the package hdf5r or rhdf5")
  }
  checked(run_on(
    "map", path.expand(model), cells, batch, NULL, options, progress, verbose))
}

# The scores of embeddings, a row for each.
evaluate_cells <- function(cells, reductions, batch, label, uncorrected, options, verbose) {
  if (is.null(hdf5_package())) {
    raise("embeddings are handed to the program as HDF5; install the package hdf5r or rhdf5", 70)
  }
  program <- scharmonizeProgram()
  folder <- temporary_folder()
  on.exit(remove_folder(folder))
  key <- embedding_key
  names(cells$embeddings) <- key(names(cells$embeddings))
  path <- file.path(folder$path, "cells.h5ad")
  scores <- file.path(folder$path, "scores.csv")
  write_h5ad(cells, path)
  arguments <- c("evaluate", flags("evaluate", options, folder), "--csv", scores)
  if (!is.null(batch)) arguments <- c(arguments, "--batch-key", batch)
  if (!is.null(label)) arguments <- c(arguments, "--label-key", label)
  if (!is.null(uncorrected)) arguments <- c(arguments, "--uncorrected", key(uncorrected))
  for (name in reductions) arguments <- c(arguments, "--embedding", key(name))
  run_program(
    program, c(arguments, "--", path), folder, shown_progress(FALSE), sentence_of(path), verbose)
  table <- read.csv(scores, row.names = 1, check.names = FALSE)
  found <- match(rownames(table), key(reductions))
  rownames(table) <- ifelse(is.na(found), rownames(table), reductions[found])
  table
}

not_supported <- function(object) {
  raise(sprintf(
    "object is a %s; a Seurat or a SingleCellExperiment is expected", class(object)[1]), 64)
}
