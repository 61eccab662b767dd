#!/usr/bin/env python3
"""Write scharmonize/_api.py from the options that the program tells.

    make_api.py PROGRAM           write the file
    make_api.py PROGRAM --check   fail where it is not what would be written

Each option of a command becomes a keyword of the Python call, with the program's help as its
documentation. Only what the call itself decides, or what cells in memory cannot need, is left out.
"""

import json
import re
import subprocess
import sys
import textwrap
from pathlib import Path

TARGET = Path(__file__).parent / "scharmonize" / "_api.py"

# The call decides these, as it reads and writes the temporary files.
DECIDED = {"output", "output-format", "embedding-only", "log-format", "quiet", "json", "version", "help"}

# These choose what to read of files, or are no use without files.
OF_FILES = {"samples", "genome", "modality", "feature-type", "barcodes", "features", "cell-table"}

# What is left out of each call beside that, and what stands first in its signature.
CALLS = {
    "integrate": {
        "function": "integrate",
        "left_out": {"in-place", "model", "join", "use-raw", "layer", "batch-key", "label-key"},
        "signature": (
            "adata: AnnData,\n"
            "batch_key: str | Sequence[str] | None = None,\n"
            "*,\n"
            "label_key: str | None = None,\n"
            "layer: str | None = None,\n"
            "use_raw: bool = False,\n"
            "copy: bool = False,\n"
            "return_model: bool = False,\n"
            "progress: Progress = None,\n"
        ),
        "returns": "AnnData | Model | tuple[AnnData, Model] | None",
        "text": '''
            Remove batch effects, and add the corrected embedding to `adata`.

            Trains an autoencoder with batch normalization on minibatches that mix the batches, and
            adds `obsm["X_scharmonize"]` and `uns["scharmonize"]`; some options add columns of `obs`
            and `var`, too. The counts are left as they are.

            Parameters
            ----------
            adata
                Cells with raw counts in `X`, or where `layer` or `use_raw` tell. Views and files
                that are opened in backed mode are taken, too.
            batch_key
                {batch-key}
                May be a list of columns.
            label_key
                {label-key}
            layer
                The layer with the counts, instead of `X`, or a table of `obsm`, such as
                'obsm/protein_expression'.
            use_raw
                Take the counts of `adata.raw` instead of `X`.
            copy
                Return a copy with the results, and leave `adata` as it is.
            return_model
                Return the trained model, which places new cells by `map_cells`.
            progress
                Whether to show a progress bar, or a function that is called with the name of the
                stage and the finished fraction of the whole call, which ends with 1. By default a
                bar is shown in terminals and notebooks.
            ''',
        "ending": '''
            Returns
            -------
            None, the copy, the model, or the copy and the model, as `copy` and `return_model` ask.

            Raises
            ------
            ScharmonizeError
                The data or an option is not what it must be, or the program failed.
            ''',
    },
    "map": {
        "function": "map_cells",
        "left_out": {"use-raw", "layer", "batch-key", "with-reference"},
        "signature": (
            "adata: AnnData,\n"
            "model: Model | str | PathLike[str],\n"
            "batch_key: str | Sequence[str] | None = None,\n"
            "*,\n"
            "layer: str | None = None,\n"
            "use_raw: bool = False,\n"
            "copy: bool = False,\n"
            "progress: Progress = None,\n"
        ),
        "returns": "AnnData | None",
        "text": '''
            Place new cells in the embedding of a model, without training.

            Adds `obsm["X_scharmonize"]`, `uns["scharmonize"]`, and with labels in the model the
            columns of `obs` with each cell's label and how far to trust it.

            Parameters
            ----------
            adata
                The new cells, with raw counts in `X`, or where `layer` or `use_raw` tell.
            model
                What `integrate(..., return_model=True)` returned, or a model's file.
            batch_key
                {batch-key}
            layer
                The layer with the counts, instead of `X`, or a table of `obsm`, such as
                'obsm/protein_expression'.
            use_raw
                Take the counts of `adata.raw` instead of `X`.
            copy
                Return a copy with the results, and leave `adata` as it is.
            progress
                Whether to show a progress bar, or a function that is called with the name of the
                stage and the finished fraction of the whole call.
            ''',
        "ending": '''
            Returns
            -------
            None, or the copy.

            Raises
            ------
            ScharmonizeError
                The data, the model or an option is not what it must be, or the program failed.
            ''',
    },
    "evaluate": {
        "function": "evaluate",
        "left_out": {"embedding", "batch-key", "label-key", "uncorrected", "csv", "layer", "use-raw"},
        "optional": {"layer", "use-raw"},
        "signature": (
            "adata: AnnData,\n"
            "keys: str | Sequence[str] = \"X_scharmonize\",\n"
            "*,\n"
            "batch_key: str | None = None,\n"
            "label_key: str | None = None,\n"
            "uncorrected: str | None = None,\n"
            "layer: str | None = None,\n"
            "use_raw: bool = False,\n"
            "progress: Progress = None,\n"
        ),
        "returns": "DataFrame",
        "text": '''
            Judge embeddings by the metrics of scib-metrics.

            Parameters
            ----------
            adata
                Cells with the embeddings in `obsm`, and with raw counts in `X`, or where `layer` or
                `use_raw` tell; with `uncorrected` the counts are not needed.
            keys
                The embeddings to judge, by their names in `obsm`.
            batch_key
                {batch-key}
            label_key
                {label-key}
            uncorrected
                {uncorrected}
            layer
                The layer with the counts, instead of `X`, or a table of `obsm`, such as
                'obsm/protein_expression'.
            use_raw
                Take the counts of `adata.raw` instead of `X`.
            progress
                Whether to show a progress bar, or a function that is called with the name of the
                stage and the finished fraction of the whole call.
            ''',
        "ending": '''
            Returns
            -------
            A table with a row for each embedding.

            Raises
            ------
            ScharmonizeError
                The data or an option is not what it must be, or the program failed.
            ''',
    },
}


