internal import Numerics

/// The tables of soft clusters that grow with the number of cells or batches.
struct ClusterTables: Sendable {
  /// The unit coordinates of the cells; `(n, d)`.
  let unit: FloatBuffer

  /// The memberships `R`; `(n, K)`.
  let memberships: FloatBuffer

  /// `Σ_i R_ik z_i` over the cells of each combination; `(combinations, K, d)`.
  let sums: FloatBuffer

  /// `Σ_i R_ik x_i` of the covariates over the cells of each combination; `(combinations, K, q)`.
  let covariateSums: FloatBuffer

  /// The offset of each place in each cluster, since the last correction; `(places, K, d)`.
  let offsets: FloatBuffer

  /// The masses of the pieces of all blocks; `(pieces, K)`.
  let masses: DoubleView

  /// Makes tables of zeros.
  ///
  /// - Throws: Errors of the memory, such as a full disk.
  init(
    cells: Int, combinations: Int, places: Int, pieces: Int, clusters: Int, dimensions: Int,
    covariates: Int = 0, memory: TableMemory
  ) throws {
    unit = try FloatBuffer(count: cells * dimensions, in: memory)
    memberships = try FloatBuffer(count: cells * clusters, in: memory)
    sums = try FloatBuffer(count: combinations * clusters * dimensions, in: memory)
    covariateSums = try FloatBuffer(count: combinations * clusters * covariates, in: memory)
    offsets = try FloatBuffer(count: places * clusters * dimensions, in: memory)
    masses = try DoubleView.zeros(pieces * clusters, in: memory)
  }
}
