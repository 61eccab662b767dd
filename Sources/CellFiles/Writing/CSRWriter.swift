internal import HDF5

/// How expression values are stored in a new file.
///
/// Of simulated counts, a value and its column take 1.64 bytes together at gzip's level 2 after
/// the bytes of equal rank were put together, and 2.3 without that. Level 4 saves another
/// 2% and takes 1.4 times as long.
let expressionStorage = StorageOptions(
  chunk: [1 << 16], gzip: 2, shuffle: true, isExtensible: true)

/// Writes the three lists of compressed rows, block by block.
struct CSRWriter<Value: StoredNumber>: ~Copyable {
  private var data: Dataset
  private var indices: Dataset
  private var starts = [0]

  /// Makes the lists `data` and `indices` in a group.
  ///
  /// - Parameters:
  ///   - group: The group's path; it is made where it is not there.
  ///   - file: The file.
  ///   - hasWideIndices: Whether columns are numbered in 64 bits. The default is `false`.
  /// - Throws: `HDF5Error`.
  init(
    in group: String, of file: borrowing File, hasWideIndices: Bool = false
  ) throws(HDF5Error) {
    let data = try file.createDataset(
      "\(group)/data", of: Value.self, shape: [0], storage: expressionStorage)
    let indices = try Self.makeIndices("\(group)/indices", in: file, areWide: hasWideIndices)
    self.data = data
    self.indices = indices
  }

  private static func makeIndices(
    _ name: String, in file: borrowing File, areWide: Bool
  ) throws(HDF5Error) -> Dataset {
    areWide
      ? try file.createDataset(name, of: Int64.self, shape: [0], storage: expressionStorage)
      : try file.createDataset(name, of: Int32.self, shape: [0], storage: expressionStorage)
  }

  /// The number of rows so far.
  var rowCount: Int { starts.count - 1 }

  /// Adds the rows of a block behind those that are there.
  ///
  /// - Throws: `HDF5Error`, where the disk is full, say.
  mutating func append(_ block: RowBlock<Value>) throws(HDF5Error) {
    try data.append(block.values)
    try indices.append(block.genes)
    let offset = (starts.last ?? 0) - block.starts[0]
    starts.append(contentsOf: block.starts.dropFirst().lazy.map { $0 + offset })
  }

  /// Gives back where each row starts, and closes the lists.
  consuming func finish() -> [Int] { starts }
}

extension File {
  /// Writes a matrix as a group of compressed rows, as anndata does.
  ///
  /// - Parameters:
  ///   - matrix: The matrix; read once, block by block.
  ///   - type: What its values are stored as.
  ///   - group: Where it goes: `X`.
  /// - Throws: `HDF5Error`, what reading the matrix throws, and `CancellationError`.
  func write<Value: StoredNumber>(
    _ matrix: some ExpressionMatrix, as type: Value.Type, at group: String
  ) throws {
    try createGroup(group)
    try mark(group, .csrMatrix)
    try setAttribute(
      "shape", of: group, to: .integers([Int64(matrix.cellCount), Int64(matrix.geneCount)]))
    var writer = try CSRWriter<Value>(in: group, of: self)
    try matrix.forEachRowBlock(as: type) { block in
      try Task.checkCancellation()
      try writer.append(block)
    }
    let starts = writer.finish()
    precondition(
      starts.count == matrix.cellCount + 1,
      "\(starts.count - 1) rows came of \(matrix.cellCount)")
    let storage = StorageOptions(gzip: 4, shuffle: true)
    // scipy wants both in one type, and 32 bits while they do.
    if (starts.last ?? 0) <= Int(Int32.max) {
      try write(starts.map { Int32($0) }, at: "\(group)/indptr", storage: storage)
    } else {
      try write(starts.map { Int64($0) }, at: "\(group)/indptr", storage: storage)
    }
  }
}