def long_name(argument):
    return next((n["name"] for n in argument.get("names") or [] if n["kind"] == "long"), None)


def keyword(name):
    """Return the keyword of an option: `--n-genes` is `n_genes`, and reserved words get `_`."""
    import keyword as python

    name = name.replace("-", "_")
    return name + "_" if python.iskeyword(name) else name


def is_list(argument):
    """Tell whether an option names a file with one item per line, for which Python takes a list, too."""
    return "one per line" in (argument.get("abstract") or "")


def annotation(argument):
    """Return the type of an option, by its values, its default, and what the help calls its value."""
    if argument["kind"] == "flag":
        return "bool"
    values, default = argument.get("allValues"), argument.get("defaultValue")
    if values:
        one = "Literal[" + ", ".join(json.dumps(v) for v in values) + "]"
    elif argument.get("valueName") in ("file", "folder") or "." in argument.get("valueName", ""):
        one = "str | PathLike[str]"
    elif default is not None and re.fullmatch(r"-?\d+", default) or argument.get("valueName") == "count":
        one = "int"
    elif (
        default is not None and re.fullmatch(r"-?\d+(\.\d+)?(e-?\d+)?", default)
        or argument.get("valueName") in ("share", "exponent")
    ):
        one = "float"
    else:
        one = "Value"
    if argument.get("isRepeating") or is_list(argument):
        one += " | Sequence[str]"
    return one + " | None"


def in_keywords(text, keywords):
    """Put keywords in place of flags: `'--min-counts 500'` is `min_counts=500` in backticks."""

    def replaced(match):
        if match[1] not in keywords:
            return match[0]
        value = match[2]
        if value:
            value = value if re.fullmatch(r"[-+.\d]+", value) else json.dumps(value)
        return f"`{keywords[match[1]]}{'=' + value if value else ''}`"

    return re.sub(r"'--([a-z][a-z-]*)(?: ([^']+))?'", replaced, text)


def sentence(argument, keywords):
    text = in_keywords(" ".join((argument.get("abstract") or "").split()), keywords)
    default = argument.get("defaultValue")
    if default is not None and argument["kind"] != "flag" and "(default:" not in text:
        text += f" (default: {default})"
    return text


def wrapped(text, indent, width=100):
    return textwrap.fill(
        text, width, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False,
        break_long_words=False)


def rewrapped(text):
    """Fill the lines of each paragraph again, as the texts put into it may be long."""
    lines = []
    for line in textwrap.dedent(text).strip("\n").splitlines():
        indent = line[: len(line) - len(line.lstrip())]
        long = len(line) > 96
        lines.append(textwrap.indent(wrapped(line.strip(), indent, 96), "") if long else line)
    return "\n".join(lines)


