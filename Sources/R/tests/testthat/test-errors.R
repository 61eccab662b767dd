test_that("keys that are missing are named", {
  skip_without("Seurat")
  error <- failure(run(made_up_seurat(), "doner"))
  expect_equal(error$exit_code, 65)
  expect_equal(
    conditionMessage(error),
    "object has no column of meta.data 'doner'; did you mean 'donor'? Give it as `batch`.")
  error <- failure(run(made_up_seurat(), label = "kind of cell"))
  expect_match(conditionMessage(error), "'cell_type'")
  expect_match(conditionMessage(error), "`label`")
  skip_if_not_installed("SingleCellExperiment")
  object <- made_up_sce()
  object[["a/b"]] <- object$donor
  expect_match(conditionMessage(failure(run(object, "a/b"))), "'a/b' has a comma or a slash")
  expect_equal(failure(run(made_up_seurat(), assay = "none"))$exit_code, 65)
  expect_equal(failure(run(made_up_seurat(), layer = "none"))$exit_code, 65)
})

test_that("options that are wrong are told as arguments", {
  skip_without("Seurat")
  error <- failure(run(made_up_seurat(), n.genes = -3))
  expect_equal(error$exit_code, 64)
  expect_match(conditionMessage(error), "n.genes", fixed = TRUE)
  expect_false(grepl("--n-genes", conditionMessage(error), fixed = TRUE))
  expect_match(conditionMessage(failure(run(made_up_seurat(), ngenes = 3))), "unused argument `ngenes`")
  expect_equal(failure(run(made_up_seurat(), residual = 3))$exit_code, 64)
  expect_equal(failure(run(made_up_seurat(), n.genes = NA))$exit_code, 64)
})

test_that("counts that are none are refused", {
  skip_without("SingleCellExperiment")
  for (way in list("hdf5r", "rhdf5", character())) {
    old <- options(scharmonize.hdf5 = way)
    object <- made_up_sce()
    SummarizedExperiment::assay(object) <- log1p(SummarizedExperiment::assay(object) / 7)
    error <- failure(run(object))
    expect_equal(error$exit_code, 65)
    expect_match(conditionMessage(error), "object")
    expect_false(grepl(tempdir(), conditionMessage(error), fixed = TRUE))
    object <- made_up_sce()
    SummarizedExperiment::assay(object)[1, 1] <- -1
    expect_equal(failure(run(object))$exit_code, 65)
    object <- made_up_sce()
    SummarizedExperiment::assay(object)[1, 1] <- NA
    expect_equal(failure(run(object))$exit_code, 65)
    object$donor[3] <- NA
    object <- made_up_sce()
    object$donor[3] <- NA
    expect_match(conditionMessage(failure(run(object))), "donor")
    options(old)
  }
  expect_equal(failure(run(made_up_sce()[, 0]))$exit_code, 65)
  expect_equal(failure(run(1:3))$exit_code, 64)
})

test_that("an empty slot of a Seurat object is told", {
  skip_without("Seurat")
  skip_if(utils::packageVersion("SeuratObject") >= "5", "Seurat 5 has layers")
  error <- failure(run(made_up_seurat(), layer = "scale.data"))
  expect_match(conditionMessage(error), "the slot 'scale.data' of the assay is empty")
})

test_that("names of cells that are given twice are refused", {
  skip_without("SingleCellExperiment")
  object <- made_up_sce()
  colnames(object)[2] <- colnames(object)[1]
  error <- failure(run(object))
  expect_equal(error$exit_code, 65)
  expect_match(conditionMessage(error), "two cells of object have the name 'cell-1'")
  colnames(object) <- NULL
  expect_null(rownames(embedding_of(run(object))))
})

test_that("a program that is missing is told, and where it was looked for", {
  skip_if_not_installed("SingleCellExperiment")
  old <- options(scharmonize.program = tempfile())
  on.exit(options(old))
  error <- failure(run(made_up_sce()))
  expect_equal(error$exit_code, 70)
  expect_match(conditionMessage(error), "the option 'scharmonize.program'")
  file <- tempfile()
  writeLines("no program", file)
  Sys.chmod(file, "0755")
  options(scharmonize.program = file)
  error <- failure(run(made_up_sce()))
  expect_equal(error$exit_code, 70)
  expect_match(conditionMessage(error), "cannot be started")
  options(scharmonize.program = NULL)
  environment <- Sys.getenv(c("PATH", "SCHARMONIZE"))
  on.exit(do.call(Sys.setenv, as.list(environment)), add = TRUE)
  Sys.setenv(PATH = tempdir(), SCHARMONIZE = "")
  expect_match(conditionMessage(failure(run(made_up_sce()))), "not on the PATH")
})

test_that("a model that is none is refused", {
  skip_without("SingleCellExperiment")
  file <- tempfile(fileext = ".h5")
  writeLines("nothing", file)
  map <- function(model) MapScharmonize(made_up_sce(), model, verbose = FALSE, progress = FALSE)
  expect_true(failure(map(file))$exit_code %in% c(65, 66))
  expect_equal(failure(map(tempfile()))$exit_code, 66)
  expect_equal(failure(map(3))$exit_code, 64)
})

test_that("a call that is interrupted or killed leaves nothing", {
  skip_without("SingleCellExperiment")
  skip_on_cran()
  code <- '
    library(scharmonize)
    source("helper.R")
    library(methods)
    told <- function(stage, fraction) if (stage == "training") cat("training\\n", file = "told")
    tryCatch(run(made_up_sce(), visits = 1e8, progress = told),
      interrupt = function(i) cat("interrupted", leftovers(), file = "told"))'
  for (signal in c(tools::SIGINT, tools::SIGKILL)) {
    folder <- tempfile("stopped-")
    dir.create(folder)
    file.copy(test_path("helper.R"), folder)
    writeLines(code, file.path(folder, "code.R"))
    script <- sprintf(
      "cd %s && R_TESTS= TMPDIR=$PWD R_LIBS=%s exec %s --no-echo --no-restore -f code.R >log 2>&1 & echo $!",
      shQuote(folder), shQuote(paste(.libPaths(), collapse = ":")),
      shQuote(file.path(R.home("bin"), "R")))
    # A shell with job control starts it with signals as in a terminal.
    process <- as.integer(
      system2("bash", c("-c", shQuote(paste("set -m;", script))), stdout = TRUE))
    told <- file.path(folder, "told")
    wait <- function(condition) {
      for (i in 1:600) if (condition()) return(TRUE) else Sys.sleep(0.1)
      FALSE
    }
    expect_true(wait(function() file.exists(told) && length(readLines(told))))
    own <- function() list.files(folder, "^scharmonize-", recursive = TRUE, include.dirs = TRUE)
    expect_length(own(), 1)
    tools::pskill(process, signal)
    expect_true(wait(function() length(own()) == 0))
    if (signal == tools::SIGINT) {
      expect_true(wait(function() any(grepl("interrupted", readLines(told, warn = FALSE)))))
      expect_equal(readLines(told, warn = FALSE), "interrupted ")
    }
    expect_true(wait(function() {
      !any(grepl(basename(folder), system2("ps", c("-eo", "args"), stdout = TRUE), fixed = TRUE))
    }))
    unlink(folder, recursive = TRUE)
  }
})
