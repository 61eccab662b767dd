import Foundation

// swift run -c release Benchmarks [names…] [--json FILE]

let benchmarks: [any Benchmark.Type] = [
  KernelBenchmark.self, ProductBenchmark.self, TrainingBenchmark.self, AlignmentBenchmark.self,
  EndToEndBenchmark.self, MillionCellsBenchmark.self,
]

let usage = """
  usage: Benchmarks [\(benchmarks.map { $0.name }.joined(separator: "|"))…] [--json FILE]

  """

if CommandLine.arguments.count == 4, CommandLine.arguments[1] == IntegrationRun.argument {
  let run = try IntegrationRun(from: CommandLine.arguments[2], to: CommandLine.arguments[3])
  FileHandle.standardOutput.write(try JSONEncoder().encode(run))
  exit(0)
}

var names: [String] = []
var jsonPath: String?
var arguments = CommandLine.arguments.dropFirst()
while let argument = arguments.popFirst() {
  if argument == "--json", let path = arguments.popFirst() {
    jsonPath = path
  } else if benchmarks.contains(where: { $0.name == argument }) {
    names.append(argument)
  } else {
    FileHandle.standardError.write(Data(usage.utf8))
    exit(64)
  }
}

var report = BenchmarkReport()
for benchmark in benchmarks where names.isEmpty || names.contains(benchmark.name) {
  do {
    try benchmark.init().run(into: &report)
  } catch {
    FileHandle.standardError.write(Data("\(benchmark.name): \(error)\n".utf8))
    exit(70)
  }
}
if let jsonPath { try report.json().write(to: URL(filePath: jsonPath)) }
