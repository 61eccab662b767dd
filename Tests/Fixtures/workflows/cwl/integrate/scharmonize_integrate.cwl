#!/usr/bin/env cwl-runner
# Made by scharmonize 0.1.0 from the declarations of its own command line:
# scharmonize workflow cwl integrate -o FOLDER
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
#   --in-place: an engine's inputs are not to be changed
#   --checkpoint: the output's name with '.checkpoint' is in the task's own folder
#   --checkpoint-minutes: a task that is begun anew has no checkpoint
#   --resume: a task that is begun anew has no checkpoint
#   --scratch: engines set TMPDIR, which is taken
#   --quiet: an engine keeps what is said in its log
#   --log-format: an engine keeps what is said in its log
cwlVersion: v1.2
class: CommandLineTool
label: "Train a model and write a corrected embedding."
doc: "Reads the counts of every input, trains on minibatches that mix the batches, and writes the embedding of each cell: to 'obsm/X_scharmonize' of an .h5ad, or as a table. The inputs are not changed unless '--in-place' asks for it.\n\nWith one file, the column '--batch-key' of 'obs' names each cell's batch. With several files, each is a batch by its name, and the genes that all of them have are used, or with '--join outer' those that any has.\n\nExamples:\nscharmonize cells.h5ad --batch-key donor -o harmonized.h5ad\nscharmonize day1.h5 day2.h5 -o harmonized.h5ad --model model.h5\nscharmonize --samples sheet.csv --join outer -o embedding.tsv.gz"

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

baseCommand: [scharmonize, integrate]
arguments:
  - prefix: --threads
    valueFrom: $(runtime.cores)
  # Half of the memory for what grows with the data leaves room for the rest.
  - prefix: --memory
    valueFrom: $(Math.floor(runtime.ram / 2))M

