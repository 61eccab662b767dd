# Made by scharmonize 0.1.0 from the declarations of its own command line:
# scharmonize workflow snakemake map -o FOLDER
# Make it anew with each version rather than edit it.
#
# In a Snakefile:
#   configfile: "config.yaml"
#   rule all:
#       input: expand("results/map/{dataset}.h5ad", dataset=config["scharmonize_map"]["datasets"])
#   include: "FOLDER/scharmonize_map.smk"
# In config.yaml, of which scharmonize_map.schema.json has all that may stand there:
#   scharmonize_map:
#     datasets:
#       atlas: [lab_a.h5, lab_b.h5]
#     model: model.h5
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
#   --scratch: engines set TMPDIR, which is taken
#   --quiet: an engine keeps what is said in its log
#   --log-format: an engine keeps what is said in its log
# 'extra' takes them all the same, as on a command line.
from snakemake.utils import min_version, validate

min_version("8.0")
validate(config.setdefault("scharmonize_map", {}), "scharmonize_map.schema.json", set_default=False)


rule scharmonize_map:
    input:
        cells=lambda wildcards: config["scharmonize_map"]["datasets"][wildcards.dataset],
        model=config["scharmonize_map"]["model"],
        cell_table=config["scharmonize_map"].get("cell_table", []),
    output:
        h5ad=config["scharmonize_map"].get("results", "results/map") + "/{dataset}.h5ad",
        json=config["scharmonize_map"].get("results", "results/map") + "/{dataset}.json",
    log:
        config["scharmonize_map"].get("results", "results/map") + "/{dataset}.map.log",
    wildcard_constraints:
        dataset="[^/]+",
    threads: config["scharmonize_map"].get("threads", 4)
    resources:
        mem_mb=config["scharmonize_map"].get("mem_mb", 8192),
    params:
        options=config["scharmonize_map"].get("options", {}),
        extra=config["scharmonize_map"].get("extra", ""),
    conda:
        "environment.yaml"
    script:
        "scharmonize_map.py"
