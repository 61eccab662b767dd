// A pipeline in the style of nf-core with the three modules: cells are integrated, further cells
// mapped to the model, and the embedding evaluated. 'run_workflows.sh' puts the modules beside it.
include { SCHARMONIZE_INTEGRATE } from './modules/local/scharmonize/integrate/main'
include { SCHARMONIZE_MAP } from './modules/local/scharmonize/map/main'
include { SCHARMONIZE_EVALUATE } from './modules/local/scharmonize/evaluate/main'

workflow {
    cells = Channel.fromPath(params.cells.tokenize(',')).toSortedList().map { files -> [[id: 'atlas'], files] }
    query = Channel.fromPath(params.query).map { file -> [[id: 'new'], file] }

    SCHARMONIZE_INTEGRATE(cells, [], [], [], [], true, true, true)
    SCHARMONIZE_MAP(query, SCHARMONIZE_INTEGRATE.out.model, [], [])
    SCHARMONIZE_EVALUATE(SCHARMONIZE_INTEGRATE.out.h5ad, [], 'batch', false)
}
