// Made by scharmonize 0.1.0 from the declarations of its own command line:
// scharmonize workflow nextflow map -o FOLDER
// Make it anew with each version rather than edit it.
//
// No container or conda package of scharmonize is published: have the program on the PATH of
// tasks, or name a container of yours that has it:
//   process { withName: 'SCHARMONIZE_MAP' { container = 'IMAGE' } }
//
// Options go into 'ext.args'; those that there are stand in meta.yml:
//   process { withName: 'SCHARMONIZE_MAP' { ext.args = '--batch-key donor --statistics adapted' } }
// 'cell_table' may be [].
//
// Options that are not here:
//   --samples: a sheet names files that an engine would not bring along; list the files
//   --barcodes: an engine brings a folder along with all that is in it
//   --features: an engine brings a folder along with all that is in it
//   --output-format: the outputs of a wrapper have names that say their formats
//   --scratch: engines set TMPDIR, which is taken
//   --quiet: an engine keeps what is said in its log
//   --log-format: an engine keeps what is said in its log
process SCHARMONIZE_MAP {
    tag "${meta.id}"
    label 'process_medium'

    conda "${moduleDir}/environment.yml"

    input:
    tuple val(meta), path(cells, stageAs: 'cells??/*')
    tuple val(meta2), path(model, stageAs: 'model/*')
    path cell_table, stageAs: 'cell_table/*'

    output:
    tuple val(meta), path("${prefix}.h5ad"), emit: h5ad
    tuple val(meta), path("${prefix}.json"), emit: json
    tuple val("${task.process}"), val('scharmonize'), eval('scharmonize --version'), topic: versions, emit: versions_scharmonize

    when:
    task.ext.when == null || task.ext.when

    script:
    def args = task.ext.args ?: ''
    prefix = task.ext.prefix ?: "${meta.id}"
    def cell_table_option = cell_table ? "--cell-table ${cell_table}" : ''
    // Half of the memory for what grows with the data leaves room for the rest.
    def memory_option = task.memory ? "--memory ${task.memory.toMega().intdiv(2)}M" : ''
    """
    scharmonize map \\
        ${model} ${cells} \\
        --output '${prefix}.h5ad' \\
        --json '${prefix}.json' \\
        ${cell_table_option} \\
        --threads ${task.cpus} ${memory_option} \\
        ${args}
    """

    stub:
    prefix = task.ext.prefix ?: "${meta.id}"
    """
    touch '${prefix}.h5ad'
    touch '${prefix}.json'
    """
}
