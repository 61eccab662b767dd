#!/usr/bin/env bash
# Runs the wrappers of 'scharmonize workflow' in the engines that they are for, on the sample data.
#
# run_workflows.sh PROGRAM
#
# The engines are looked for in the folders of SCHARMONIZE_WORKFLOWS, colon-separated, and on PATH;
# what is missing is skipped, and said. From PyPI: snakemake, cwltool (with node), planemo, ct3 and
# nf-core; from Debian: groovy. Nextflow itself comes from no package registry: without it, its
# module is held to Groovy's grammar, and the script that it fills in is run.
#
# The same cells and options give the same model, so each engine's record has to name the digest and
# the options of the program called by hand: nothing was lost on the way.
set -euo pipefail
program=$(realpath "$1")
fixtures=$(cd "$(dirname "$0")" && pwd)
samples=$(realpath "$fixtures/../../sample-data")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/bin"
ln -s "$program" "$work/bin/scharmonize"
export PATH="$work/bin:${SCHARMONIZE_WORKFLOWS:+$SCHARMONIZE_WORKFLOWS:}$PATH"
cd "$work"

for command in integrate map evaluate; do
  for engine in snakemake cwl galaxy; do
    scharmonize workflow "$engine" "$command" -o "$engine" 2>/dev/null
  done
  scharmonize workflow nextflow "$command" -o "nextflow/$command" 2>/dev/null
done

a=$samples/lab_a.h5 b=$samples/lab_b.h5 c=$samples/lab_c.h5
options=(--n-genes 300 --visits 2000 --hidden-sizes 32,32 --residual --batch-shrinkage inf --no-align)
scharmonize integrate "$a" "$b" -o hand.h5ad --model hand.h5 --json hand.json \
  "${options[@]}" --quiet

has() { command -v "$1" >/dev/null || { echo "skipped: no $1 on PATH or in SCHARMONIZE_WORKFLOWS"; return 1; }; }
told() {
  grep '"model_digest"' "$1"
  # Without what an engine decides, and the result does not depend on.
  sed -n '/^  "options"/,/^  }/p' "$1" | grep -vE '"(path|memory|scratch_folder|threads)"'
}
same() { diff <(told hand.json) <(told "$1") || { echo "$2 made another model than the program"; exit 1; }; }

echo "== Snakemake: two .h5 files, a report, a third mapped onto them, scores"
if has snakemake; then
  cat > Snakefile <<'END'
configfile: "config.yaml"
rule all:
    input: "results/integrate/atlas.corrected.h5ad", "results/evaluate/scored.csv", "mapped/new.h5ad", "wrapped.csv"
include: "snakemake/scharmonize_integrate.smk"
include: "snakemake/scharmonize_map.smk"
include: "snakemake/scharmonize_evaluate.smk"
rule wrapped:
    input: h5ad="results/integrate/atlas.h5ad"
    output: csv="wrapped.csv"
    log: "wrapped.log"
    params: options={"embedding": ["X_scharmonize"]}, extra="--quiet"
    wrapper: "file:snakemake/evaluate"
END
  cat > config.yaml <<END
scharmonize_integrate:
  datasets: {atlas: [$a, $b]}
  threads: 2
  mem_mb: 2000
  outputs: {corrected: true}
  options:
    {n_genes: 300, visits: 2000, hidden_sizes: "32,32", residual: true, batch_shrinkage: inf, no_align: true}
scharmonize_map:
  datasets: {new: $c}
  model: results/integrate/atlas.model.h5
  results: mapped
scharmonize_evaluate:
  outputs: {report: false}
  datasets: {scored: results/integrate/atlas.h5ad}
  options: {embedding: [X_scharmonize, X_scharmonize_latent]}
END
  snakemake --cores 2 --quiet all
  same results/integrate/atlas.json Snakemake
  grep -qi "<html" results/integrate/atlas.html && grep -q lab_b results/integrate/atlas.html
  grep -q X_scharmonize_latent results/evaluate/scored.csv
  grep -q "^scharmonize map " mapped/new.map.log
  test ! -e results/evaluate/scored.html && grep -q X_scharmonize wrapped.csv
  sed 's/no_align: true/no_align: 3/' config.yaml > wrong.yaml
  if snakemake --cores 2 --dry-run --forceall --configfile wrong.yaml > wrong.log 2>&1; then
    echo "the schema took a number for a switch"; exit 1
  fi
  grep -q "no_align" wrong.log
  echo "passed"
fi

echo "== CWL: cwltool"
if has cwltool; then
  for command in integrate map evaluate; do
    cwltool --quiet --validate "cwl/scharmonize_$command.cwl" > cwl.log 2>&1 || { cat cwl.log; exit 1; }
  done
  cat > job.yml <<END
