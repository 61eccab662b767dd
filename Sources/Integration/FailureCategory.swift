internal import CellFiles
internal import CountData
internal import Evaluation
internal import HDF5
internal import Machine
internal import Simulation
internal import Training
internal import UMAP

/// The category of a failure, which determines what can be done about it.
public enum FailureCategory: Sendable {
  /// Usage error: an option has a wrong value, or options contradict each other.
  case usage

  /// Invalid input.
  case data

  /// An input is missing or unreadable.
  case noInput

  /// Internal error.
  case software

  /// The output cannot be created at its path.
  case cannotCreate

  /// Reading or writing failed.
  case inputOutput
}

/// Returns the category of an error of this library, or `nil` for any other error.
public func failureCategory(of error: any Error) -> FailureCategory? {
  switch error {
  case let error as HarmonizeError: category(of: error)
  case let error as CountDataError: category(of: error)
  case is OptionError, is UsageError: .usage
  case is TrainingError: .data
  case let error as HDF5Error: category(of: error)
  case let error as OutputError: category(of: error)
  case CellFileError.sameFile: .usage
  case is CellFileError: .data
  case is ModelError: .data
  case MappingError.noLabels: .usage
  case is MappingError: .data
  case CertificateError.unreadable: .noInput
  case is CertificateError: .data
  case CheckpointError.otherOptions, CheckpointError.notACheckpoint: .usage
  case is CheckpointError: .data
  case is EvaluationError: .data
  case is SimulationError: .usage
  case UMAPError.badOption: .usage
  case is UMAPError: .data
  default: nil
  }
}

private func category(of error: HarmonizeError) -> FailureCategory {
  switch error {
  case .outputIsInput, .unknownOutputFormat, .noSuchSource: .usage
  case .nothingToIntegrate, .oneCellLeft, .nothingMeasured, .notFiniteResult, .untrainedSource,
    .inputChanged:
    .data
  }
}

private func category(of error: CountDataError) -> FailureCategory {
  switch error {
  case .tooManyGenes: .usage
  case .notFinite, .sumTooLarge, .negative, .logNormalized, .normalized, .noCellsLeft,
    .oneSourceLeft, .noListedGenes, .genesExcluded:
    .data
  case .unreadableList: .noInput
  case .scratchFailed: .inputOutput
  }
}

private func category(of error: OutputError) -> FailureCategory {
  switch error {
  case .cannotCreate: .cannotCreate
  case .cannotWrite: .inputOutput
  }
}

private func category(of error: HDF5Error) -> FailureCategory {
  switch error {
  case .cannotOpen(_, let reason):
    switch reason {
    case .standardInput: .usage
    case .absent, .notPermitted, .directory, .notRegular, .locked, .other: .noInput
    case .empty, .notHDF5, .truncated: .data
    }
  case .cannotCreate: .cannotCreate
  case .cannotFinish, .cannotWrite: .inputOutput
  case .cannotRead, .damagedChunk, .noSuchObject, .noSuchAttribute, .wrongKind, .wrongElements,
    .shapeMismatch, .outOfRange, .tooLarge, .missingFilter, .notStored,
    .endlessStrings:
    .data
  }
}
