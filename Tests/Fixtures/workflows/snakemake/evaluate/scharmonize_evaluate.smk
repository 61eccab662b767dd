# Made by scharmonize 0.1.0 from the declarations of its own command line:
# scharmonize workflow snakemake evaluate -o FOLDER
# Make it anew with each version rather than edit it.
#
# In a Snakefile:
#   configfile: "config.yaml"
#   rule all:
#       input: expand("results/evaluate/{dataset}.json", dataset=config["scharmonize_evaluate"]["datasets"])
#   include: "FOLDER/scharmonize_evaluate.smk"
# In config.yaml, of which scharmonize_evaluate.schema.json has all that may stand there:
#   scharmonize_evaluate:
#     datasets:
#       atlas: harmonized.h5ad
#     options:
#       batch_key: donor
#
# No container or conda package of scharmonize is published: the program has to be on PATH.
#
# Options that are not here:
#   --scratch: engines set TMPDIR, which is taken
#   --quiet: an engine keeps what is said in its log
#   --log-format: an engine keeps what is said in its log
# 'extra' takes them all the same, as on a command line.
from snakemake.utils import min_version, validate

min_version("8.0")
validate(config.setdefault("scharmonize_evaluate", {}), "scharmonize_evaluate.schema.json", set_default=False)


rule scharmonize_evaluate:
    input:
        h5ad=lambda wildcards: config["scharmonize_evaluate"]["datasets"][wildcards.dataset],
        cell_table=config["scharmonize_evaluate"].get("cell_table", []),
    output:
        json=config["scharmonize_evaluate"].get("results", "results/evaluate") + "/{dataset}.json",
        csv=config["scharmonize_evaluate"].get("results", "results/evaluate") + "/{dataset}.csv",
        report=config["scharmonize_evaluate"].get("results", "results/evaluate") + "/{dataset}.html",
    log:
        config["scharmonize_evaluate"].get("results", "results/evaluate") + "/{dataset}.evaluate.log",
    wildcard_constraints:
        dataset="[^/]+",
    threads: config["scharmonize_evaluate"].get("threads", 4)
    resources:
        mem_mb=config["scharmonize_evaluate"].get("mem_mb", 8192),
    params:
        options=config["scharmonize_evaluate"].get("options", {}),
        extra=config["scharmonize_evaluate"].get("extra", ""),
    conda:
        "environment.yaml"
    script:
        "scharmonize_evaluate.py"
