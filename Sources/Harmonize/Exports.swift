// The library is one import: the stages of the method, and the values that they take and give.
@_exported public import Alignment
// `import Harmonize` also imports what a user of the library needs: cells with their files, and the
// model's options.
@_exported public import CellFiles
@_exported public import CountData
@_exported public import Evaluation
@_exported public import Integration
@_exported public import Numerics
@_exported public import Support
@_exported public import NeuralNet
@_exported public import Report
@_exported public import RunReports
@_exported public import Simulation
@_exported public import Training
@_exported public import UMAP
