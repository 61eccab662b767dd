#!/usr/bin/env bash
# Runs the workflow of 'scharmonize workflow snakemake --pipeline' on the sample data: on this machine,
# with jobs that are killed, and by a Slurm of one node that it starts for the purpose.
#
# run_pipeline.sh PROGRAM
#
# Snakemake, with its plugin for Slurm, is looked for in the folders of SCHARMONIZE_WORKFLOWS,
# colon-separated, and on PATH. Slurm is that of Debian: 'apt-get install slurm-wlm munge'; its daemons
# are started as root. What is missing is skipped, and said.
#
# Every run has to have the coordinates of one process, byte for byte.
set -euo pipefail
program=$(realpath "$1")
samples=$(realpath "$(dirname "$0")/../../sample-data")
work=$(mktemp -d)
daemons=()
finish() {
  for daemon in "${daemons[@]}"; do kill "$daemon" 2>/dev/null || true; done
  wait
  if [ -e "$work/slurm.conf" ]; then rm -f /etc/slurm/slurm.conf; fi
  rm -rf "$work"
}
trap finish EXIT
mkdir "$work/bin" "$work/killed"
# The first job of every file and step is killed soon after it began.
cat > "$work/bin/scharmonize" <<END
#!/bin/sh
mark=\$(printf '%s' "\$*" | tr -c 'a-zA-Z0-9\n' _)
if [ -e "$work/kills" ] && mkdir "$work/killed/\$mark" 2>/dev/null; then
  "$program" "\$@" &
  sleep 0.05
  kill -9 \$! 2>/dev/null
  wait \$!
  exit 137
fi
exec "$program" "\$@"
END
chmod +x "$work/bin/scharmonize"
export PATH="$work/bin:${SCHARMONIZE_WORKFLOWS:+$SCHARMONIZE_WORKFLOWS:}$PATH"
cd "$work"
command -v snakemake >/dev/null || { echo "skipped: no snakemake on PATH or in SCHARMONIZE_WORKFLOWS"; exit 0; }

options=(--n-genes 300 --visits 2000 --hidden-sizes 32,32)
names=(lab_a lab_b lab_c)
for name in "${names[@]}"; do ln -s "$samples/$name.h5" "$name.h5"; done
scharmonize integrate lab_a.h5 lab_b.h5 lab_c.h5 -o hand.npy "${options[@]}" --quiet
scharmonize workflow snakemake --pipeline > steps.smk

run() { # the folder of the results, and how Snakemake runs jobs
  local results=$1
  shift
  cat > "$results.yaml" <<END
scharmonize:
  files: {lab_a: lab_a.h5, lab_b: lab_b.h5, lab_c: lab_c.h5}
  plan: "${options[*]}"
  write: "--output-format npy"
  results: $results
  threads: 1
  mem_mb: 1000
  train_threads: 2
  train_mem_mb: 1500
END
  snakemake -s steps.smk --configfile "$results.yaml" --quiet all "$@" > "$results.log" 2>&1 || {
    cat "$results.log" "$results"/logs/*.log "$work"/*.log .snakemake/log/*.log; exit 1; }
  # The numbers of a file follow a heading of 128 bytes.
  for name in "${names[@]}"; do tail -c +129 "$results/$name.h5ad"; done > "$results.numbers"
  tail -c +129 hand.npy | cmp - "$results.numbers"
  grep -q '"model_digest"' "$results/run.json"
}

echo "== Snakemake: the steps over three files"
run plain --cores 2
echo "passed"

echo "== Snakemake: the same, with the first job of every file and step killed"
touch kills
run killed_runs --cores 2
test "$(find killed -mindepth 1 | wc -l)" -eq 15
rm -r kills killed/*
echo "passed"

echo "== Slurm: the same on a node of its own"
for daemon in slurmctld slurmd munged sbatch; do
  command -v "$daemon" >/dev/null || { echo "skipped: no $daemon; install slurm-wlm and munge"; exit 0; }
done
[ "$(id -u)" = 0 ] || { echo "skipped: Slurm's daemons need root"; exit 0; }
snakemake --help | grep -q -- --slurm-status-command || {
  echo "skipped: no snakemake-executor-plugin-slurm beside snakemake"; exit 0; }
[ ! -e /etc/slurm/slurm.conf ] || { echo "skipped: this machine has a Slurm of its own"; exit 0; }
host=$(hostname -s)
cat > slurm.conf <<END
ClusterName=steps
SlurmctldHost=$host(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
SlurmctldPort=17817
SlurmdPort=17818
StateSaveLocation=$work/ctld
SlurmdSpoolDir=$work/slurmd
SlurmctldPidFile=$work/ctld.pid
SlurmdPidFile=$work/slurmd.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
SlurmdParameters=config_overrides
ReturnToService=2
MpiDefault=none
NodeName=$host NodeAddr=127.0.0.1 CPUs=2 RealMemory=8000 State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
END
mkdir ctld slurmd
# Steps of jobs see no variables of Slurm, so the file lies where Slurm looks for it.
mkdir -p /etc/slurm
cp slurm.conf /etc/slurm/slurm.conf
if ! munge -n > munge.log 2>&1; then
  mkdir -p /run/munge
  chown munge: /run/munge
  runuser -u munge -- "$(command -v munged)" --foreground >> munge.log 2>&1 &
  daemons+=($!)
fi
slurmctld -D > ctld.log 2>&1 &
daemons+=($!)
slurmd -D > slurmd.log 2>&1 &
daemons+=($!)
for _ in $(seq 60); do
  [ "$(sinfo -h -o %T 2>/dev/null)" = idle ] && break
  sleep 1
done
[ "$(sinfo -h -o %T)" = idle ] || { cat ./*.log; echo "Slurm's node did not start"; exit 1; }
touch kills
run slurm --executor slurm --jobs 4 --slurm-status-command squeue --slurm-no-account \
  --slurm-init-seconds-before-status-checks 1 --latency-wait 10
test "$(find killed -mindepth 1 | wc -l)" -eq 15
echo "passed"
