public import ArgumentParser
package import Harmonize
package import Workflows

// The library's enumerations, with their raw values as names.
extension FeatureKind: ExpressibleByArgument {}
extension PeakCounts: ExpressibleByArgument {}
extension BatchComposition: ExpressibleByArgument {}
extension EmbeddingSpace: ExpressibleByArgument {}
extension ReconstructionLoss: ExpressibleByArgument {}
extension MinibatchMakeup: ExpressibleByArgument {}
extension ProductPrecision: ExpressibleByArgument {}
extension Optimizer: ExpressibleByArgument {}
extension CriticNorm: ExpressibleByArgument {}
extension JoiningOptions.Genes: ExpressibleByArgument {}
extension Destination.Format: ExpressibleByArgument {}
extension GeneNaming: ExpressibleByArgument {}
extension MappingOptions.Statistics: ExpressibleByArgument {}
extension WorkflowEngine: ExpressibleByArgument {}
extension WrappedCommand: ExpressibleByArgument {}

extension Normalization: ExpressibleByArgument {
  /// Parses a norm by its name in options.
  package init?(argument: String) {
    guard let norm = Self.allCases.first(where: { $0.spelling == argument }) else { return nil }
    self = norm
  }

  package static var allValueStrings: [String] { allCases.map(\.spelling) }

  // The help shows the values as it does for other options, without the raw value.
  package static var allValueDescriptions: [String: String] { [:] }

  package var defaultValueDescription: String { spelling }
}
