internal import CellFiles
internal import CountData

extension CellDataset {
  /// The files that the cells come from, for the record.
  var inputs: [RunRecord.Input] {
    (joined?.files ?? []).map { file in
      RunRecord.Input(
        path: file.path, format: file.format.description, matrix: file.matrixName,
        cells: file.cellCount, genes: file.geneCount)
    }
  }
}