def source(dump):
    commands = {c["commandName"]: c for c in dump["command"]["subcommands"]}
    keywords = {}
    for name in CALLS:
        for argument in commands[name]["arguments"]:
            long = long_name(argument)
            own = re.search(rf"^{keyword(long or '-')}:", CALLS[name]["signature"], re.M)
            if long and (own or long not in DECIDED | OF_FILES | CALLS[name]["left_out"]):
                keywords[long] = keyword(long)
    functions, tables, lists = [], {}, {}
    for name, call in CALLS.items():
        arguments = {long_name(a): a for a in commands[name]["arguments"] if long_name(a)}
        unknown = call["left_out"] - call.get("optional", set()) - set(arguments)
        if unknown:
            raise SystemExit(f"make_api.py names options that '{name}' does not have: {sorted(unknown)}")
        options = [
            a for long, a in arguments.items()
            if long not in call["left_out"] | DECIDED | OF_FILES and a.get("shouldDisplay", True)
        ]
        tables[name] = {
            keyword(long_name(a)): ("--" + long_name(a), a["kind"] == "flag", a.get("isRepeating", False))
            for a in options
        }
        lists[name] = [keyword(long_name(a)) for a in options if is_list(a)]
        texts = {long: sentence(a, keywords) for long, a in arguments.items()}
        text = call["text"]
        for long in call["left_out"] & set(arguments):
            text = text.replace("{" + long + "}", texts[long])
        body = [rewrapped(text)]
        for argument in options:
            long = long_name(argument)
            body.append(keyword(long))
            body.append(wrapped(texts[long], "    ", 96))
        body += ["", rewrapped(call["ending"])]
        signature = [line for line in call["signature"].splitlines()]
        signature += [
            f"{keyword(long_name(a))}: {annotation(a)} = {'False' if a['kind'] == 'flag' else 'None'},"
            for a in options
        ]
        own = [
            re.match(r"\w+", line)[0] for line in call["signature"].splitlines()
            if re.match(r"\w+", line)
        ]
        handed = ", ".join(f"{o}={o}" for o in own[1:])
        function = f"def {call['function']}(\n" + textwrap.indent("\n".join(signature), "    ")
        function += f"\n) -> {call['returns']}:\n"
        function += textwrap.indent('"""' + "\n".join(body) + '\n"""', "    ", lambda line: line.strip() != "")
        function += (
            f"\n    return _calls.{call['function']}(\n        adata, {handed},\n        options={{\n"
            + "".join(f'            "{keyword(long_name(a))}": {keyword(long_name(a))},\n' for a in options)
            + "        },\n    )\n"
        )
        functions.append(function)
    head = '''"""The calls. Written by make_api.py from the options of the program; change nothing here."""

from __future__ import annotations

from os import PathLike
from typing import TYPE_CHECKING, Callable, Literal, Sequence, Union

from . import _calls
from ._model import Model

if TYPE_CHECKING:
    from anndata import AnnData
    from pandas import DataFrame

#: What an option takes that is no single kind of number.
Value = Union[str, int, float, Sequence[Union[str, int, float]]]

#: True, False, None, or a function of a stage's name and the finished fraction of the call.
Progress = Union[bool, None, Callable[[str, float], None]]

'''
    return head + "\n\n" + "\n\n".join(functions) + tables_source(tables, keywords, lists)


def tables_source(tables, keywords, lists):
    text = "\n\n#: The flag of each keyword, whether it is a switch, and whether it takes several values.\n"
    text += "_calls.FLAGS.update(\n    {\n"
    for name, table in tables.items():
        text += f'        "{name}": {{\n'
        for key, (flag, is_switch, repeats) in table.items():
            text += f'            "{key}": ("{flag}", {is_switch}, {repeats}),\n'
        text += "        },\n"
    text += "    }\n)\n\n#: The keyword of each flag, for the program's sentences.\n_calls.KEYWORDS.update(\n    {\n"
    for flag, key in sorted(keywords.items()):
        text += f'        "{flag}": "{key}",\n'
    text += "    }\n)\n\n#: The options whose file may be given as a list of its lines.\n_calls.LISTS.update(\n    [\n"
    for key in sorted({k for table in lists.values() for k in table}):
        text += f'        "{key}",\n'
    return text + "    ]\n)\n"


def main():
    words = [a for a in sys.argv[1:] if a != "--check"]
    if len(words) != 1:
        raise SystemExit(__doc__)
    told = subprocess.run(
        [words[0], "--experimental-dump-help"], check=True, capture_output=True, text=True)
    text = source(json.loads(told.stdout))
    if "--check" in sys.argv:
        if not TARGET.exists() or TARGET.read_text() != text:
            raise SystemExit(f"{TARGET} is not what the program's options give; run make_api.py PROGRAM")
        return
    TARGET.write_text(text)


if __name__ == "__main__":
    main()
