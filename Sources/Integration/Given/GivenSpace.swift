internal import Alignment
internal import Numerics
internal import Support

/// The space of coordinates that cells already had, which were aligned without a network.
package struct GivenSpace: Sendable, Equatable {
  /// The name of the coordinates: a key of `obsm`, or the path of a table.
  package let name: String

  /// The mean of the coordinates of all cells, which was subtracted; `(d)`.
  package let center: [Float]

  /// The names of the batches that were aligned; `(S)`.
  package let batches: [String]

  /// The number of dimensions, `d`.
  var dimensions: Int { center.count }

  /// Computes the mean of coordinates.
  ///
  /// - Parameters:
  ///   - name: The name of the coordinates.
  ///   - embedding: The coordinates; `(n, d)`.
  ///   - batches: The names of the batches.
  init(_ name: String, of embedding: Embedding, batches: [String]) {
    var sums = [Double](repeating: 0, count: embedding.dimensions)
    for row in embedding {
      for (j, value) in row.enumerated() { sums[j] += Double(value) }
    }
    self.init(
      name: name, center: sums.map { Float($0 / Double(max(1, embedding.cellCount))) },
      batches: batches)
  }

  /// Takes over a mean.
  init(name: String, center: [Float], batches: [String]) {
    (self.name, self.center, self.batches) = (name, center, batches)
  }

  /// Returns coordinates minus the mean; `(n, d)`.
  ///
  /// - Parameters:
  ///   - embedding: The coordinates; `(n, d)`.
  ///   - memory: The memory of the result.
  /// - Returns: The centred coordinates.
  /// - Throws: Errors of `memory`.
  func centered(_ embedding: Embedding, in memory: TableMemory) throws -> Embedding {
    var writer = try EmbeddingWriter(
      cellCount: embedding.cellCount, dimensions: embedding.dimensions, in: memory)
    for row in embedding { writer.append(zip(row, center).map { $0 - $1 }) }
    return writer.finish()
  }

  /// Returns the SHA-256 of the mean and of the alignment's clusters and offsets, as 64 hexadecimal
  /// digits.
  func digest(of alignment: Alignment?) -> String {
    var digest = SHA256()
    digest.update(numbers: center)
    digest.update(numbers: alignment?.centroids ?? [])
    digest.update(numbers: alignment?.offsets ?? [])
    return digest.finalize().map { byte in
      (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }.joined()
  }
}
