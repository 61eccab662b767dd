package import Numerics

/// The batch whose effect decoded cells get.
package enum DecodedBatch: Sendable, Equatable {
  /// The batch with the given index.
  case batch(Int)

  /// All batches of the training: the mean of their logarithms, with proportions, but not rates, rescaled to
  /// sum 1.
  case everyBatch

  /// No batch in particular: the mixture's moments with the mean scale and shift.
  case mixture
}

extension Autoencoder {
  /// The largest number of rows of scales and shifts that a cell is decoded by for an average: 64.
  ///
  /// A batch has a row of its own, or shares one with those it was pooled with. Each row costs a
  /// pass through the decoder for every cell, so that without a limit ten thousand batches would
  /// take a hundred times longer than the training.
  package static let mostDecodedRows = 64

  /// The number of cells whose outputs are computed while a part of the weight is in the cache.
  static let decodedTogether = 4 * laneCount

  /// The batches whose rows ``DecodedBatch/everyBatch`` averages over, ascending.
  ///
  /// They are all that the network was trained on, unless these have more than ``mostDecodedRows``
  /// rows.
  package var averagedBatches: [Int] {
    guard network.decoder.contains(where: { $0.affineRows > 1 }) else {
      return Array(0..<batches)
    }
    let isMatched = network.decoder[0].kind.isMatched
    let rows = Set(averagedRows)
    return (0..<batches).filter { rows.contains(isMatched ? Int(network.matchedRows[$0]) : $0) }
  }

  /// Decodes latent positions into the logarithms of gene proportions, or of rates per size factor.
  ///
  /// With ``ReconstructionLoss/meanSquaredError`` the result is the decoder's output itself. The
  /// output layer is linear, and the softmax subtracts one number per cell and batch. The mean over
  /// batches with sum 1 is therefore the output of the mean last hidden layer, at the cost of one
  /// batch.
  ///
  /// - Parameters:
  ///   - latent: The positions; `(n, d)`.
  ///   - batches: The batch of each cell, whose offset at matched composition is subtracted; `(n)`.
  ///     The default is `nil`, for new cells without offset.
  ///   - batch: The batch whose effect the result has. The default is
  ///     ``DecodedBatch/everyBatch``.
  ///   - levels: The levels within which a cell is decoded as every batch. The default is `nil`, for
  ///     all batches of the training.
  ///   - pool: The threads to use; results do not depend on them. The default is `nil`, for the
  ///     calling thread only.
  /// - Returns: `log rho`, or the logarithms of rates; `(n, f)`.
  package func decode(
    _ latent: Matrix, from batches: [Int32]? = nil, as batch: DecodedBatch = .everyBatch,
    within levels: DecodedLevels? = nil, pool: ThreadPool? = nil
  ) -> Matrix {
    let result = FloatView.zeros(latent.rows * genes)
    forEachShard(of: latent, batches, as: batch, within: levels, pool: pool) {
      cells, output, sums in
      let logarithms: FloatView
      if let sums {
        logarithms = FloatView.zeros(genes * laneCount)
        if network.hasRates { sums.fill(1) }
        addLogProportions(output, sums: sums, f: genes, into: logarithms)
      } else {
        logarithms = output
      }
      lanesToCells(
        logarithms, cells: cells.count, width: genes,
        into: result[cells.lowerBound * genes..<cells.upperBound * genes])
    }
    return Matrix(rows: latent.rows, columns: genes, values: result.values)
  }

  /// Decodes latent positions into profiles `log(1 + scale * rho)`, at the ``profilePrecision``.
  ///
  /// In an autoencoder of rates, `rate / √Σ rate` takes the place of `rho`. Size factors are on the scale
  /// of totals, so rates sum to about 1, and to more in cells with more counts than others of their size.
  /// The root halves this difference on the scale of logarithms: it is one number for all genes, and at
  /// its full size it would outweigh the differences of few genes between types, and noise in sizes would
  /// spread each type. With ``ReconstructionLoss/meanSquaredError`` the result is the decoder's output
  /// itself.
  ///
  /// - Parameters:
  ///   - latent: The positions; `(n, d)`.
  ///   - batches: The batch of each cell, as in ``decode(_:from:as:within:pool:)``.
  ///   - batch: The batch whose effect the result has, as in ``decode(_:from:as:within:pool:)``.
  ///   - levels: The levels within which a cell is decoded as every batch. The default is `nil`.
  ///   - scale: The sum of each cell's proportions in the profile, or the factor of rates. The default
  ///     is 10,000.
  ///   - pool: The threads to use; results do not depend on them. The default is `nil`, for the
  ///     calling thread only.
  /// - Returns: The profiles; `(n, f)`.
  package func profiles(
    of latent: Matrix, from batches: [Int32]? = nil, as batch: DecodedBatch = .everyBatch,
    within levels: DecodedLevels? = nil, scale: Float = 1e4, pool: ThreadPool? = nil
  ) -> Matrix {
    let result = FloatView.zeros(latent.rows * genes)
    forEachShard(
      of: latent, batches, as: batch, within: levels, precision: profilePrecision, pool: pool
    ) {
      cells, output, sums in
      if let sums {
        logProfile(output, sums: profileDivisors(sums), scale: scale, mean: nil, f: genes)
      }
      lanesToCells(
        output, cells: cells.count, width: genes,
        into: result[cells.lowerBound * genes..<cells.upperBound * genes])
    }
    return Matrix(rows: latent.rows, columns: genes, values: result.values)
  }

