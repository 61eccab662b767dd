# What the calls raise and warn of. The exit codes are the program's: 64 wrong use, 65 data that are
# not what they must be, 66 an input that is missing, 70 an internal error, 73 an output that cannot
# be created, 74 failed reading or writing.

raise <- function(message, exit_code, call = NULL) {
  stop(structure(
    class = c("scharmonizeError", "error", "condition"),
    list(message = message, call = call, exit_code = exit_code)))
}

caution <- function(message) {
  warning(structure(
    class = c("scharmonizeWarning", "warning", "condition"), list(message = message, call = NULL)))
}

# The error for a name that is not there, with those that are.
raise_missing <- function(what, name, known, argument) {
  hint <- "it has none"
  if (length(known)) {
    distances <- adist(name, known, ignore.case = TRUE)[1, ]
    nearest <- which.min(distances)
    hint <- if (distances[nearest] <= max(1, nchar(name) %/% 3)) {
      paste0("did you mean '", known[nearest], "'?")
    } else {
      paste0(
        "it has ", paste0("'", utils::head(known, 12), "'", collapse = ", "),
        if (length(known) > 12) ", and others")
    }
  }
  raise(sprintf(
    "object has no %s '%s'; %s%s Give it as `%s`.", what, name, hint,
    if (endsWith(hint, "?")) "" else ".", argument), 65)
}