cells: [{class: File, path: $a}, {class: File, path: $b}]
n_genes: 300
visits: 2000
hidden_sizes: "32,32"
residual: true
batch_shrinkage: inf
no_align: true
save_corrected: true
save_report: false
END
  run() { cwltool --quiet --no-container --outdir "cwl-$1" "cwl/scharmonize_$1.cwl" "$2" > cwl.log 2>&1 || {
    cat cwl.log; exit 1; }; }
  run integrate job.yml
  same cwl-integrate/harmonized.json cwltool
  test -s cwl-integrate/harmonized.corrected.h5ad && test ! -e cwl-integrate/harmonized.html
  test -s cwl-integrate/harmonized_general_mqc.json
  printf '{model: {class: File, path: %s}, cells: [{class: File, path: %s}]}\n' \
    "$work/cwl-integrate/harmonized.model.h5" "$c" > map.yml
  run map map.yml
  test -s cwl-map/mapped.h5ad
  printf '{h5ad: {class: File, path: %s}, embedding: [X_scharmonize]}\n' \
    "$work/cwl-integrate/harmonized.h5ad" > evaluate.yml
  run evaluate evaluate.yml
  grep -q X_scharmonize cwl-evaluate/scores.csv && grep -q X_scharmonize cwl-evaluate/scores.txt
  printf 'cells: [{class: File, path: %s}]\nbatch_key: no such column\n' "$a" > wrong.yml
  if cwltool --no-container --outdir cwl-wrong cwl/scharmonize_integrate.cwl wrong.yml > wrong.log 2>&1; then
    echo "cwltool took a failed run for a good one"; exit 1
  fi
  grep -q "no such column" wrong.log && grep -q "permanentFail" wrong.log
  echo "passed"
fi

echo "== Galaxy: planemo lint"
if has planemo; then
  for command in integrate map evaluate; do
    planemo lint --fail_level warn "galaxy/scharmonize_$command.xml" > planemo.log 2>&1 || {
      cat planemo.log; exit 1; }
  done
  echo "passed"
fi

echo "== Galaxy: the command lines, filled in by Cheetah"
cheetah=
for folder in $(tr : ' ' <<< "$PATH"); do
  if [ -x "$folder/python" ] && "$folder/python" -c 'import Cheetah' 2>/dev/null; then
    cheetah=$folder/python; break
  fi
done
if [ -n "$cheetah" ]; then
  render() { GALAXY_SLOTS=2 GALAXY_MEMORY_MB=2000 bash -euo pipefail -c \
    "$("$cheetah" "$fixtures/render_galaxy.py" "$work/galaxy/scharmonize_$1.xml" "${@:2}")"; }
  mkdir job && cd job
  # Names that a shell or a path might trip over, and two that are the same.
  render integrate "cells=lab a's \$(x).h5@$a,lab_b@$b,lab_b.h5@$c" \
    training_options.visits=2000 outputs=corrected > log 2>&1 || { cat log; exit 1; }
  ls cells > names
  diff names - <<< $'lab_a_s___x_.h5\nlab_b.h5\nlab_b_3.h5'
  test -s harmonized.corrected.h5ad
  rm -r cells
  render integrate "cells=$a,$b" outputs=model,json \
    cells_and_genes_options.n_genes=300 training_options.visits=2000 \
    model_options.hidden_sizes=32,32 model_options.residual=true model_options.batch_shrinkage=inf \
    embedding_and_alignment_options.no_align=true > log 2>&1 || { cat log; exit 1; }
  (cd .. && same job/harmonized.json Galaxy)
  rm -r cells
  render map "model=$work/hand.h5" "cells=$c" 2>/dev/null && test -s mapped.h5ad
  render evaluate "h5ad=$work/hand.h5ad" evaluation_options.embedding=X_scharmonize,X_scharmonize_latent outputs=csv > table
  grep -q X_scharmonize_latent scores.csv
  cd ..
  echo "passed"
else
  echo "skipped: no Python with ct3 in the folders of SCHARMONIZE_WORKFLOWS or on PATH"
fi

echo "== Nextflow: a pipeline of the three modules"
if has nextflow; then
  cp -r "$fixtures/pipeline" pipeline
  mkdir -p pipeline/modules/local
  cp -r nextflow pipeline/modules/local/scharmonize
  (cd pipeline && nextflow -q run main.nf -ansi-log false --cells "$a,$b" --query "$c" --outdir results)
  same pipeline/results/atlas.json Nextflow
  test -s pipeline/results/atlas.corrected.h5ad && test -s pipeline/results/new.h5ad
  test -s pipeline/results/atlas.csv
  if has nf-test; then
    (cd pipeline && nf-test test modules/local/scharmonize/*/tests/main.nf.test)
  fi
  echo "passed"
fi

echo "== Nextflow: Groovy's grammar, and the script filled in by Groovy (no Nextflow)"
if has groovy; then
  export JAVA_HOME=${JAVA_HOME:-$(dirname "$(dirname "$(realpath "$(command -v java)")")")}
  task() {
    mkdir -p "task/$1" && cd "task/$1"
    for part in script stub outputs; do
      groovy "$fixtures/render_nextflow.groovy" $part "$work/nextflow/$1/main.nf" "${@:2}" > "$part"
    done
    for part in script stub; do
      bash -euo pipefail "$part" > log 2>&1 || { cat log; exit 1; }
      while read -r name; do
        test -e "$name" || { echo "$1 writes no $name"; exit 1; }
        if [ $part = script ]; then mv "$name" "kept.$name"; fi
      done < outputs
    done
    cd ../..
  }
  task integrate "$a $b" "${options[*]}"
  same task/integrate/kept.atlas.json Nextflow
  task map "$c" "" "model=$work/hand.h5"
  task evaluate "$work/hand.h5ad" "--embedding X_scharmonize" batch_key=batch
  grep -q "batch-key 'batch'" task/evaluate/script
  echo "passed"
fi
