# HDF5 files, by hdf5r or rhdf5, whichever is installed. Arrays are written without compression, as
# the files live for one call. An array of R has its dimensions in the opposite order in the file.

hdf5_package <- function() {
  chosen <- getOption("scharmonize.hdf5", c("hdf5r", "rhdf5"))
  for (name in chosen) if (requireNamespace(name, quietly = TRUE)) return(name)
  NULL
}

# A new file: `group`, `array` and `texts` make objects by their paths, `mark` gives an object
# attributes of text.
new_hdf5 <- function(path) {
  switch(hdf5_package(), hdf5r = new_by_hdf5r(path), rhdf5 = new_by_rhdf5(path))
}

new_by_hdf5r <- function(path) {
  file <- hdf5r::H5File$new(path, "w")
  text <- hdf5r::H5T_STRING$new(size = Inf)$set_cset("UTF-8")
  list(
    group = function(name) file$create_group(name),
    array = function(name, values) {
      kind <- if (is.integer(values)) hdf5r::h5types$H5T_NATIVE_INT else hdf5r::h5types$H5T_NATIVE_DOUBLE
      file$create_dataset(name, robj = values, dtype = kind, chunk_dims = NULL)
    },
    texts = function(name, values) {
      space <- hdf5r::H5S$new("simple", dims = length(values))
      data <- file$create_dataset(name, dtype = text, space = space, chunk_dims = NULL)
      if (length(values)) data$write(args = list(seq_along(values)), value = enc2utf8(values))
    },
    mark = function(name, key, value, several = FALSE) {
      object <- if (name == "/") file else file[[name]]
      if (is.numeric(value)) {
        object$create_attr(key, robj = value, dtype = hdf5r::h5types$H5T_STD_I64LE)
      } else if (several) {
        object$create_attr(key, robj = enc2utf8(value), dtype = text)
      } else {
        object$create_attr(
          key, robj = enc2utf8(value), dtype = text, space = hdf5r::H5S$new("scalar"))
      }
    },
    close = function() file$close_all())
}

new_by_rhdf5 <- function(path) {
  file <- rhdf5::H5Fcreate(path, "H5F_ACC_TRUNC")
  list(
    group = function(name) rhdf5::h5createGroup(file, name),
    array = function(name, values) {
      rhdf5::h5createDataset(
        file, name, dims = if (is.null(dim(values))) length(values) else dim(values),
        storage.mode = if (is.integer(values)) "integer" else "double",
        chunk = NULL, level = 0, filter = "NONE")
      rhdf5::h5write(values, file, name)
    },
    texts = function(name, values) {
      values <- enc2utf8(values)
      rhdf5::h5createDataset(
        file, name, dims = length(values), storage.mode = "character",
        size = max(1L, nchar(values, "bytes")), chunk = NULL, level = 0, filter = "NONE",
        encoding = "UTF-8")
      if (length(values)) rhdf5::h5write(values, file, name)
    },
    mark = function(name, key, value, several = FALSE) {
      object <- if (name == "/") file else rhdf5::H5Oopen(file, name)
      rhdf5::h5writeAttribute(value, object, key, asScalar = is.character(value) && !several)
      if (name != "/") rhdf5::H5Oclose(object)
    },
    close = function() rhdf5::H5Fclose(file))
}

# An open file: `names` lists a group, `read` returns an array.
open_hdf5 <- function(path) {
  if (hdf5_package() == "hdf5r") {
    file <- hdf5r::H5File$new(path, "r")
    return(list(
      names = function(name) names(file[[name]]),
      is_group = function(name) inherits(file[[name]], "H5Group"),
      read = function(name) {
        values <- file[[name]]$read()
        if (is.factor(values)) values <- as.character(values) == "TRUE"
        values
      },
      close = function() file$close_all()))
  }
  file <- rhdf5::H5Fopen(path, "H5F_ACC_RDONLY")
  list(
    names = function(name) {
      group <- rhdf5::H5Gopen(file, name)
      on.exit(rhdf5::H5Gclose(group))
      rhdf5::h5ls(group, recursive = FALSE)$name
    },
    is_group = function(name) {
      object <- rhdf5::H5Oopen(file, name)
      on.exit(rhdf5::H5Oclose(object))
      rhdf5::H5Iget_type(object) == "H5I_GROUP"
    },
    read = function(name) {
      values <- rhdf5::h5read(file, name)
      if (is.factor(values)) return(as.character(values) == "TRUE")
      if (is.null(dim(values)) || length(dim(values)) == 1) as.vector(values) else values
    },
    close = function() rhdf5::H5Fclose(file))
}
