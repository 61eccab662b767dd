"""Runs 'scharmonize evaluate' for a rule of Snakemake.

Made by scharmonize 0.1.0 from the declarations of its own command line:
scharmonize workflow snakemake evaluate -o FOLDER
Make it anew with each version rather than edit it.
"""

import shlex
import subprocess
import sys
from contextlib import nullcontext

# What stands on its own on the command line.
POSITIONAL = ["h5ad"]
# Input files, where the rule has them.
INPUTS = {
    "cell_table": "--cell-table",
}
# Output files, where the rule has them.
OUTPUTS = {
    "json": "--json",
    "csv": "--csv",
    "report": "--report",
}
# What 'options' of the rule's params may name: switches, and options with a value.
SWITCHES = {}
OPTIONS = {
    "embedding": "--embedding",
    "batch_key": "--batch-key",
    "label_key": "--label-key",
    "uncorrected": "--uncorrected",
}


def listed(value):
    """One value or several, as a list of texts."""
    return [str(value)] if isinstance(value, (str, int, float)) else [str(v) for v in value]


def command_line(rule):
    """The command line that a rule asks for."""
    line = ["scharmonize", "evaluate"]
    for name in POSITIONAL:
        line += listed(rule.input.get(name) or [])
    for name, flag in INPUTS.items():
        if rule.input.get(name):
            line += [flag] + listed(rule.input.get(name))
    for name, flag in OUTPUTS.items():
        if rule.output.get(name):
            line += [flag, str(rule.output.get(name))]
    line += ["--threads", str(rule.threads)]
    # Half of the memory for what grows with the data leaves room for the rest.
    if rule.resources.get("mem_mb"):
        line += ["--memory", f"{int(rule.resources.mem_mb) // 2}M"]
    for name, value in (rule.params.get("options") or {}).items():
        if name in SWITCHES:
            line += [SWITCHES[name]] if value else []
        elif name in OPTIONS:
            line += [OPTIONS[name]] + listed(value) if value is not None else []
        else:
            known = ", ".join(sorted([*SWITCHES, *OPTIONS]))
            raise ValueError(f"'options' has no '{name}'; there are {known}")
    return line + shlex.split(rule.params.get("extra") or "")


def run(rule):
    """Runs the command, with what it says in the rule's log."""
    line = command_line(rule)
    with open(rule.log[0], "w") if rule.log else nullcontext(sys.stderr) as log:
        print(shlex.join(line), file=log, flush=True)
        subprocess.run(line, stdout=log, stderr=log, check=True)


run(snakemake)  # noqa: F821, which Snakemake gives to a script
