internal import Evaluation
import Foundation
import Testing
import TestSupport
@testable import Integration
@testable import Numerics
@testable import Support
@testable import RunReports

@Suite struct MultiQCTests {
  @Test func `the bars are those of each batch, and zero is one`() throws {
    let text = String(
      decoding: try MultiQC(of: madeRecord(), sample: "run/1").mixing(), as: UTF8.self)
    #expect(
      text == """
        {
          "data" : {
            "run/1" : {
              "d1" : 0.8765,
              "d2" : 0
            }
          },
          "description" : "The share of each batch's neighbours from other batches and the cell's own \
        population, divided by the share expected from the composition of the population: 0 for a \
        separate batch, about 1 for a mixed one. A batch without shared populations has no bar.",
          "id" : "scharmonize_mixing",
          "parent_description" : "removes batch effects from single-cell data.",
          "parent_id" : "scharmonize",
          "parent_name" : "scharmonize",
          "pconfig" : {
            "cpswitch" : false,
            "hide_zero_cats" : false,
            "id" : "scharmonize_mixing_plot",
            "stacking" : "group",
            "title" : "scharmonize: mixing by batch",
            "tt_decimals" : 2,
            "ylab" : "Mixing (0 separate, 1 mixed)",
            "ymin" : 0
          },
          "plot_type" : "bargraph",
          "section_name" : "Mixing by batch"
        }

        """)
  }

  @Test func `the general statistics are a row and its columns, in an order`() throws {
    let data = try MultiQC(of: madeRecord(), sample: "one").general()
    let content = try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
    #expect(content["plot_type"] as? String == "generalstats")
    #expect(
      content["data"] as? [String: [String: Double]] == [
        "one": [
          "cells": 5_000, "genes": 2_000, "batches": 2, "warnings": 1, "mixing_before": 0.125,
          "mixing_after": 0.75, "overlaid_after": 0.0625, "preserved": 0.5, "loss": 400.04,
        ]
      ])
    let columns = try #require(content["pconfig"] as? [[String: [String: Any]]])
    #expect(
      columns.flatMap(\.keys) == [
        "verdict", "verdict_evidence", "cells", "batches", "genes", "mixing_before", "mixing_after",
        "overlaid_after", "different", "preserved", "type_neighbours", "loss", "warnings",
      ])
    let mixing = try #require(columns[6]["mixing_after"])
    #expect(mixing["max"] as? Double == 1 && mixing["format"] as? String == "{:,.2f}")
  }

  @Test func `the assessment of a run is in words, and coloured`() throws {
    let record = try madeRecord {
      $0.mixing?.verdict = try JSONDecoder().decode(
        CorrectionVerdict.self,
        from: Data(#"{"kind": "overcorrected", "evidence": "mixing 0.9 (0.1 before)"}"#.utf8))
    }
    let content =
      try JSONSerialization.jsonObject(with: MultiQC(of: record, sample: "one").general())
      as? [String: Any]
    let row = (content?["data"] as? [String: [String: Any]])?["one"]
    #expect(row?["verdict"] as? String == "overcorrected")
    #expect(row?["verdict_evidence"] as? String == "mixing 0.9 (0.1 before)")
    #expect(row?["cells"] as? Double == 5_000)
    let columns = try #require(content?["pconfig"] as? [[String: [String: Any]]])
    let column = try #require(columns[0]["verdict"])
    #expect(column["min"] == nil && column["scale"] == nil && column["format"] == nil)
    #expect(
      column["cond_formatting_rules"] as? [String: [[String: String]]] == [
        "pass": [["s_eq": "well corrected"]], "warn": [["s_ne": "well corrected"]],
      ])
    #expect(columns[1]["verdict_evidence"]?["hidden"] as? Bool == true)
  }

  @Test func `a run of one batch has no bars, and no numbers of mixing`() throws {
    let record = madeRecord {
      $0.mixing = nil
      $0.preservation = []
    }
    let files = MultiQC(of: record, sample: "one")
    let bars = try JSONSerialization.jsonObject(with: files.mixing()) as? [String: Any]
    #expect(bars?["data"] as? [String: [String: Double]] == ["one": [:]])
    let row = try JSONSerialization.jsonObject(with: files.general()) as? [String: Any]
    let values = (row?["data"] as? [String: [String: Double]])?["one"]
    #expect(values.map { Set($0.keys) } == ["cells", "genes", "batches", "warnings", "loss"])
  }

  @Test func `a batch with nothing to mix with has no bar, types have the lowest share`() throws {
    let record = madeRecord { record in
      record.mixing?.before = nil
      record.mixing?.after = nil
      record.mixing?.batches[1].after = nil
      record.mixing?.overlaidAfter = 0.9
      record.types = [
        .init(label: "T", cells: 30, before: 1, after: 0.75),
        .init(label: "NK", cells: 20, before: 1, after: 0.25),
      ]
    }
    let files = MultiQC(of: record, sample: "one")
    let bars = try JSONSerialization.jsonObject(with: files.mixing()) as? [String: Any]
    #expect(bars?["data"] as? [String: [String: Double]] == ["one": ["d1": 0.8765]])
    let row = try JSONSerialization.jsonObject(with: files.general()) as? [String: Any]
    let values = (row?["data"] as? [String: [String: Double]])?["one"]
    #expect(values?["mixing_before"] == nil && values?["mixing_after"] == nil)
    #expect(values?["overlaid_after"] == 0.9 && values?["type_neighbours"] == 0.25)
  }

  @Test func `of many batches those with the most cells have bars`() throws {
    let record = madeRecord { record in
      record.batches = (0..<60).map { .init(name: "s\($0)", cells: 10 + $0, cellsUsed: 10 + $0) }
      record.mixing?.batches = record.batches.map { .init(batch: $0.name, before: 0, after: 1) }
    }
    let data = try MultiQC(of: record, sample: "one").mixing()
    let content = try JSONSerialization.jsonObject(with: data) as? [String: Any]
    let bars = (content?["data"] as? [String: [String: Double]])?["one"]
    #expect(bars.map { Set($0.keys) } == Set((10..<60).map { "s\($0)" }))
    #expect(
      (content?["description"] as? String)?.hasSuffix(
        "Only the 50 batches with the most cells are shown.") == true
    )
  }

  @Test func `a run is called after its output`() {
    #expect(MultiQC.sampleName(ofOutput: "results/donor1.h5ad") == "donor1")
    #expect(MultiQC.sampleName(ofOutput: "a.b/donor1.v2.tsv.gz") == "donor1.v2")
    #expect(MultiQC.sampleName(ofOutput: "plain") == "plain")
    #expect(MultiQC.sampleName(ofOutput: ".h5ad") == ".h5ad")
    #expect(MultiQC.generalPath(beside: "out/x_mqc.json") == "out/x_general_mqc.json")
  }

  @Test func `both files are looked at before any work, and written whole`() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("x_mqc.json")
    try MultiQC.checkWritable(path)
    for name in ["x.json", "_mqc.json", "x_mqc.yaml"] {
      let path = folder.path(name)
      #expect(
        throws: OptionError(
          option: "MultiQC", value: path,
          expected: "a name that ends in _mqc.json, which MultiQC looks for")
      ) { try MultiQC.checkWritable(path) }
    }
    let general = folder.path("x_general_mqc.json")
    #expect(
      throws: UsageError(
        "the output of `MultiQC` is also the output '\(general)'; name two files")
    ) { try MultiQC.checkWritable(path, outputs: [general]) }
    let files = MultiQC(of: madeRecord(), sample: "one")
    try files.write(to: path)
    #expect(try Data(contentsOf: URL(filePath: path)) == files.mixing())
    #expect(try Data(contentsOf: URL(filePath: general)) == files.general())
  }
}
