// What a user of the library needs beside it: cells and where they come from, and the model's
// options. `import Harmonize` brings them along.
@_exported public import CellFiles
@_exported public import Evaluation
@_exported public import NeuralNet
@_exported public import Report
@_exported public import UMAP