inputs:
  cells:
    type:
      type: array
      items: [File, Directory]
    inputBinding:
      position: 1
    doc: "The expression matrices: .h5ad, .h5mu, .loom, .h5 of 10x Genomics, or a folder with matrix.mtx, barcodes.tsv and features.tsv. The content decides, not the name."
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
    doc: "The column of 'obs' that names a cell's batch, or several, parted by commas. (default: batch; of several files, each is a batch, unless the sample sheet has a column 'batch')"
  join:
    type:
      - "null"
      - type: enum
        symbols: ["inner", "outer"]
    inputBinding:
      position: 3
      prefix: --join
    doc: "The genes of several files to keep: those that all have, or those that any has. What a file lacks is then taken as not measured, not as zero. (default: inner)"
  gene_names:
    type:
      - "null"
      - type: enum
        symbols: ["id", "symbol"]
    inputBinding:
      position: 3
      prefix: --gene-names
    doc: "What genes are called and matched by. (default: what the files share most)"
  h5ad_name:
    type: string
    default: "harmonized.h5ad"
    inputBinding:
      position: 3
      prefix: --output
    doc: "Where to write the result: .h5ad (the input with 'obsm/X_scharmonize'), or the embedding as a table: .csv, .tsv (also with .gz), .npy, .h5; '-' for a table on standard output."
  embedding_only:
    type: boolean?
    inputBinding:
      position: 3
      prefix: --embedding-only
    doc: "Write the .h5ad without 'X', layers and raw."
  umap:
    type: boolean?
    inputBinding:
      position: 3
      prefix: --umap
    doc: "Also lay the cells out in a plane by the embedding, for pictures, and write that to 'obsm/X_umap' of the .h5ad, in place of the input's own if it has one."
  model_name:
    type: string
    default: "harmonized.model.h5"
    inputBinding:
      position: 3
      prefix: --model
    doc: "Also write the trained model, as HDF5: all that it takes to place new cells later."
  corrected_name:
    type: string?
    inputBinding:
      position: 3
      prefix: --corrected
    doc: "Also write the corrected expression of the genes used, an .h5ad: what each cell would have had averaged over all batches, or as the one that '--as' names."
  as:
    type: string?
    inputBinding:
      position: 3
      prefix: --as
    doc: "The batch that '--corrected' decodes all cells as. (default: the average over all)"
  json_name:
    type: string
    default: "harmonized.json"
    inputBinding:
      position: 3
      prefix: --json
    doc: "Write the run's record here: options, counts, losses, warnings, times; '-' for standard output."
  report_name:
    type: string
    default: "harmonized.html"
    inputBinding:
      position: 3
      prefix: --report
    doc: "Also write a page on the run for any browser, .html: what was done on what, the cells before and after by batch and '--label-key', how batches mixed and what each kept, the training, warnings, and a methods paragraph."
  multiqc_name:
    type: string
    default: "harmonized_mqc.json"
    inputBinding:
      position: 3
      prefix: --multiqc
    doc: "Also write two files for MultiQC: x_mqc.json, the mixing of each batch, and beside it x_general_mqc.json, the run's row of general statistics. The sample is named after the output."
  n_genes:
    type: long?
    inputBinding:
      position: 3
      prefix: --n-genes
    doc: "How many highly variable genes to use. (default: 2000)"
  genes:
    type: File?
    inputBinding:
      position: 3
      prefix: --genes
    doc: "Use the genes that this file names, one a line, instead; '-' for standard input."
  exclude_genes:
    type: string[]?
    inputBinding:
      position: 3
      prefix: --exclude-genes
    doc: "Leave these genes out of the selection, but not of the cells' totals: sets (mito, ribo, cycle, stress, sex), patterns such as 'HLA-*', names, or files of names, one a line."
  min_counts:
    type: long?
    inputBinding:
      position: 3
      prefix: --min-counts
    doc: "Leave cells with fewer counts out of the training. (default: 1)"
  min_genes:
    type: long?
    inputBinding:
      position: 3
      prefix: --min-genes
    doc: "Leave cells with fewer expressed genes out of the training. (default: 0)"
  hidden:
    type: string?
    inputBinding:
      position: 3
      prefix: --hidden
    doc: "The widths of the encoder's hidden layers, such as 256,128, or 64x50 for fifty of 64; the decoder has them in reverse. (default: 256,128)"
  latent:
    type: long?
    inputBinding:
      position: 3
      prefix: --latent
    doc: "The dimensions of the latent space. (default: 20)"
  residual:
    type: boolean?
    inputBinding:
      position: 3
      prefix: --residual
    doc: "Add skip connections between hidden layers of equal width."
  encoder_norm:
    type:
      - "null"
      - type: enum
        symbols: ["batch", "source", "matched", "layer", "group", "none"]
    inputBinding:
      position: 3
      prefix: --encoder-norm
    doc: "The encoder's normalization: of the mixed minibatch, per batch, or per cell. (default: batch)"
  decoder_norm:
    type:
      - "null"
      - type: enum
        symbols: ["batch", "source", "matched", "layer", "group", "none"]
    inputBinding:
      position: 3
      prefix: --decoder-norm
    doc: "The decoder's normalization: by each batch's offset at matched composition, by its own moments, of the mixed minibatch, or per cell. (default: matched)"
  composition:
    type:
      - "null"
      - type: enum
        symbols: ["matched", "equal"]
    inputBinding:
      position: 3
      prefix: --composition
    doc: "The populations that batches hold: found from expression, so that types of one batch alone stay apart, or taken to be equal in all. (default: matched)"
  batch_shrinkage:
    type: ["null", double, string]
    inputBinding:
      position: 3
      prefix: --batch-shrinkage
    doc: "How many cells of the mixture count toward a batch's statistics; 'inf' for the mixture alone. (default: 1.0)"
  dropout:
    type: double?
    inputBinding:
      position: 3
      prefix: --dropout
    doc: "The share of hidden units left out at each step. (default: 0.1)"
  loss:
    type:
      - "null"
      - type: enum
        symbols: ["nb", "poisson", "mse"]
    inputBinding:
      position: 3
      prefix: --loss
    doc: "The loss; 'mse' also takes values that are not counts, as they are. (default: nb)"
  visits:
    type: long?
    inputBinding:
      position: 3
      prefix: --visits
    doc: "How many cell visits the training takes. (default: 40 a cell, at least 200000, at most 500000)"
  minibatch_size:
    type: long?
    inputBinding:
      position: 3
      prefix: --minibatch-size
    doc: "How many cells a minibatch holds. (default: 128)"
  minibatches:
    type:
      - "null"
      - type: enum
        symbols: ["mixed", "shuffled", "single"]
    inputBinding:
      position: 3
      prefix: --minibatches
    doc: "Whether minibatches mix the batches, hold cells as they come, or those of a single source. (default: mixed)"
  learning_rate:
    type: double?
    inputBinding:
      position: 3
      prefix: --learning-rate
    doc: "The step size of the optimizer at the start. (default: 0.001, rising to 0.002 between 2500 and 5000 cells)"
  kl_weight:
    type: double?
    inputBinding:
      position: 3
      prefix: --kl-weight
    doc: "The weight of the latent space's divergence from a standard normal. (default: 0.2)"
  adversary:
    type: double?
    inputBinding:
      position: 3
      prefix: --adversary
    doc: "The weight of a critic that guesses each cell's batch from its latent position, which the encoder learns to hide; such as 1. 0 is none. (default: 0.0)"
  critic_norm:
    type:
      - "null"
      - type: enum
        symbols: ["layer", "spectral"]
    inputBinding:
      position: 3
      prefix: --critic-norm
    doc: "What keeps the critic within bounds: layer norm, or the spectral norms of its weights. (default: layer)"
  critic_hidden:
    type: string?
    inputBinding:
      position: 3
      prefix: --critic-hidden
    doc: "The widths of the critic's hidden layers. (default: 64)"
  seed:
    type: long?
    inputBinding:
      position: 3
      prefix: --seed
    doc: "The seed of every random choice. (default: 0)"
  space:
    type:
      - "null"
      - type: enum
        symbols: ["decoded", "latent"]
    inputBinding:
      position: 3
      prefix: --space
    doc: "Where the embedding is taken: principal components of the corrected expression, or the latent space. (default: decoded)"
  components:
    type: long?
    inputBinding:
      position: 3
      prefix: --components
    doc: "How many principal components the embedding has. (default: 20)"
  component_scaling:
    type: double?
    inputBinding:
      position: 3
      prefix: --component-scaling
    doc: "The power of its deviation that each component is divided by: 0 keeps coarse types apart, 0.5 mixes more. (default: 0.0)"
  no_align:
    type: boolean?
    inputBinding:
      position: 3
      prefix: --no-align
    doc: "Leave the alignment of clusters out."
  theta:
    type: string?
    inputBinding:
      position: 3
      prefix: --theta
    doc: "How strongly each cluster is pushed to hold all batches, within 0 and 1000; one number, or one a batch key. (default: 1)"
  sigma:
    type: double?
    inputBinding:
      position: 3
      prefix: --sigma
    doc: "How soft the clusters are, within 0.0001 and 10000. (default: 0.1)"
  lambda:
    type: ["null", double, string]
    inputBinding:
      position: 3
      prefix: --lambda
    doc: "The ridge penalty on a batch's offset in a cluster, in cells; 'auto' for a fifth of the cells expected there, at least 40 over the batch's cells. (default: auto)"
  clusters:
    type: long?
    inputBinding:
      position: 3
      prefix: --clusters
    doc: "How many clusters there are. (default: a thirtieth of the cells, at most 100)"
  threads:
    type: int
    default: 2
    doc: "How many threads to use; the result is the same for any."
  memory_mib:
    type: int
    default: 4096
    doc: "How much memory to reserve, in MiB; the result is the same for any."
  label_key:
    type: string?
    inputBinding:
      position: 3
      prefix: --label-key
    doc: "A column of 'obs' with cell types: never used in training, only to warn of types that cannot be told from their batch, and kept in '--model' for 'map' to transfer."
  null_test:
    type: boolean?
    inputBinding:
      position: 3
      prefix: --null-test
    doc: "Run twice more, with the batches dealt out at random and with another seed, and report how much each changes the graph of 30 nearest neighbours."

