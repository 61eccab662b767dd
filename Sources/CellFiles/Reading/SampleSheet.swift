internal import HDF5

/// A sample sheet: a list of files, with labels for all cells of each file.
///
///     path,donor,chemistry
///     day1/filtered_feature_bc_matrix.h5,d1,v3
///     day2.h5ad,d2,v2
///
/// Fields are separated by commas, tabs or semicolons, and may be in double quotes. Text that is
/// not UTF-8 is read as Windows-1252. Paths are relative to the sheet, including those in the
/// columns `barcodes`, `features` and `cell_table`, which name the companion files of a matrix.
/// Every other column becomes a column of `obs`, and may name the batches.
public struct SampleSheet: Sendable, Equatable {
  /// A file with labels for its cells.
  package struct Sample: Sendable, Equatable {
    /// The file's path.
    package var path: String

    /// The label in each of ``SampleSheet/columns``; `nil` if the field is empty.
    package var labels: [String?]

    /// The files that name its cells and genes, or describe its cells.
    package var companions: Companions

    /// Makes a sample from its parts.
    package init(path: String, labels: [String?] = [], companions: Companions = Companions()) {
      self.path = path
      self.labels = labels
      self.companions = companions
    }
  }

  /// The names of the columns, except those with paths.
  package let columns: [String]

  /// The files, in the order of the sheet.
  package let samples: [Sample]

  /// Notices about the sheet, one sentence each.
  package let notices: [String]

  /// The columns that name files.
  private static let fileColumns = ["path", "barcodes", "features", "cell_table"]

  /// Makes a list of files without labels.
  public init(paths: [String]) {
    columns = []
    notices = []
    samples = paths.map { Sample(path: $0) }
  }

  /// Reads a sheet.
  ///
  /// - Parameter path: The sheet, plain or compressed with gzip. It may be a pipe, or `-` for
  ///   standard input; paths are then relative to the current folder.
  /// - Throws: `CategorizedError` if the sheet cannot be read, or a line is not as expected.
  public init(readingAt path: String) throws {
    let (lines, isUTF8) = try TextSource.text(ofFileAt: path, takesPipes: true)
    let isPipe = path == "-" || openingObstacle(at: path, writing: false) == .notRegular
    let path = path == "-" ? "standard input" : path
    func refuse(_ reason: String) -> CellFileError { .badSheet(path: path, reason: reason) }
    guard let head = lines.firstIndex(where: { !$0.isEmpty }) else { throw refuse("is empty") }
    if ["\u{FF}\u{FE}", "\u{FE}\u{FF}"].contains(where: lines[head].hasPrefix) {
      throw refuse("is text in UTF-16; save it as UTF-8, in Excel as 'CSV UTF-8'")
    }
    let separator = Self.separator(ofHeading: lines[head])
    guard
      let names = fields(of: lines[head], partedBy: separator)?.map({ $0.trimmingASCIISpaces() })
    else { throw refuse("has an unterminated quote in its first line") }
    guard let pathColumn = names.firstIndex(of: "path") else {
      throw refuse("has no column 'path'; its columns are: \(names.joined(separator: ", "))")
    }
    for (number, name) in names.enumerated() {
      if name.isEmpty { throw refuse("has a column without a name") }
      if names[..<number].contains(name) { throw refuse("has two columns '\(name)'") }
    }
    let folder = isPipe ? "" : path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    let labelled = names.indices.filter { !Self.fileColumns.contains(names[$0]) }
    var samples: [Sample] = []
    for (number, line) in lines.enumerated().dropFirst(head + 1) where !line.isEmpty {
      guard let values = fields(of: line, partedBy: separator), values.count == names.count else {
        throw CellFileError.badLine(
          path: path, line: number + 1, found: line,
          expected: "\(names.count) fields: \(names.joined(separator: ", "))")
      }
      let file = values[pathColumn].trimmingASCIISpaces()
      guard !file.isEmpty else { throw refuse("has no path in line \(number + 1)") }
      func field(_ number: Int) -> String? {
        let value = values[number].trimmingASCIISpaces()
        return value.isEmpty ? nil : value
      }
      func place(_ file: String) -> String { file.hasPrefix("/") ? file : folder + file }
      func named(_ column: String) -> String? {
        names.firstIndex(of: column).flatMap(field).map(place)
      }
      var companions = Companions()
      companions.barcodes = named("barcodes")
      companions.features = named("features")
      companions.cellTable = named("cell_table")
      samples.append(
        Sample(
          path: place(file), labels: labelled.map(field), companions: companions))
    }
    guard !samples.isEmpty else { throw refuse("lists no files") }
    notices =
      isUTF8
      ? [] : ["the sample sheet '\(path)' is not UTF-8 and was read as Windows-1252"]
    columns = labelled.map { names[$0] }
    self.samples = samples
  }

  /// Returns the separator of the fields.
  ///
  /// It is a tab if there is one, or else the character that yields a column `path`. Spreadsheets
  /// write semicolons if numbers have decimal commas.
  private static func separator(ofHeading line: String) -> Character {
    if line.contains("\t") { return "\t" }
    func hasPath(_ separator: Character) -> Bool {
      fields(of: line, partedBy: separator)?.contains { $0.trimmingASCIISpaces() == "path" }
        ?? false
    }
    return !hasPath(",") && hasPath(";") ? ";" : ","
  }

  /// Opens all files, with their labels as columns of `obs`.
  ///
  /// - Parameter options: The options that select the matrix of each file. The default is
  ///   `ReadingOptions()`.
  /// - Returns: The files, in the order of the sheet.
  /// - Throws: ``CellFileError`` and `HDF5Error` if a file cannot be read; `CancellationError`.
  package func open(options: ReadingOptions = ReadingOptions()) throws -> [CellFile] {
    let selections =
      options.selectsMatrix && samples.count > 1
      ? try samples.map { try CellFileFormat(ofFileAt: $0.path).definition.selections } : []
    let all = selections.reduce(into: Set<MatrixSelection>()) { $0.formUnion($1) }
    return try samples.enumerated().map { number, sample in
      try Task.checkCancellation()
      var options = options
      options.companions = sample.companions.or(options.companions)
      let notices =
        selections.isEmpty
        ? [] : options.remove(allBut: selections[number], for: all, ofFileAt: sample.path)
      return try CellFile(
        readingAt: sample.path, options: options,
        labels: zip(columns, sample.labels).map { CellFile.Label(column: $0, value: $1) },
        notices: notices)
    }
  }
}
