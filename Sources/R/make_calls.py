#!/usr/bin/env python3
"""Write R/api.R, man/*.Rd and the version in DESCRIPTION from what the program tells.

    make_calls.py PROGRAM           write the files
    make_calls.py PROGRAM --check   fail where one is not what would be written

Each option of a command becomes an argument of the R call, with the program's help as its
documentation. Only what the call itself decides, or what cells in memory cannot need, is left out.
"""

import json
import re
import subprocess
import sys
import textwrap
from pathlib import Path

HERE = Path(__file__).parent

# The call decides these, as it reads and writes the temporary files.
DECIDED = {"output", "output-format", "embedding-only", "log-format", "quiet", "json", "version", "help"}

# These choose what to read of files, or are no use without files.
OF_FILES = {"samples", "genome", "modality", "feature-type", "barcodes", "features", "cell-table"}

# The arguments that a call has beside the options, each with its text; {option} is an option's help.
PLACE = {
    "assay": "Assay with the counts. The default is the default assay of a Seurat object, and "
    "\\code{\"counts\"} of a SingleCellExperiment.",
    "layer": "Layer with the counts, in Seurat 4 the slot. The layers of split assays, such as "
    "\\code{counts.1} and \\code{counts.2}, are joined.",
}
SHOWN = {
    "progress": "Whether to show the progress, or a function that is called with the name of the "
    "stage and its fraction done.",
    "verbose": "Whether to show the notices of the program.",
}
# The texts of options that mean something else for an object than for a file.
TEXTS = {
    "from-embedding": "Name of a reduction that is aligned instead of training on the counts. New cells "
    "need one in the space of the reference. It needs the package hdf5r or rhdf5.",
}
MORE = {"\\dots": "Arguments of the methods; others are an error."}

CALLS = {
    "RunScharmonize": {
        "command": "integrate",
        "title": "Remove Batch Effects",
        "description": "Trains an autoencoder with batch normalization on minibatches that mix the "
        "batches, and adds the corrected embedding to the object. The counts stay as they are.",
        "left_out": {"in-place", "join", "use-raw", "layer", "batch-key", "label-key", "umap"},
        "own": {
            "object": "A Seurat object, of Seurat 4 or 5, or a SingleCellExperiment, with raw counts.",
            "batch": "{batch-key} May be a vector of several columns.",
            "label": "{label-key}",
            **PLACE,
            "reduction.name": "Name of the reduction that is added.",
        },
        "defaults": {"reduction.name": '"scharmonize"'},
        "value": "The object with a reduction, and the record of the run in \\code{misc} of a Seurat "
        "object or \\code{metadata} of a SingleCellExperiment, both named \\code{reduction.name}. "
        "Cells with few counts can be in a column \\code{scharmonize_trained}, which is "
        "\\code{FALSE} for cells that were not in the training.",
        "run": "found <- integrate_cells(parts$cells, batch, label, options, progress, verbose)",
        "example": "object <- RunScharmonize(object, batch = \"donor\")\n"
        "object <- Seurat::FindNeighbors(object, reduction = \"scharmonize\", dims = 1:20)",
    },
    "MapScharmonize": {
        "command": "map",
        "title": "Map New Cells to the Embedding of a Model",
        "description": "Places new cells in the embedding of a model that \\code{RunScharmonize} "
        "wrote, without training. If the model has labels, each cell gets one, which needs the "
        "package hdf5r or rhdf5.",
        "left_out": {"use-raw", "layer", "batch-key", "with-reference"},
        "own": {
            "object": "The new cells: a Seurat object or a SingleCellExperiment, with raw counts.",
            "model": "Path of the model, which \\code{RunScharmonize} wrote to its \\code{model}.",
            "batch": "{batch-key}",
            "covariate": "Columns of the covariates of the model; needed if the model has some.",
            **PLACE,
            "reduction.name": "Name of the reduction that is added.",
        },
        "defaults": {"reduction.name": '"scharmonize"'},
        "value": "The object with a reduction and the record, as of \\code{\\link{RunScharmonize}}; "
        "the labels are in columns that begin with \\code{scharmonize}.",
        "run": "found <- map_cells(parts$cells, model, batch, options, progress, verbose)",
        "example": "object <- RunScharmonize(object, batch = \"donor\", label = \"cell_type\", "
        "model = \"model.h5\")\nnew <- MapScharmonize(new, \"model.h5\")",
    },
    "EvaluateScharmonize": {
        "command": "evaluate",
        "title": "Evaluate Embeddings",
        "description": "Scores reductions by the metrics of scib-metrics. It needs the package hdf5r "
        "or rhdf5.",
        "left_out": {
            "embedding", "batch-key", "label-key", "uncorrected", "csv", "layer", "use-raw",
        },
        "own": {
            "object": "A Seurat object or a SingleCellExperiment with the reductions, and with raw "
            "counts unless \\code{uncorrected} is given.",
            "reductions": "Names of the reductions.",
            "batch": "{batch-key}",
            "label": "{label-key}",
            "uncorrected": "Name of a reduction without correction. The default is principal "
            "components of the counts.",
            **PLACE,
        },
        "defaults": {"reductions": '"scharmonize"'},
        "value": "A data frame with a row for each reduction, and the row \"uncorrected\". If the "
        "reduction \\code{scharmonize} was trained with the labels by which it is scored, the column "
        "\\code{trained_labels} names theirs.",
        "example": "EvaluateScharmonize(object, c(\"pca\", \"scharmonize\"), batch = \"donor\")",
    },
}


