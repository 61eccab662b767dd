internal import HDF5

#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif

/// Writes a whole copy of an AnnData file, with additions.
///
/// The bytes are copied, or shared where the file system can; only then are the additions
/// made, so nothing is encoded anew and nothing that this program does not know is lost.
/// The input is opened for reading only. It may be the output as well: the copy then takes
/// its place when it is complete.
///
/// An `obsm` of records, as anndata wrote until 0.6, takes no further tables; the copy has
/// a group of the same tables in its place, which old and new versions read.
///
/// - Parameters:
///   - input: The `.h5ad` file to copy.
///   - output: The file to make, or to replace.
///   - additions: What to add; keys that are there are replaced.
/// - Throws: ``OutputError``; `HDF5Error`, where the input cannot be read. No half-written
///   file is left.
public func writeCopy(
  of input: String, to output: String, adding additions: AnnDataAdditions
) throws {
  // Tells what is wrong with the input before anything is copied.
  _ = try File(readingAt: input)
  let stamp = FileStamp(of: input)
  try writeHDF5(to: output, permissions: permissions(ofCopyOf: input), copyOf: input) { file in
    try file.add(additions)
    // What another process wrote meanwhile is not in the copy, and a copy in place would lose it.
    guard FileStamp(of: input) == stamp else {
      throw OutputError.cannotWrite(path: output, reason: "'\(input)' was changed meanwhile")
    }
  }
}

/// Writes a copy of an AnnData file without its expression values, with additions.
///
/// Everything but `X`, `layers` and `raw` is copied, so the file is small and still has
/// the cells, their labels and what else was computed on them.
///
/// - Parameters:
///   - input: The `.h5ad` file to copy from.
///   - output: The file to make, or to replace.
///   - additions: What to add; keys that are there are replaced.
/// - Throws: ``OutputError``; `HDF5Error`, where the input cannot be read. No half-written
///   file is left.
public func writeCopyWithoutExpression(
  of input: String, to output: String, adding additions: AnnDataAdditions
) throws {
  let source = try File(readingAt: input)
  try writeHDF5(to: output, permissions: permissions(ofCopyOf: input)) { file in
    try source.copyContents(to: file, leavingOut: isExpression)
    try file.add(additions)
  }
}

/// Whether a name in the root holds expression values: today's, or those of anndata before 0.7.
private func isExpression(_ name: String) -> Bool {
  ["X", "layers", "raw"].contains(name) || name.hasPrefix("raw.")
}

/// The input's permissions, so that what was private stays so; but the owner may write.
private func permissions(ofCopyOf input: String) -> UInt32 {
  var status = stat()
  guard unsafe stat(input, &status) == 0 else { return 0o600 }
  return UInt32(status.st_mode & 0o777 | S_IRUSR | S_IWUSR)
}
