import Foundation

// swift run -c release Benchmarks [names…] [--cells N] [--file FILE] [--threads N] [--turns N] [--json FILE]

let benchmarks: [any Benchmark.Type] = [
  KernelBenchmark.self, ProductBenchmark.self, TrainingBenchmark.self, AlignmentBenchmark.self,
  UMAPBenchmark.self, ReadingBenchmark.self, ZarrBenchmark.self, NormBenchmark.self,
  EndToEndBenchmark.self, MillionCellsBenchmark.self, ManyBatchesBenchmark.self,
  PeersBenchmark.self, SplitBenchmark.self, StepsBenchmark.self, NeighboursBenchmark.self,
  BarsBenchmark.self,
]
let names = benchmarks.map { $0.name }.joined(separator: "|")
let usage = """
  usage: Benchmarks [\(names)…] [--json FILE]
    --cells N                  the number of cells of 'umap', 'neighbours', 'reading', 'zarr', 'end-to-end', 'million',
                               'batches', 'peers', 'steps' and 'bars'
    --file FILE                the file of 'neighbours', 'reading', 'norms' and 'split'
    --threads N                the number of threads of 'umap', 'neighbours', 'reading', 'zarr', 'peers', 'split'
                               and 'steps'
    --turns N                  the number of turns of 'peers' and 'bars'
  Without names, all but 'bars' run, which repeats others.

  """

if CommandLine.arguments.count == 5, CommandLine.arguments[1] == IntegrationRun.argument {
  let run = try IntegrationRun(
    from: CommandLine.arguments[2], to: CommandLine.arguments[3],
    memory: Int(CommandLine.arguments[4]))
  FileHandle.standardOutput.write(try JSONEncoder().encode(run))
  exit(0)
}

var chosen: [String] = []
var jsonPath: String?
var settings = BenchmarkSettings()
var arguments = CommandLine.arguments.dropFirst()
while let argument = arguments.popFirst() {
  let option = argument.hasPrefix("--") ? argument.dropFirst(2) : ""
  if option == "json", let path = arguments.popFirst() {
    jsonPath = path
  } else if option == "cells", let number = arguments.popFirst().flatMap({ Int($0) }) {
    settings.cells = number
  } else if option == "threads", let number = arguments.popFirst().flatMap({ Int($0) }) {
    settings.threads = number
  } else if option == "turns", let number = arguments.popFirst().flatMap({ Int($0) }), number > 0 {
    settings.turns = number
  } else if option == "file", let path = arguments.popFirst() {
    settings.file = path
  } else if benchmarks.contains(where: { $0.name == argument }) {
    chosen.append(argument)
  } else {
    FileHandle.standardError.write(Data(usage.utf8))
    exit(64)
  }
}

var report = BenchmarkReport(settings: settings)
for benchmark in benchmarks
where chosen.isEmpty ? !benchmark.repeatsOthers : chosen.contains(benchmark.name) {
  do {
    try benchmark.init().run(into: &report)
  } catch {
    FileHandle.standardError.write(Data("\(benchmark.name): \(error)\n".utf8))
    exit(70)
  }
}
if let jsonPath { try report.json().write(to: URL(filePath: jsonPath)) }
