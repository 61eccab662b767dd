# Finding and running the program.

#' The path of the program; the error of a missing one says where it was looked for.
scharmonizeProgram <- function() {
  named <- getOption("scharmonize.program")
  origin <- "the option 'scharmonize.program'"
  if (is.null(named)) {
    named <- Sys.getenv("SCHARMONIZE", NA)
    origin <- "the environment variable SCHARMONIZE"
  }
  if (is.na(named) || !nzchar(named)) {
    found <- Sys.which("scharmonize")[[1]]
    if (nzchar(found)) return(found)
    raise(paste0(
      "the program 'scharmonize' is not on the PATH; install it, or name it by ",
      "options(scharmonize.program = \"/path/to/scharmonize\") or in the environment variable ",
      "SCHARMONIZE"), 70)
  }
  path <- path.expand(named)
  if (dir.exists(path) || file.access(path, 1) != 0) {
    raise(sprintf("there is no program at '%s', which %s names", path, origin), 70)
  }
  normalizePath(path)
}

# Runs the program, and stops it and removes the folder when R closes the pipe, or ends: a killed R
# leaves nothing behind. Interrupts reach R alone, which then closes the pipe.
SCRIPT <- '
trap "" INT HUP QUIT
folder=$1
shift
exec 3<&0
"$@" </dev/null >"$folder/output" 2>"$folder/log" 3<&- &
program=$!
{
  cat <&3 >/dev/null
  if [ ! -e "$folder/status" ]; then
    kill -TERM $program
    n=0
    while kill -0 $program && [ $n -lt 100 ]; do sleep 0.1; n=$((n + 1)); done
    kill -KILL $program
  fi
} 2>/dev/null &
watch=$!
wait $program
echo $? >"$folder/status.part"
mv "$folder/status.part" "$folder/status"
wait $watch
rm -rf "$folder"
'

# A function that returns the complete lines that a growing file has had since its last call.
follow <- function(path) {
  offset <- 0
  rest <- raw()
  function(all = FALSE) {
    size <- file.size(path)
    if (!is.na(size) && size > offset) {
      file <- file(path, "rb")
      on.exit(close(file))
      seek(file, offset)
      bytes <- readBin(file, "raw", size - offset)
      offset <<- offset + length(bytes)
      rest <<- c(rest, bytes)
    }
    ends <- which(rest == as.raw(10L))
    last <- if (all) length(rest) else if (length(ends)) ends[length(ends)] else 0L
    if (last == 0L) return(character())
    text <- rawToChar(rest[seq_len(last)][rest[seq_len(last)] != as.raw(0L)])
    rest <<- rest[-seq_len(last)]
    Encoding(text) <- "UTF-8"
    strsplit(text, "\n", fixed = TRUE)[[1]]
  }
}

# A temporary folder, and the pipe to a program that works in it.
temporary_folder <- function() {
  path <- tempfile("scharmonize-")
  if (!dir.create(path, mode = "0700")) {
    raise(sprintf("the folder '%s' cannot be created", path), 73)
  }
  list2env(list(path = path, pipe = NULL), parent = emptyenv())
}

# Stops the program, if it still runs, and removes the folder.
remove_folder <- function(folder) {
  if (!is.null(folder$pipe)) suppressWarnings(close(folder$pipe))
  folder$pipe <- NULL
  unlink(folder$path, recursive = TRUE)
}

# Runs a command of the program in a temporary folder. Its progress goes to `progress`, its notices
# become messages and its warnings warnings; a failure is an error with the program's sentence.
run_program <- function(program, arguments, folder, progress, sentence, verbose) {
  words <- c(
    SCRIPT, "scharmonize", folder$path, program, arguments[1], "--log-format", "json",
    arguments[-1])
  folder$pipe <- pipe(
    paste("exec /bin/sh -c", paste(shQuote(enc2utf8(words)), collapse = " ")), "w")
  lines <- follow(file.path(folder$path, "log"))
  status <- file.path(folder$path, "status")
  failure <- NULL
  other <- character()
  hear <- function(line) {
    told <- tryCatch(parse_json(line), error = function(e) NULL)
    if (!is.list(told) || is.null(told$level) || is.null(told$message)) {
      other <<- c(other, line)
    } else if (told$level == "info" && !is.null(told$fraction)) {
      progress(told$stage, as.numeric(told$fraction))
    } else if (told$level == "warning") {
      progress(NULL)
      caution(sentence(told$message))
    } else if (told$level %in% c("error", "critical")) {
      if (is.null(failure)) failure <<- sentence(told$message)
    } else if (verbose && told$level == "notice" && !grepl(folder$path, told$message, fixed = TRUE)) {
      progress(NULL)
      message(sentence(told$message))
    }
  }
  on.exit(progress(NULL))
  repeat {
    ended <- file.exists(status)
    for (line in lines(all = ended)) hear(line)
    if (ended) break
    Sys.sleep(0.05)
  }
  code <- as.integer(readLines(status))
  if (code == 0L) return(invisible())
  if (code %in% c(126L, 127L)) {
    raise(sprintf(
      "'%s' cannot be started: %s", program, paste(utils::tail(other, 1), collapse = "")), 70)
  }
  if (is.null(failure)) {
    failure <- paste(utils::tail(other, 5), collapse = "\n")
    if (code == 137L) {
      failure <- "the program was killed; it may have been out of memory, see `memory`"
    } else if (!nzchar(failure)) {
      failure <- sprintf("the program ended with exit code %d", code)
    }
  }
  raise(sub("^Error: ", "", failure), code)
}

# A line on standard error that shows the stage and its fraction; NULL ends the line.
shown_progress <- function(progress) {
  if (is.function(progress)) {
    return(function(stage, fraction) if (!is.null(stage)) progress(stage, fraction))
  }
  if (!isTRUE(progress)) return(function(stage, fraction) NULL)
  width <- 0L
  function(stage, fraction) {
    if (is.null(stage)) {
      if (width > 0L) cat("\r", strrep(" ", width), "\r", sep = "", file = stderr())
      width <<- 0L
      return(invisible())
    }
    text <- sprintf("%s %3.0f%%", stage, 100 * fraction)
    cat("\r", formatC(text, width = -width), sep = "", file = stderr())
    width <<- max(width, nchar(text))
    utils::flush.console()
  }
}
