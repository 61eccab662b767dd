/// A norm over all units of each cell.
struct LayerNorm: NormWithinCells {}