  /// Decodes latent positions and returns the coordinates of their profiles along components.
  ///
  /// The profiles are those of ``profiles(of:from:as:within:scale:pool:)``. Sixteen cells are processed at a
  /// time, so the profiles are never all in memory.
  ///
  /// - Parameters:
  ///   - latent: The positions; `(n, d)`.
  ///   - batches: The batch of each cell, as in ``decode(_:from:as:within:pool:)``.
  ///   - components: The principal components of profiles, over the network's genes.
  ///   - batch: The batch whose effect the profiles have, as in ``decode(_:from:as:within:pool:)``.
  ///   - levels: The levels within which a cell is decoded as every batch. The default is `nil`.
  ///   - scale: The sum of each cell's proportions in the profile, or the factor of rates. The default
  ///     is 10,000.
  ///   - pool: The threads to use; results do not depend on them. The default is `nil`, for the
  ///     calling thread only.
  /// - Returns: The coordinates; `(n, components)`.
  package func coordinates(
    of latent: Matrix, from batches: [Int32]? = nil, along components: PrincipalComponents,
    as batch: DecodedBatch = .everyBatch, within levels: DecodedLevels? = nil,
    scale: Float = 1e4, pool: ThreadPool? = nil
  ) -> Matrix {
    let count = components.components.rows
    precondition(components.mean.count == genes, "components of \(components.mean.count) genes")
    let mean = FloatView.zeros(genes)
    mean.copy(from: components.mean)
    let directions = FloatView.zeros(count * genes)
    directions.copy(from: components.components.values)
    let result = FloatView.zeros(latent.rows * count)
    forEachShard(
      of: latent, batches, as: batch, within: levels, precision: profilePrecision, pool: pool
    ) {
      cells, output, sums in
      if let sums {
        logProfile(output, sums: profileDivisors(sums), scale: scale, mean: mean, f: genes)
      } else {
        for gene in 0..<genes {
          for lane in gene * laneCount..<(gene + 1) * laneCount { output[lane] -= mean[gene] }
        }
      }
      // An array of genes by lanes has the layout of a panel.
      let along = FloatView.zeros(count * laneCount)
      multiplyPanels(
        directions, m: count, n: laneCount, k: genes, rowStride: genes, columnStride: 1,
        panels: output, into: along, stride: laneCount)
      lanesToCells(
        along, cells: cells.count, width: count,
        into: result[cells.lowerBound * count..<cells.upperBound * count])
    }
    return Matrix(rows: latent.rows, columns: count, values: result.values)
  }

  /// Decodes sixteen cells at a time.
  ///
  /// - Parameters:
  ///   - latent: The positions; `(n, d)`.
  ///   - batches: The batch of each cell, `nil` for new cells.
  ///   - batch: The batch whose effect the result has.
  ///   - levels: The levels within which a cell is decoded as every batch.
  ///   - precision: The precision of the output layer's products. The default is
  ///     ``ProductPrecision/float32``.
  ///   - pool: The threads to use.
  ///   - finish: Receives the cells, the output `(f, 16)`, and the softmax's sums `(16)`, which
  ///     divide the output; `nil` if the output is linear.
  private func forEachShard(
    of latent: Matrix, _ batches: [Int32]?, as batch: DecodedBatch, within levels: DecodedLevels?,
    precision: ProductPrecision = .float32, pool: ThreadPool?,
    _ finish: @Sendable (Range<Int>, FloatView, FloatView?) -> Void
  ) {
    let products = OutputProducts(
      network.output, parameters: state.parameters.view, precision: precision)
    forEachBlock(of: latent, batches, as: batch, within: levels, pool: pool, noting: nil) {
      cells, hidden in
      let logits = products.logits(of: hidden, cells: cells.count)
      for (number, first) in stride(from: 0, to: cells.count, by: laneCount).enumerated() {
        let output = logits[number * genes * laneCount..<(number + 1) * genes * laneCount]
        let shard =
          cells.lowerBound + first..<min(cells.lowerBound + first + laneCount, cells.upperBound)
        finish(shard, output, exponentials(output))
      }
    }
  }

