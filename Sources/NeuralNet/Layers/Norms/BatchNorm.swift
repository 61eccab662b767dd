/// Plain batch norm over all cells of the minibatch, regardless of their batch.
struct BatchNorm: NormOverCells {}
