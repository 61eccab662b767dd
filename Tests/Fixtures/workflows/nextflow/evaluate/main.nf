// Made by scharmonize 0.1.0 from the declarations of its own command line:
// scharmonize workflow nextflow evaluate -o FOLDER
// Make it anew with each version rather than edit it.
//
// No container or conda package of scharmonize is published: have the program on the PATH of
// tasks, or name a container of yours that has it:
//   process { withName: 'SCHARMONIZE_EVALUATE' { container = 'IMAGE' } }
//
// Options go into 'ext.args'; those that there are stand in meta.yml:
//   process { withName: 'SCHARMONIZE_EVALUATE' { ext.args = '--batch-key donor --label-key cell_type' } }
// 'cell_table' may be [].
//
// Options that are not here:
//   --scratch: engines set TMPDIR, which is taken
//   --quiet: an engine keeps what is said in its log
//   --log-format: an engine keeps what is said in its log
process SCHARMONIZE_EVALUATE {
    tag "${meta.id}"
    label 'process_medium'

    conda "${moduleDir}/environment.yml"

    input:
    tuple val(meta), path(h5ad, stageAs: 'input/*')
    path cell_table, stageAs: 'cell_table/*'

    output:
    tuple val(meta), path("${prefix}.json"), emit: json
    tuple val(meta), path("${prefix}.csv"), emit: csv
    tuple val(meta), path("${prefix}.html"), emit: report
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
    scharmonize evaluate \\
        ${h5ad} \\
        --json '${prefix}.json' \\
        --csv '${prefix}.csv' \\
        --report '${prefix}.html' \\
        ${cell_table_option} \\
        --threads ${task.cpus} ${memory_option} \\
        ${args}
    """

    stub:
    prefix = task.ext.prefix ?: "${meta.id}"
    """
    touch '${prefix}.json'
    touch '${prefix}.csv'
    touch '${prefix}.html'
    """
}
