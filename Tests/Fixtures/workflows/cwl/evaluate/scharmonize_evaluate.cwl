#!/usr/bin/env cwl-runner
# Made by scharmonize 0.1.0 from the declarations of its own command line:
# scharmonize workflow cwl evaluate -o FOLDER
# Make it anew with each version rather than edit it.
#
# No container of scharmonize is published: have the program on PATH, or add a
# DockerRequirement with an image of yours that has it.
#
# What the program says goes to standard error, and so to the log of the engine: in a file it
# would be lost with the output of a run that failed.
#
# Options that are not here:
#   --scratch: engines set TMPDIR, which is taken
#   --quiet: an engine keeps what is said in its log
#   --log-format: an engine keeps what is said in its log
cwlVersion: v1.2
class: CommandLineTool
label: "Judge embeddings by the metrics of scib-metrics."
doc: "Scores every named embedding of an .h5ad: how well it keeps the cell types (with '--label-key'), and how well it mixes the batches. The metrics and their aggregates are those of scib-metrics 0.5.10; KMeans is averaged over 20 runs. Also shown is what can be told without labels: mixing against what the batches' sizes predict, within the cell types that they share, and how far each batch kept its own neighbourhoods. Warns of batches that seem to hold other cell types than the others, and of those merged with different cells.\n\nExamples:\nscharmonize evaluate harmonized.h5ad --batch-key donor\nscharmonize evaluate cells.h5ad --label-key cell_type --json scores.json"

requirements:
  ResourceRequirement:
    coresMin: $(inputs.threads)
    ramMin: $(inputs.memory_mib)
  InlineJavascriptRequirement: {}
hints:
  SoftwareRequirement:
    packages:
      scharmonize:
        version: ["0.1.0"]

baseCommand: [scharmonize, evaluate]
arguments:
  - prefix: --threads
    valueFrom: $(runtime.cores)
  # Half of the memory for what grows with the data leaves room for the rest.
  - prefix: --memory
    valueFrom: $(Math.floor(runtime.ram / 2))M

inputs:
  h5ad:
    type: File
    inputBinding:
      position: 1
    doc: "The file with the embeddings."
  embedding:
    type: string[]?
    inputBinding:
      position: 3
      prefix: --embedding
    doc: "The embeddings to judge, by their names in 'obsm'. (default: X_scharmonize)"
  batch_key:
    type: string?
    inputBinding:
      position: 3
      prefix: --batch-key
    doc: "The column of 'obs' that names a cell's batch. (default: batch)"
  label_key:
    type: string?
    inputBinding:
      position: 3
      prefix: --label-key
    doc: "The column of 'obs' with cell types; cells called 'unknown' are left out."
  uncorrected:
    type: string?
    inputBinding:
      position: 3
      prefix: --uncorrected
    doc: "The uncorrected embedding in 'obsm'. (default: principal components of the counts)"
  cell_table:
    type: File?
    inputBinding:
      position: 3
      prefix: --cell-table
    doc: "A table with a row for each cell, by its name, whose columns may be the '--batch-key' and the '--label-key'."
  json_name:
    type: string
    default: "scores.json"
    inputBinding:
      position: 3
      prefix: --json
    doc: "Write the scores as JSON; '-' for standard output."
  csv_name:
    type: string
    default: "scores.csv"
    inputBinding:
      position: 3
      prefix: --csv
    doc: "Write the scores as CSV; '-' for standard output."
  report_name:
    type: string
    default: "scores.html"
    inputBinding:
      position: 3
      prefix: --report
    doc: "Write a page for any browser, .html: each embedding in a picture by batch and '--label-key', and the scores side by side."
  threads:
    type: int
    default: 2
    doc: "How many threads to use; the result is the same for any."
  memory_mib:
    type: int
    default: 4096
    doc: "How much memory to reserve, in MiB; the result is the same for any."

outputs:
  json:
    type: File
    format: edam:format_3464
    outputBinding:
      glob: $(inputs.json_name)
    doc: "The scores of each embedding."
  csv:
    type: File
    format: edam:format_3752
    outputBinding:
      glob: $(inputs.csv_name)
    doc: "The scores of each embedding, as a table."
  report:
    type: File
    format: edam:format_2331
    outputBinding:
      glob: $(inputs.report_name)
    doc: "A page for any browser: pictures, and the scores side by side."
  table:
    type: stdout
    doc: "The scores as a table for people."
stdout: scores.txt

successCodes: [0]
temporaryFailCodes: [130, 143]
permanentFailCodes: [64, 65, 66, 70, 73, 74]

$namespaces:
  edam: http://edamontology.org/
  s: https://schema.org/
s:softwareVersion: "0.1.0"
s:license: https://spdx.org/licenses/Apache-2.0
s:citation: https://doi.org/10.1038/s41592-019-0619-0
