import ArgumentParser
package import Harmonize
package import Workflows

// The library's enumerations, with their raw values as names.
extension Normalization: ExpressibleByArgument {}
extension BatchComposition: ExpressibleByArgument {}
extension EmbeddingSpace: ExpressibleByArgument {}
extension ReconstructionLoss: ExpressibleByArgument {}
extension MinibatchMakeup: ExpressibleByArgument {}
extension CriticNorm: ExpressibleByArgument {}
extension JoiningOptions.Genes: ExpressibleByArgument {}
extension Destination.Format: ExpressibleByArgument {}
extension GeneNaming: ExpressibleByArgument {}
extension MappingOptions.Statistics: ExpressibleByArgument {}
extension WorkflowEngine: ExpressibleByArgument {}
extension WrappedCommand: ExpressibleByArgument {}
