# Made by scharmonize 0.1.0 from the declarations of its own command line:
# scharmonize workflow snakemake integrate -o FOLDER
# Make it anew with each version rather than edit it.
#
# In a Snakefile:
#   configfile: "config.yaml"
#   rule all:
#       input: expand("results/integrate/{dataset}.h5ad", dataset=config["scharmonize_integrate"]["datasets"])
#   include: "FOLDER/scharmonize_integrate.smk"
# In config.yaml, of which scharmonize_integrate.schema.json has all that may stand there:
#   scharmonize_integrate:
#     datasets:
#       atlas: [lab_a.h5, lab_b.h5]
#     options:
#       batch_key: donor
#
# No container or conda package of scharmonize is published: the program has to be on PATH.
#
# Options that are not here:
#   --samples: a sheet names files that an engine would not bring along; list the files
#   --barcodes: an engine brings a folder along with all that is in it
#   --features: an engine brings a folder along with all that is in it
#   --output-format: the outputs of a wrapper have names that say their formats
#   --in-place: an engine's inputs are not to be changed
#   --checkpoint: the output's name with '.checkpoint' is in the task's own folder
#   --checkpoint-minutes: a task that is begun anew has no checkpoint
#   --resume: a task that is begun anew has no checkpoint
#   --scratch: engines set TMPDIR, which is taken
#   --quiet: an engine keeps what is said in its log
#   --log-format: an engine keeps what is said in its log
# 'extra' takes them all the same, as on a command line.
from snakemake.utils import min_version, validate

min_version("8.0")
validate(config.setdefault("scharmonize_integrate", {}), "scharmonize_integrate.schema.json", set_default=False)


rule scharmonize_integrate:
    input:
        cells=lambda wildcards: config["scharmonize_integrate"]["datasets"][wildcards.dataset],
        cell_table=config["scharmonize_integrate"].get("cell_table", []),
        genes=config["scharmonize_integrate"].get("genes", []),
    output:
        h5ad=config["scharmonize_integrate"].get("results", "results/integrate") + "/{dataset}.h5ad",
        model=config["scharmonize_integrate"].get("results", "results/integrate") + "/{dataset}.model.h5",
        # corrected=config["scharmonize_integrate"].get("results", "results/integrate") + "/{dataset}.corrected.h5ad",
        json=config["scharmonize_integrate"].get("results", "results/integrate") + "/{dataset}.json",
        report=config["scharmonize_integrate"].get("results", "results/integrate") + "/{dataset}.html",
        multiqc=config["scharmonize_integrate"].get("results", "results/integrate") + "/{dataset}_mqc.json",
        multiqc_general=config["scharmonize_integrate"].get("results", "results/integrate") + "/{dataset}_general_mqc.json",
    log:
        config["scharmonize_integrate"].get("results", "results/integrate") + "/{dataset}.integrate.log",
    wildcard_constraints:
        dataset="[^/]+",
    threads: config["scharmonize_integrate"].get("threads", 4)
    resources:
        mem_mb=config["scharmonize_integrate"].get("mem_mb", 8192),
    params:
        options=config["scharmonize_integrate"].get("options", {}),
        extra=config["scharmonize_integrate"].get("extra", ""),
    conda:
        "environment.yaml"
    script:
        "scharmonize_integrate.py"
