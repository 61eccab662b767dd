import CellFiles
import Foundation
import HDF5
import Testing
import TestSupport

/// The values of '--size-factor', and its traces in the outputs.
@Suite struct SizeFactorOptionTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try write("x.h5ad", columns: ["batch", "area", "gaps", "zero", "type"])
    try write("new.h5ad", columns: ["batch", "type"])
  }

  private func write(_ name: String, columns: [String]) throws {
    var rows = madeCounts(cells: 80, genes: 20)
    for cell in rows.indices { rows[cell][0] += 1 }
    let file = try File(creatingAt: folder.path(name))
    try file.writeMatrix(rows, at: "X", of: Float.self)
    try file.writeTable("obs", index: (0..<80).map { "x\($0)" }, columns: columns)
    try file.writeTable("var", index: (0..<20).map { "G\($0)" })
    for column in columns {
      switch column {
      case "area": try file.write((0..<80).map { Double($0 % 9 + 20) }, at: "obs/area")
      case "gaps": try file.write((0..<80).map { $0 == 5 ? Double.nan : 1.5 }, at: "obs/gaps")
      case "zero": try file.write((0..<80).map { _ in 0.0 }, at: "obs/zero")
      case "batch": try file.write(strings: (0..<80).map { "s\($0 % 2)" }, at: "obs/batch")
      default: try file.write(strings: (0..<80).map { "t\($0 % 3)" }, at: "obs/\(column)")
      }
    }
    try file.close()
  }

  @Test func `the column is in the record, the model and the report, and needed to map`() throws {
    let outcome = try Program.run(
      [
        "x.h5ad", "--size-factor", "area", "-o", "out.h5ad", "--json", "run.json", "--report",
        "report.html", "--model", "model.h5",
      ] + IntegrateTests.fast, in: folder.url)
    #expect(outcome.status == 0, "\(outcome.error)")
    let record = try String(contentsOf: folder.url.appending(path: "run.json"), encoding: .utf8)
    #expect(record.contains("\"size_factor\" : \"area\""))
    #expect(record.contains("\"median_size\" : 24"))
    let report = try String(contentsOf: folder.url.appending(path: "report.html"), encoding: .utf8)
    #expect(report.contains("Size factor") && report.contains("instead of by their total"))
    let model = try File(readingAt: folder.path("model.h5"))
    #expect(try model.attribute("size_factor", of: "/") == .string("area"))
    #expect(try model.attribute("version", of: "/") == .integer(6))
    try model.close()
    let mapped = try Program.run(
      ["map", "model.h5", "x.h5ad", "-o", "mapped.h5ad", "-q"], in: folder.url)
    #expect(mapped.status == 0, "\(mapped.error)")
    let refused = try Program.run(
      ["map", "model.h5", "new.h5ad", "-o", "no.h5ad", "-q"], in: folder.url)
    #expect(refused.status == 65)
    #expect(
      refused.error.hasSuffix(
        "Error: the model was trained with a size factor, which new cells need as well: 'new.h5ad' has no "
          + "column 'area' for '--size-factor'; no column of 'obs' holds numbers\n"),
      "\(refused.error)")
    #expect(!FileManager.default.fileExists(atPath: folder.path("no.h5ad")))
  }

  @Test(
    arguments: [
      (
        ["--size-factor", "volume"], 65,
        "'x.h5ad' has no column 'volume' for '--size-factor'; columns of numbers are 'area', 'gaps', "
          + "'zero'"
      ),
      (
        ["--size-factor", "gaps"], 65,
        "1 of 80 cells have no value of the size factor 'gaps', first 'x5'; give them one, or remove "
          + "them"
      ),
      (
        ["--size-factor", "zero"], 65,
        "the size factor 'zero' is '0.0' in cell 'x0', and not a finite number above 0, as in all other "
          + "cells; give a column such as the area of each cell"
      ),
      (
        ["--size-factor", "type"], 65,
        "the size factor 'type' is 't0' in cell 'x0', and not a number, as in all other cells; give a "
          + "column such as the area of each cell"
      ),
      (
        ["--size-factor", "area", "--loss", "mse"], 64,
        "'--loss mse' uses values unchanged, so '--size-factor' has no effect; leave out one of "
          + "'--size-factor' and '--loss mse'"
      ),
      (
        ["--size-factor", "area", "--from-embedding", "X_pca"], 64,
        "'--size-factor' has no effect on an embedding, which is aligned without reading counts or "
          + "training a network; leave it or '--from-embedding' out"
      ),
    ] as [([String], Int32, String)])
  func `what is no size is refused before any training, and nothing is written`(
    arguments: [String], status: Int32, sentence: String
  ) throws {
    let outputs = ["-o", "out.h5ad", "--json", "run.json"]
    // An embedding refuses the options of a fast training as well.
    let fast = arguments.contains("--from-embedding") ? [] : IntegrateTests.fast
    let outcome = try Program.run(["x.h5ad"] + arguments + outputs + fast, in: folder.url)
    #expect(outcome.status == status)
    #expect(outcome.error.hasSuffix("Error: \(sentence)\n"), "\(outcome.error)")
    #expect(!outcome.error.contains("training:"))
    for name in ["out.h5ad", "run.json"] {
      #expect(!FileManager.default.fileExists(atPath: folder.path(name)))
    }
  }
}