def long_name(argument):
    return next((n["name"] for n in argument.get("names") or [] if n["kind"] == "long"), None)


def keyword(name):
    return name.replace("-", ".")


def text_of_rd(text):
    return re.sub(r"([\\%{}])", r"\\\1", text)


def sentence(argument, keywords):
    """Return the help of an option, with arguments in place of flags."""

    def replaced(match):
        if match[1] not in keywords:
            return match[0]
        value = match[2]
        if value and not re.fullmatch(r"[-+.\d]+", value):
            value = json.dumps(value)
        return f"\\code{{{keywords[match[1]]}{' = ' + value if value else ''}}}"

    text = text_of_rd(" ".join((argument.get("abstract") or "").split()))
    text = re.sub(r"'--([a-z][a-z-]*)(?: ([^']+))?'", replaced, text)
    values, default = argument.get("allValues"), argument.get("defaultValue")
    if values and "(values:" not in text:
        text += f" One of {', '.join(values)}."
    if default is not None and argument["kind"] != "flag" and "(default:" not in text:
        text += f" (default: {default})"
    return text


def item(name, text):
    return textwrap.fill(
        f"\\item{{{name}}}{{{text}}}", 96, initial_indent="  ", subsequent_indent="  ",
        break_on_hyphens=False, break_long_words=False)


class Call:
    def __init__(self, name, told, commands, keywords):
        self.name, self.told = name, told
        declared = commands[told["command"]]["arguments"]
        self.arguments = {long_name(a): a for a in declared if long_name(a)}
        unknown = told["left_out"] - {"layer", "use-raw", "csv"} - set(self.arguments)
        if unknown:
            raise SystemExit(f"'{told['command']}' does not have the options {sorted(unknown)}")
        self.options = [
            a for long, a in self.arguments.items()
            if long not in told["left_out"] | DECIDED | OF_FILES and a.get("shouldDisplay", True)
        ]
        self.keywords = keywords

    def formals(self, kind):
        """Return the arguments of a method and their defaults."""
        own = [n for n in self.told["own"] if kind == "Seurat" or n != "layer"]
        preset = {
            "object": None, "model": None, "layer": '"counts"',
            "assay": "NULL" if kind == "Seurat" else '"counts"', **self.told["defaults"],
        }
        formals = [(n, preset.get(n, "NULL")) for n in own]
        formals += [
            (keyword(long_name(a)), "FALSE" if a["kind"] == "flag" else "NULL") for a in self.options]
        shown = [("progress", "interactive()")] if "run" in self.told else []
        return formals + shown + [("verbose", "TRUE"), ("...", None)]

    def signature(self, kind):
        words = [n if d is None else f"{n} = {d}" for n, d in self.formals(kind)]
        return textwrap.fill(
            ", ".join(words).replace(" = ", "\0=\0"), 92, initial_indent="    ",
            subsequent_indent="    ", break_long_words=False, break_on_hyphens=False
        ).replace("\0", " ")

    def method(self, kind):
        names = [keyword(long_name(a)) for a in self.options]
        table = textwrap.fill(
            ", ".join(f"{n}\0=\0{n}" for n in names), 92, initial_indent="    ",
            subsequent_indent="    ", break_long_words=False, break_on_hyphens=False
        ).replace("\0", " ")
        lines = [
            f"{self.name}.{kind} <- function(", self.signature(kind) + ") {", "  no_more(...)",
            "  options <- list(", table + ")",
        ]
        label = "label" if "label" in self.told["own"] else "NULL"
        if "protect" in names:
            label += ", c(covariate, protect, train.labels, size.factor)"
        elif "covariate" in self.told["own"]:
            label += ", covariate"
        place = "assay, layer" if kind == "Seurat" else "assay"
        short = "seurat" if kind == "Seurat" else "sce"
        records = "object@misc" if kind == "Seurat" else "S4Vectors::metadata(object)"
        if "run" in self.told:
            lines += [
                f"  parts <- {short}_parts(object, {place}, batch, {label}, is.null(from.embedding))",
                f"  parts$cells$embeddings <- {short}_embeddings(object, from.embedding, \"from.embedding\")",
                "  " + self.told["run"],
                "  add_to_seurat(object, found, parts$assay, reduction.name)" if kind == "Seurat"
                else "  add_to_sce(object, found, reduction.name)",
            ]
        else:
            lines += [
                f"  parts <- {short}_parts(object, {place}, batch, label,",
                "    with_counts = is.null(uncorrected))",
                f"  parts$cells$embeddings <- {short}_embeddings(object, c(reductions, uncorrected))",
                f"  parts$cells$trained <- trained_labels({records})",
                "  evaluate_cells(parts$cells, reductions, batch, label, uncorrected, options, verbose)",
            ]
        return "\n".join(lines + ["}"])

    def source(self):
        return "\n\n".join([
            f'{self.name} <- function(object, ...) UseMethod("{self.name}")',
            f"{self.name}.default <- function(object, ...) not_supported(object)",
            self.method("Seurat"), self.method("SingleCellExperiment"),
        ])

    def flags(self):
        lines = []
        for a in self.options:
            values = {
                "switch": a["kind"] == "flag", "repeats": a.get("isRepeating", False),
                "lines": "one per line" in (a.get("abstract") or ""),
                "path": a.get("valueName") in ("file", "folder") or "." in (a.get("valueName") or ""),
            }
            told = "".join(f", {n} = {str(v).upper()}" for n, v in values.items())
            lines.append(f'    {keyword(long_name(a))} = list(flag = "--{long_name(a)}"{told})')
        return f"  {self.told['command']} = list(\n" + ",\n".join(lines) + ")"

    def page(self):
        texts = {
            long: TEXTS.get(long) or sentence(a, self.keywords) for long, a in self.arguments.items()}
        own = {
            n: re.sub(r"\{([a-z]+-key)\}", lambda m: texts[m[1]], t)
            for n, t in self.told["own"].items()
        }
        shown = {n: t for n, t in SHOWN.items() if n != "progress" or "run" in self.told}
        options = {keyword(long_name(a)): texts[long_name(a)] for a in self.options}
        example = textwrap.indent(self.told["example"], "")
        lines = [
            "% Written by make_calls.py from the options of the program; change nothing here.",
            f"\\name{{{self.name}}}", f"\\alias{{{self.name}}}",
            f"\\alias{{{self.name}.Seurat}}", f"\\alias{{{self.name}.SingleCellExperiment}}",
            f"\\title{{{self.told['title']}}}",
            "\\description{", textwrap.fill(self.told["description"], 96), "}",
            "\\usage{", f"{self.name}(object, \\dots)",
        ]
        for kind in ("Seurat", "SingleCellExperiment"):
            lines += ["", f"\\method{{{self.name}}}{{{kind}}}("]
            lines.append(self.signature(kind).replace("...", "\\dots") + ")")
        lines += ["}", "\\arguments{"]
        lines += [item(n, t) for n, t in {**own, **options, **shown, **MORE}.items()]
        lines += [
            "}", "\\details{",
            textwrap.fill(
                "While a call runs, the counts and the columns that it needs are in a folder in "
                "\\code{\\link{tempdir}()}, as HDF5 if the package hdf5r or rhdf5 is installed, and "
                "else as Matrix Market. The folder is removed when the call ends, also by an "
                "interrupt. The program is found as \\code{\\link{scharmonizeProgram}} says.", 96),
            "",
            textwrap.fill(
                "An error has the class \\code{scharmonizeError}, with the sentence of the program and "
                "its \\code{exit_code}: 64 wrong use, 65 data that are not what they must be, 66 an "
                "input that is missing, 70 an internal error, 73 an output that cannot be created, 74 "
                "failed reading or writing. A warning has the class \\code{scharmonizeWarning}.", 96),
            "}", "\\value{", textwrap.fill(self.told["value"], 96), "}",
            "\\examples{", "\\dontrun{", text_of_rd(example), "}", "}",
        ]
        return "\n".join(lines) + "\n"


