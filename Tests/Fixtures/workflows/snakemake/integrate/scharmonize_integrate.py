"""Runs 'scharmonize integrate' for a rule of Snakemake.

Made by scharmonize 0.1.0 from the declarations of its own command line:
scharmonize workflow snakemake integrate -o FOLDER
Make it anew with each version rather than edit it.
"""

import shlex
import subprocess
import sys
from contextlib import nullcontext

# What stands on its own on the command line.
POSITIONAL = ["cells"]
# Input files, where the rule has them.
INPUTS = {
    "cell_table": "--cell-table",
    "genes": "--genes",
}
# Output files, where the rule has them.
OUTPUTS = {
    "h5ad": "--output",
    "model": "--model",
    "corrected": "--corrected",
    "json": "--json",
    "report": "--report",
    "multiqc": "--multiqc",
}
# What 'options' of the rule's params may name: switches, and options with a value.
SWITCHES = {
    "use_raw": "--use-raw",
    "embedding_only": "--embedding-only",
    "umap": "--umap",
    "residual": "--residual",
    "no_align": "--no-align",
    "null_test": "--null-test",
}
OPTIONS = {
    "layer": "--layer",
    "genome": "--genome",
    "modality": "--modality",
    "feature_type": "--feature-type",
    "batch_key": "--batch-key",
    "join": "--join",
    "gene_names": "--gene-names",
    "as": "--as",
    "n_genes": "--n-genes",
    "exclude_genes": "--exclude-genes",
    "min_counts": "--min-counts",
    "min_genes": "--min-genes",
    "hidden": "--hidden",
    "latent": "--latent",
    "encoder_norm": "--encoder-norm",
    "decoder_norm": "--decoder-norm",
    "composition": "--composition",
    "batch_shrinkage": "--batch-shrinkage",
    "dropout": "--dropout",
    "loss": "--loss",
    "visits": "--visits",
    "minibatch_size": "--minibatch-size",
    "minibatches": "--minibatches",
    "learning_rate": "--learning-rate",
    "kl_weight": "--kl-weight",
    "adversary": "--adversary",
    "critic_norm": "--critic-norm",
    "critic_hidden": "--critic-hidden",
    "seed": "--seed",
    "space": "--space",
    "components": "--components",
    "component_scaling": "--component-scaling",
    "theta": "--theta",
    "sigma": "--sigma",
    "lambda": "--lambda",
    "clusters": "--clusters",
    "label_key": "--label-key",
}


def listed(value):
    """One value or several, as a list of texts."""
    return [str(value)] if isinstance(value, (str, int, float)) else [str(v) for v in value]


def command_line(rule):
    """The command line that a rule asks for."""
    line = ["scharmonize", "integrate"]
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
