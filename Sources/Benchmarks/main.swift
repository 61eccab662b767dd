import Foundation

// swift run -c release Benchmarks [names…] [--json FILE]

let benchmarks: [any Benchmark.Type] = [
  ProductBenchmark.self, TrainingBenchmark.self, AlignmentBenchmark.self,
]
let usage = """
  usage: Benchmarks [\(benchmarks.map { $0.name }.joined(separator: "|"))…] [--json FILE]

  """

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
  try benchmark.init().run(into: &report)
}
if let jsonPath { try report.json().write(to: URL(filePath: jsonPath)) }
