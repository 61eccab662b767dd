import Harmonize

// The first example of the article, in a script.
let path = CommandLine.arguments[1]
let cells = try await onOwnThread { [path] in
  try CellDataset(readingAt: [path], batchKey: "batch")
}
print(cells)

var options = IntegrationOptions()
options.seed = 1
options.checkpoint = CheckpointOptions(path: "cells.checkpoint")

let task = Task { [options] in
  try await onOwnThread {
    try integrate(cells, options: options) { progress in
      print(progress.stage, Int(100 * progress.fraction), "%")
    }
  }
}

// Where the user has thought better of it:
task.cancel()
do {
  _ = try await task.value
} catch is CancellationError {
  print("stopped")
}

// And later again, from where it was:
options.checkpoint?.resumes = true
let resumed = options
var result = try await onOwnThread { try integrate(cells, options: resumed) }
for (name, row) in zip(cells.names, result.embedding).prefix(3) {
  print(name, row.map { $0 })
}
let destination = try Destination("script.h5ad", inputs: [path])
try destination.write(&result, of: cells)
options.checkpoint?.discard()
