internal import HDF5

#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif

/// Writes a complete copy of an AnnData file, with additions.
///
/// The bytes are copied, or shared if the file system supports it, and then the additions are made.
/// Nothing is encoded again, and parts unknown to this program are kept. The input is opened for
/// reading only. The output may be the input itself: the complete copy then replaces it.
///
/// An `obsm` of records, as anndata wrote until 0.6, cannot take further tables. The copy replaces
/// it by a group of the same tables, which old and new versions read.
///
/// - Parameters:
///   - input: The `.h5ad` file to copy.
///   - output: The file to create or replace.
///   - additions: The additions; existing keys are replaced.
/// - Throws: ``OutputError``; `HDF5Error` if the input cannot be read. A failure leaves no partial
///   file.
package func writeCopy(
  of input: String, to output: String, adding additions: AnnDataAdditions
) throws {
  // Report errors of the input before anything is copied.
  _ = try File(readingAt: input)
  let stamp = FileStamp(of: input)
  try writeHDF5(to: output, permissions: permissions(ofCopyOf: input), copyOf: input) { file in
    try file.add(additions)
    // If another process has changed the input meanwhile, the copy lacks the change, and a copy in
    // place would lose it.
    guard FileStamp(of: input) == stamp else {
      throw OutputError.cannotWrite(path: output, reason: "'\(input)' was changed during the run")
    }
  }
}

/// Writes a copy of an AnnData file without its expression values, with additions.
///
/// Everything but `X`, `layers` and `raw` is copied. The small file has the cells, their labels and
/// all derived data.
///
/// - Parameters:
///   - input: The `.h5ad` file to copy from.
///   - output: The file to create or replace.
///   - additions: The additions; existing keys are replaced.
/// - Throws: ``OutputError``; `HDF5Error` if the input cannot be read. A failure leaves no partial
///   file.
package func writeCopyWithoutExpression(
  of input: String, to output: String, adding additions: AnnDataAdditions
) throws {
  let source = try File(readingAt: input)
  try writeHDF5(to: output, permissions: permissions(ofCopyOf: input)) { file in
    try source.copyContents(to: file, leavingOut: isExpression)
    try file.add(additions)
  }
}

/// Returns whether a name in the root holds expression values, in current files or those of anndata
/// before 0.7.
private func isExpression(_ name: String) -> Bool {
  ["X", "layers", "raw"].contains(name) || name.hasPrefix("raw.")
}

/// Returns the input's permissions, so that private data stays private, with write permission for
/// the owner.
private func permissions(ofCopyOf input: String) -> UInt32 {
  var status = stat()
  guard unsafe stat(input, &status) == 0 else { return 0o600 }
  return UInt32(status.st_mode & 0o777 | S_IRUSR | S_IWUSR)
}