outputs:
  h5ad:
    type: File
    outputBinding:
      glob: $(inputs.h5ad_name)
    doc: "The cells with their embedding."
  model:
    type: File
    format: edam:format_3590
    outputBinding:
      glob: $(inputs.model_name)
    doc: "The trained model: all that it takes to place new cells later."
  corrected:
    type: File?
    format: edam:format_3590
    outputBinding:
      glob: $(inputs.corrected_name)
    doc: "The corrected expression of the genes used."
  json:
    type: File
    format: edam:format_3464
    outputBinding:
      glob: $(inputs.json_name)
    doc: "The run's record: options, counts, warnings, times."
  report:
    type: File
    format: edam:format_2331
    outputBinding:
      glob: $(inputs.report_name)
    doc: "A page on the run for any browser."
  multiqc:
    type: File
    format: edam:format_3464
    outputBinding:
      glob: $(inputs.multiqc_name)
    doc: "The mixing of each batch, for MultiQC."
  multiqc_general:
    type: File
    format: edam:format_3464
    outputBinding:
      glob: "*_general_mqc.json"
    doc: "The run's row of MultiQC's general statistics."

successCodes: [0]
temporaryFailCodes: [130, 143]
permanentFailCodes: [64, 65, 66, 70, 73, 74]

$namespaces:
  edam: http://edamontology.org/
  s: https://schema.org/
s:softwareVersion: "0.1.0"
s:license: https://spdx.org/licenses/Apache-2.0
s:citation: https://doi.org/10.1038/s41592-019-0619-0