def files(dump, version):
    commands = {c["commandName"]: c for c in dump["command"]["subcommands"]}
    keywords = {"batch-key": "batch", "label-key": "label", "layer": "layer"}
    calls = [Call(name, told, commands, keywords) for name, told in CALLS.items()]
    for call in calls:
        keywords.update({long_name(a): keyword(long_name(a)) for a in call.options})
    source = "# The calls. Written by make_calls.py from the options of the program; change nothing here.\n\n"
    source += "\n\n".join(c.source() for c in calls)
    source += "\n\n# The flag of each argument, and how its values are given.\nFLAGS <- list(\n"
    source += ",\n".join(c.flags() for c in calls) + ")\n"
    source += "\n# The argument of each flag, for the program's sentences.\nKEYWORDS <- c(\n"
    source += ",\n".join(f'  "{f}" = "{k}"' for f, k in sorted(keywords.items())) + ")\n"
    description = re.sub(
        r"(?m)^Version: .*", f"Version: {version}", (HERE / "DESCRIPTION").read_text())
    pages = {f"man/{c.name}.Rd": c.page() for c in calls}
    return {"R/api.R": source, "DESCRIPTION": description, **pages}


def told(*words):
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout


def main():
    words = [a for a in sys.argv[1:] if a != "--check"]
    if len(words) != 1:
        raise SystemExit(__doc__)
    dump = json.loads(told(words[0], "--experimental-dump-help"))
    for name, text in files(dump, told(words[0], "--version").strip()).items():
        path = HERE / name
        if "--check" not in sys.argv:
            path.write_text(text)
        elif not path.exists() or path.read_text() != text:
            raise SystemExit(f"{path} is not what the program gives; run make_calls.py PROGRAM")


if __name__ == "__main__":
    main()
