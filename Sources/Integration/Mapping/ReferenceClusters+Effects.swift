internal import Numerics
internal import Support

extension ReferenceClusters {
  /// Removes the effects of covariates from new cells: `z_i − Σ_k R_ik x_i B_k`.
  ///
  /// Memberships are by distance, as those of a new cell in the alignment.
  ///
  /// - Parameters:
  ///   - covariates: The covariates of the cells; `(n, q)`.
  ///   - effects: The effect of each covariate in each cluster, `B`; `(q, K, d)`.
  ///   - embedding: The coordinates of the cells; `(n, d)`.
  ///   - memory: The memory of the coordinates and memberships of all cells.
  ///   - pool: The threads to use; the result does not depend on their number.
  /// - Returns: The coordinates without the effects; `(n, d)`.
  /// - Throws: Errors of `memory`.
  func withoutEffects(
    of covariates: CovariateDesign, _ effects: [Float], _ embedding: Embedding,
    memory: TableMemory, pool: ThreadPool
  ) throws -> Embedding {
    let (n, d, q) = (embedding.cellCount, dimensions, covariates.width)
    let result = try FloatBuffer(count: n * d, in: memory)
    let memberships = try FloatBuffer(count: n * count, in: memory).view
    let rest = try FloatBuffer(count: n * d, in: memory).view
    for cell in 0..<n {
      embedding.copy(cell: cell, to: result.view[cell * d..<(cell + 1) * d])
    }
    weigh(result.view, rows: n, into: memberships, pool)
    for a in 0..<q {
      let vectors = Array(effects[a * count * d..<(a + 1) * count * d])
      // What is left of zeros is minus the effect of a covariate of 1.
      rest.fill(0)
      subtract(vectors, memberships, from: rest, rows: n, into: rest, pool)
      for cell in 0..<n {
        let x = covariates.values[cell * q + a]
        for j in cell * d..<(cell + 1) * d { result.view[j] += x * rest[j] }
      }
    }
    return Embedding(cellCount: n, dimensions: d, buffer: result)
  }
}
