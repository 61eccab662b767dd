// Prints the shell script of a module's task, filled in as Nextflow would, and the names of the
// outputs that it promises.
//
// groovy render_nextflow.groovy script|stub|outputs main.nf CELLS ARGS [NAME=PATH]...
//
// This is no Nextflow: it holds the file to Groovy's grammar, and fills in the strings.
import org.codehaus.groovy.control.CompilationUnit
import org.codehaus.groovy.control.Phases

def (what, path, cells, options) = args[0..3]
// Groovy 2 takes no line break within an expression of a string in simple quotes, as Nextflow does.
def text = new File(path).text.replaceAll(/([?:])\n +'/) { it[1] + " '" }
def unit = new CompilationUnit()
unit.addSource('main.nf', text)
unit.compile(Phases.CONVERSION)

def lines = text.readLines()
def position = { name -> lines.findIndexOf { it.trim() == name } }
def sections = [
  script: lines[position('script:') + 1..<position('stub:')],
  // The last brace is the end of the process.
  stub: lines[position('stub:') + 1..<lines.findLastIndexOf { it == '}' }],
]
def binding = new Binding(
  task: new Expando(
    cpus: 2, memory: new Expando(toMega: { 2000L }), process: 'TEST',
    ext: [args: options, prefix: null]),
  meta: [id: 'atlas'], cells: cells, h5ad: cells, genes: [], corrected_genes: [], cell_table: [],
  batch_key: [],
  save_model: true, save_corrected: true, save_report: true)
args.drop(4).each { def (name, value) = it.split('=', 2); binding.setVariable(name, value) }
def shell = new GroovyShell(binding)
def filled = shell.evaluate(sections[what == 'stub' ? 'stub' : 'script'].join('\n'))
if (what == 'outputs') {
  lines[position('output:')..<position('when:')].each { line ->
    def match = line =~ /path\((".*?")\)/
    if (match) println(shell.evaluate(match[0][1]))
  }
} else {
  println(filled)
}
