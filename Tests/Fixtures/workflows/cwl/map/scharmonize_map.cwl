#!/usr/bin/env cwl-runner
# Made by scharmonize 0.1.0 from the declarations of its own command line:
# scharmonize workflow cwl map -o FOLDER
# Make it anew with each version rather than edit it.
#
# No container of scharmonize is published: have the program on PATH, or add a
# DockerRequirement with an image of yours that has it.
#
# What the program says goes to standard error, and so to the log of the engine: in a file it
# would be lost with the output of a run that failed.
#
# Options that are not here:
#   --samples: a sheet names files that an engine would not bring along; list the files
#   --barcodes: an engine brings a folder along with all that is in it
#   --features: an engine brings a folder along with all that is in it
#   --output-format: the outputs of a wrapper have names that say their formats
#   --scratch: engines set TMPDIR, which is taken
#   --quiet: an engine keeps what is said in its log
#   --log-format: an engine keeps what is said in its log
cwlVersion: v1.2
class: CommandLineTool
label: "Place new cells beside those that a saved model was trained on."
doc: "Reads a model that '--model' wrote and places the cells of the files in its embedding, without any training; the cells of the training do not move. The files may be of batches that the model never saw. Genes are matched by name; what the files lack, at most half, has its mean. With labels in the model, each new cell gets that of most of its nearest neighbours, and with '--certified-radius' also one by the latent means, with how far the cell's input may move before that can change.\n\nExamples:\nscharmonize map model.h5 new.h5ad -o mapped.h5ad\nscharmonize map model.h5 new.h5ad -o mapped.csv --with-reference"

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

baseCommand: [scharmonize, map]
arguments:
  - prefix: --threads
    valueFrom: $(runtime.cores)
  # Half of the memory for what grows with the data leaves room for the rest.
  - prefix: --memory
    valueFrom: $(Math.floor(runtime.ram / 2))M

