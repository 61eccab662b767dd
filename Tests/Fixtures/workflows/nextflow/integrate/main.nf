// Made by scharmonize 0.1.0 from the declarations of its own command line:
// scharmonize workflow nextflow integrate -o FOLDER
// Make it anew with each version rather than edit it.
//
// No container or conda package of scharmonize is published: have the program on the PATH of
// tasks, or name a container of yours that has it:
//   process { withName: 'SCHARMONIZE_INTEGRATE' { container = 'IMAGE' } }
//
// Options go into 'ext.args'; those that there are stand in meta.yml:
//   process { withName: 'SCHARMONIZE_INTEGRATE' { ext.args = '--batch-key donor --n-genes 3000' } }
// 'corrected' is written where they ask for it by this name:
//   ext.args = { "--corrected ${task.ext.prefix ?: meta.id}.corrected.h5ad" }
// 'cell_table', 'genes' may be [].
//
// Options that are not here:
//   --samples: a sheet names files that an engine would not bring along; list the files
//   --barcodes: an engine brings a folder along with all that is in it
//   --features: an engine brings a folder along with all that is in it
//   --output-format: the outputs of a wrapper have names that say their formats
//   --in-place: an engine's inputs are not to be changed
//   --checkpoint: the output's name with '.checkpoint' is in the task's own folder
//   --checkpoint-minutes: a task that is begun anew has no checkpoint
//   --resume: a task that is begun anew has no checkpoint
//   --scratch: engines set TMPDIR, which is taken
//   --quiet: an engine keeps what is said in its log
//   --log-format: an engine keeps what is said in its log
process SCHARMONIZE_INTEGRATE {
    tag "${meta.id}"
    label 'process_medium'

    conda "${moduleDir}/environment.yml"

    input:
    tuple val(meta), path(cells, stageAs: 'cells??/*')
    path cell_table, stageAs: 'cell_table/*'
    path genes, stageAs: 'genes/*'

    output:
    tuple val(meta), path("${prefix}.h5ad"), emit: h5ad
    tuple val(meta), path("${prefix}.model.h5"), emit: model
    tuple val(meta), path("${prefix}.corrected.h5ad"), emit: corrected, optional: true
    tuple val(meta), path("${prefix}.json"), emit: json
    tuple val(meta), path("${prefix}.html"), emit: report
    tuple val(meta), path("${prefix}_mqc.json"), emit: multiqc
    tuple val(meta), path("${prefix}_general_mqc.json"), emit: multiqc_general
    tuple val("${task.process}"), val('scharmonize'), eval('scharmonize --version'), topic: versions, emit: versions_scharmonize

    when:
    task.ext.when == null || task.ext.when

    script:
    def args = task.ext.args ?: ''
    prefix = task.ext.prefix ?: "${meta.id}"
    def cell_table_option = cell_table ? "--cell-table ${cell_table}" : ''
    def genes_option = genes ? "--genes ${genes}" : ''
    // Half of the memory for what grows with the data leaves room for the rest.
    def memory_option = task.memory ? "--memory ${task.memory.toMega().intdiv(2)}M" : ''
    """
    scharmonize integrate \\
        ${cells} \\
        --output '${prefix}.h5ad' \\
        --model '${prefix}.model.h5' \\
        --json '${prefix}.json' \\
        --report '${prefix}.html' \\
        --multiqc '${prefix}_mqc.json' \\
        ${cell_table_option} \\
        ${genes_option} \\
        --threads ${task.cpus} ${memory_option} \\
        ${args}
    """

    stub:
    prefix = task.ext.prefix ?: "${meta.id}"
    """
    touch '${prefix}.h5ad'
    touch '${prefix}.model.h5'
    touch '${prefix}.json'
    touch '${prefix}.html'
    touch '${prefix}_mqc.json'
    touch '${prefix}_general_mqc.json'
    """
}