  /// Runs some cells at a time through the decoder's hidden layers.
  ///
  /// - Parameters:
  ///   - latent: The positions; `(n, d)`.
  ///   - batches: The batch of each cell, `nil` for new cells.
  ///   - batch: The batch whose effect the result has.
  ///   - levels: The levels within which a cell is decoded as every batch. The default is `nil`.
  ///   - pool: The threads to use.
  ///   - fired: The record of active units, if wanted.
  ///   - finish: Receives the cells, ``decodedTogether`` at most, and the last layer's output, averaged
  ///     over the batches; `(cells, h)`.
  func forEachBlock(
    of latent: Matrix, _ batches: [Int32]?, as batch: DecodedBatch,
    within levels: DecodedLevels? = nil, pool: ThreadPool?,
    noting fired: FiredUnits?, _ finish: @Sendable (Range<Int>, FloatView) -> Void
  ) {
    precondition(
      latent.columns == options.latent, "latent positions are not \(latent.columns) wide")
    let layers = network.decoder.map {
      TrainedNorm($0, parameters: state.parameters.view, statistics: state.statistics.view)
    }
    let linear = network.decoder.map { packed($0.linear) }
    if case .batch(let number) = batch {
      precondition(
        number >= 0 && number < self.batches, "batch \(number) is not below \(self.batches)")
    }
    let hasRows = layers.contains { $0.layer.affineRows > 1 }
    let isMatched = network.decoder[0].kind.isMatched
    let rowsOfLevel = hasRows && batch == .everyBatch ? levels.map(rowsOfLevels) : nil
    let rows: [Int?] =
      switch batch {
      case .batch(let batch) where hasRows:
        [isMatched ? Int(network.matchedRows[batch]) : batch]
      case .everyBatch where hasRows:
        (rowsOfLevel.map { Set($0.joined()).sorted() } ?? averagedRows).map { $0 }
      default: [nil]
      }
    let matchedRows = batches.map { $0.map { network.matchedRows[Int($0)] } }
    let d = options.latent + network.covariates
    let positions = FloatView.zeros(latent.rows * d)
    if network.covariates == 0 {
      positions.copy(from: latent.values)
    } else {
      fill(
        positions, latent, matchedRows: isMatched ? matchedRows : nil, as: batch, within: levels)
    }
    let parameters = state.parameters.view
    let blocks = fixedShards(of: latent.rows, size: Self.decodedTogether)
    pool.parallel(blocks.count) { block in
      let cells = blocks[block]
      let z = positions[cells.lowerBound * d..<cells.upperBound * d]
      let hidden = FloatView.zeros(cells.count * network.output.inputs)
      // The first layer's norm subtracts the offset of the cell's own batch, whatever it is decoded
      // as.
      let first = FloatView.zeros(cells.count * layers[0].layer.units)
      linear[0].forward(0..<cells.count, x: z, parameters: parameters, into: first)
      layers[0].subtractOffsets(
        from: first, rows: cells.map { cell in matchedRows.map { Int($0[cell]) } })
      for row in rows {
        var x = z
        for (index, norm) in layers.enumerated() {
          let units = norm.layer.units
          let a = FloatView.zeros(cells.count * units)
          let out = FloatView.zeros(cells.count * units)
          if index == 0 {
            a.copy(from: first)  // some norms overwrite it
          } else {
            linear[index].forward(0..<cells.count, x: x, parameters: parameters, into: a)
            // After the first norm, values are as in the target's cells.
            norm.subtractOffsets(from: a, rows: cells.map { _ in row })
          }
          norm.apply(
            cells: cells.count, row: row ?? norm.mixtureRow,
            rows: nil, a: a, input: norm.layer.residual ? x : nil, into: out, noting: fired,
            layer: index, shard: block)
          x = out
        }
        guard let rowsOfLevel, let levels, let row else {
          hidden.add(1, times: x)
          continue
        }
        // Of all rows, a cell gets the mean over those of its own level.
        let width = network.output.inputs
        for (place, cell) in cells.enumerated() {
          let own = rowsOfLevel[Int(levels.ofCell[cell])]
          guard own.contains(row) else { continue }
          let range = place * width..<(place + 1) * width
          hidden[range].add(1 / Float(own.count), times: x[range])
        }
      }
      if rowsOfLevel == nil {
        let scale = 1 / Float(rows.count)
        for k in 0..<hidden.count { hidden[k] *= scale }
      }
      finish(cells, hidden)
    }
  }