inputs:
  model:
    type: File
    inputBinding:
      position: 1
    doc: "The model, as 'integrate --model' wrote it."
  cells:
    type:
      type: array
      items: [File, Directory]
    inputBinding:
      position: 2
    doc: "The expression matrices of the new cells, in any format that 'integrate' reads."
  layer:
    type: string?
    inputBinding:
      position: 3
      prefix: --layer
    doc: "Read 'layers/NAME' of an .h5ad, .h5mu or .loom instead of its main matrix."
  use_raw:
    type: boolean?
    inputBinding:
      position: 3
      prefix: --use-raw
    doc: "Read 'raw/X' of an .h5ad or .h5mu instead of 'X'."
  genome:
    type: string?
    inputBinding:
      position: 3
      prefix: --genome
    doc: "The genome to read, where a 10x file of version 2 holds several."
  modality:
    type: string?
    inputBinding:
      position: 3
      prefix: --modality
    doc: "The modality of an .h5mu to read. (default: the only one, or 'rna')"
  feature_type:
    type: string?
    inputBinding:
      position: 3
      prefix: --feature-type
    doc: "The features to read of a 10x file or folder of version 3. (default: Gene Expression)"
  cell_table:
    type: File?
    inputBinding:
      position: 3
      prefix: --cell-table
    doc: "A table with a row for each cell, by its name, whose columns become columns of 'obs', or the aggregation.csv of 'cellranger aggr'. (default: beside an .h5 of 10x Genomics, a .loom or a folder, one that names all cells)"
  batch_key:
    type: string?
    inputBinding:
      position: 3
      prefix: --batch-key
    doc: "The column of 'obs' that names a new cell's batch. (default: batch, where all files have it; else each file is a batch)"
  gene_names:
    type:
      - "null"
      - type: enum
        symbols: ["id", "symbol"]
    inputBinding:
      position: 3
      prefix: --gene-names
    doc: "What genes are called and matched by. (default: what matches the model)"
  h5ad_name:
    type: string
    default: "mapped.h5ad"
    inputBinding:
      position: 3
      prefix: --output
    doc: "Where to write the result: .h5ad (the input with 'obsm/X_scharmonize' and the labels in 'obs'), or the embedding as a table: .csv, .tsv (also with .gz), .npy, .h5; '-' for a table on standard output."
  embedding_only:
    type: boolean?
    inputBinding:
      position: 3
      prefix: --embedding-only
    doc: "Write the .h5ad without 'X', layers and raw."
  with_reference:
    type: boolean?
    inputBinding:
      position: 3
      prefix: --with-reference
    doc: "Write the cells of the training, too, before the new ones: a table, or an .h5ad without expression, with 'is_reference' in 'obs'."
  json_name:
    type: string
    default: "mapped.json"
    inputBinding:
      position: 3
      prefix: --json
    doc: "Write the run's record here; '-' for standard output."
  statistics:
    type:
      - "null"
      - type: enum
        symbols: ["frozen", "adapted", "none"]
    inputBinding:
      position: 3
      prefix: --statistics
    doc: "The statistics the encoder normalizes by: the model's, those of the new cells shrunk toward them, or none, for models with layer or group norm. (default: frozen, or none)"
  query_shrinkage:
    type: double?
    inputBinding:
      position: 3
      prefix: --query-shrinkage
    doc: "How many cells the model's statistics count as in adapted ones, and no common offset in the alignment. (default: 100.0)"
  cluster_shrinkage:
    type: double?
    inputBinding:
      position: 3
      prefix: --cluster-shrinkage
    doc: "How many cells the common offset counts as in each cluster's. (default: 5.0)"
  no_align:
    type: boolean?
    inputBinding:
      position: 3
      prefix: --no-align
    doc: "Leave the new cells where the network places them."
  neighbours:
    type: long?
    inputBinding:
      position: 3
      prefix: --neighbours
    doc: "How many nearest cells vote on a label. (default: 30)"
  min_confidence:
    type: double?
    inputBinding:
      position: 3
      prefix: --min-confidence
    doc: "The share of the votes under which a label is 'unknown'. (default: 0.5)"
  min_support:
    type: double?
    inputBinding:
      position: 3
      prefix: --min-support
    doc: "How much of what sets its label apart a cell's own counts must show, or it is 'unknown': 1 is what a cell of the label shows, 0 asks for nothing. (default: 0.0)"
  certified_radius:
    type: boolean?
    inputBinding:
      position: 3
      prefix: --certified-radius
    doc: "Also label by the latent means, 'scharmonize_mu_label' in 'obs', and write the radius within which that label holds, 'scharmonize_radius': how far the input log(1 + 10⁴ x / t) of a cell may move in l2. 0 where nothing can be said."
  fine_tune:
    type: boolean?
    inputBinding:
      position: 3
      prefix: --fine-tune
    doc: "Learn a scale and a shift of each hidden unit and an offset of each gene for every new batch of 20 cells or more, with all else frozen, before its cells are placed."
  fine_tune_visits:
    type: long?
    inputBinding:
      position: 3
      prefix: --fine-tune-visits
    doc: "How many cell visits that takes for a batch. (default: 50000)"
  fine_tune_shrinkage:
    type: double?
    inputBinding:
      position: 3
      prefix: --fine-tune-shrinkage
    doc: "How many cells the model's own values count as in it. (default: 4.0)"
  seed:
    type: long?
    inputBinding:
      position: 3
      prefix: --seed
    doc: "The seed of the fine-tuning. (default: 0)"
  threads:
    type: int
    default: 2
    doc: "How many threads to use; the result is the same for any."
  memory_mib:
    type: int
    default: 4096
    doc: "How much memory to reserve, in MiB; the result is the same for any."

outputs:
  h5ad:
    type: File
    outputBinding:
      glob: $(inputs.h5ad_name)
    doc: "The cells with their embedding."
  json:
    type: File
    format: edam:format_3464
    outputBinding:
      glob: $(inputs.json_name)
    doc: "The run's record: options, counts, warnings, times."

successCodes: [0]
temporaryFailCodes: [130, 143]
permanentFailCodes: [64, 65, 66, 70, 73, 74]

$namespaces:
  edam: http://edamontology.org/
  s: https://schema.org/
s:softwareVersion: "0.1.0"
s:license: https://spdx.org/licenses/Apache-2.0
s:citation: https://doi.org/10.1038/s41592-019-0619-0
