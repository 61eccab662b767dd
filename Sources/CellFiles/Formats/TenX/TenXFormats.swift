internal import HDF5

extension CellFileFormat {
  /// A Cell Ranger 1 or 2 matrix, with one group per genome.
  package static let tenXv2 = CellFileFormat(TenXVersion2Format())

  /// A Cell Ranger 3 or later matrix: one group with a table of features.
  package static let tenXv3 = CellFileFormat(TenXVersion3Format())
}

/// The format of Cell Ranger 1 and 2.
struct TenXVersion2Format: ContainerFormat {
  let name = "10x (Cell Ranger 1 or 2)"
  let selections: Set<MatrixSelection> = [.genome]

  func recognizes(_ names: Set<String>, in file: borrowing Container) throws -> Bool {
    try !TenXMatrix.genomes(in: file).isEmpty
  }

  func parts(in file: borrowing Container, options: ReadingOptions) throws -> CellFileParts {
    CellFileParts(try TenXMatrix(version2In: file, options: options))
  }

  func matrices(in file: borrowing Container) throws -> MatrixList {
    let names = try TenXMatrix.genomes(in: file)
    return MatrixList(
      readings: names.map { name in
        var options = ReadingOptions()
        options.genome = names.count > 1 ? name : nil
        return options
      },
      genomes: names.count > 1 ? names : [])
  }
}

/// The format of Cell Ranger 3 and later.
struct TenXVersion3Format: ContainerFormat {
  let name = "10x"
  let tellsFeatureTypes = true
  let selections: Set<MatrixSelection> = [.genome, .featureType]

  func recognizes(_ names: Set<String>, in file: borrowing Container) throws -> Bool {
    guard names.contains("matrix") else { return false }
    return try file.kind(of: "matrix/features") == .group
  }

  func parts(in file: borrowing Container, options: ReadingOptions) throws -> CellFileParts {
    CellFileParts(try TenXMatrix(version3In: file, options: options))
  }

  func matrices(in file: borrowing Container) throws -> MatrixList {
    var list = MatrixList(
      featureTypes: try Self.distinct("matrix/features/feature_type", in: file))
    let names = try Self.distinct("matrix/features/genome", in: file)
    list.genomes = names.count > 1 ? names : []
    return list
  }

  private static func distinct(_ name: String, in file: borrowing Container) throws -> [String] {
    guard try file.kind(of: name) == .dataset else { return [] }
    return Set(try file.strings(name)).subtracting([""]).sorted()
  }
}

extension CellFileParts {
  fileprivate init(_ read: TenXMatrix) {
    self.init(
      matrix: read.matrix, cellNames: read.cellNames, genes: read.genes, columns: read.columns,
      notices: read.notices)
    featureTypes = read.featureTypes
  }
}