  /// Puts the columns with which cells are decoded beside their positions.
  ///
  /// These are the means of the cell's own row, and 0 for a new cell, which has no offset. As a given
  /// batch, the difference of its means from those of its row is added. Columns of levels are those
  /// of the cell itself.
  private func fill(
    _ positions: FloatView, _ latent: Matrix, matchedRows: [Int32]?, as batch: DecodedBatch,
    within levels: DecodedLevels?
  ) {
    let (d, q) = (options.latent, network.covariates)
    guard let batchRange = network.batchColumns, let rowRange = network.rowColumns else { return }
    precondition(levels.map { $0.batches.count <= q } ?? true, "levels without columns")
    let (ofBatch, ofRow) = (state.statistics.view[batchRange], state.statistics.view[rowRange])
    var target = [Float](repeating: 0, count: q)
    if case .batch(let number) = batch {
      for j in 0..<q {
        target[j] = ofBatch[number * q + j]
        if network.decoder[0].kind.isMatched {
          target[j] -= ofRow[Int(network.matchedRows[number]) * q + j]
        }
      }
    }
    for cell in 0..<latent.rows {
      let start = cell * (d + q)
      for j in 0..<d { positions[start + j] = latent[cell, j] }
      for j in 0..<q {
        let own = matchedRows.map { ofRow[Int($0[cell]) * q + j] } ?? 0
        positions[start + d + j] = own + target[j]
      }
      guard let own = levels?.columns(ofCell: cell) else { continue }
      positions[start + d + q - own.count..<start + d + q].copy(from: own)
    }
  }

  /// The rows that are averaged over: the trained ones, or ``mostDecodedRows`` spread evenly.
  private var averagedRows: [Int] { Self.spread(trainedRows) }

  /// Returns the rows that are averaged over for each level, as ``averagedRows``.
  private func rowsOfLevels(_ levels: DecodedLevels) -> [[Int]] {
    let (trained, isMatched) = (Set(trainedRows), network.decoder[0].kind.isMatched)
    return levels.batches.map { batches in
      let rows = Set(batches.map { isMatched ? Int(network.matchedRows[$0]) : $0 })
      let own = rows.intersection(trained)
      // A level of cells that were all left out of the training is decoded as all batches.
      return Self.spread((own.isEmpty ? trained : own).sorted())
    }
  }

  private static func spread(_ rows: [Int]) -> [Int] {
    let count = min(rows.count, mostDecodedRows)
    return (0..<count).map { rows[$0 * rows.count / count] }
  }

  /// The rows whose statistics were ever updated; all rows of an untrained network.
  private var trainedRows: [Int] {
    let layer = network.decoder[0]
    guard layer.affineRows > 1, let updates = layer.updates else {
      return Array(0..<layer.affineRows)
    }
    let counts = state.statistics.view[updates]
    let trained = (0..<layer.affineRows).filter { counts[$0] > 0 }
    return trained.isEmpty ? Array(0..<layer.affineRows) : trained
  }

  /// Returns the divisors of exponentials in a profile: the sums, or for rates their square roots.
  private func profileDivisors(_ sums: FloatView) -> FloatView {
    if network.hasRates { for lane in 0..<laneCount { sums[lane] = sums[lane].squareRoot() } }
    return sums
  }

  /// Adds the bias to the products of up to sixteen cells, `(f, 16)`, and takes exponentials unless
  /// the output is linear.
  ///
  /// - Parameter logits: The products, which become exponentials, or the linear output.
  /// - Returns: The exponentials' sums over genes, which make proportions of them; `nil` if the output
  ///   is linear.
  private func exponentials(_ logits: FloatView) -> FloatView? {
    let bias = network.output.bias.map { state.parameters.view[$0] } ?? .zeros(genes)
    if options.loss == .meanSquaredError {
      for gene in 0..<genes {
        for lane in gene * laneCount..<(gene + 1) * laneCount { logits[lane] += bias[gene] }
      }
      return nil
    }
    let sums = FloatView.zeros(laneCount)
    if network.hasRates {
      rates(bias: bias, logits: logits, sums: sums)
    } else {
      softmax(bias: bias, logits: logits, sums: sums)
    }
    return sums
  }
}
