"""What the calls do; `_api.py` has their signatures."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable, Sequence

from . import _bar, _exchange, _program
from ._errors import ScharmonizeError, missing
from ._model import Model

if TYPE_CHECKING:
    from anndata import AnnData
    from pandas import DataFrame

#: For each command and keyword: the flag, whether it is a switch, whether it takes several values.
FLAGS: dict[str, dict[str, tuple[str, bool, bool]]] = {}

#: The keyword of each flag.
KEYWORDS: dict[str, str] = {}


def integrate(
    adata: AnnData, batch_key: Any, label_key: str | None, layer: str | None, use_raw: bool, copy: bool,
    return_model: bool, progress: Any, options: dict[str, Any],
) -> Any:
    _check_target(adata, copy)
    keys = _columns(adata, batch_key)
    labels = _columns(adata, label_key, "label_key")
    with _program.temporary_folder() as folder:
        arguments = ["integrate", *_flags("integrate", options, folder.path)]
        if labels:
            arguments += ["--label-key", labels[0]]
        model = folder.path / "model.h5"
        if return_model:
            arguments += ["--model", str(model)]
        columns = labels + _covariates(adata, options.get("covariate"))
        columns += _columns(adata, options.get("protect"), "protect")
        columns += _columns(adata, options.get("train_labels"), "train_labels")
        columns += _columns(adata, options.get("size_factor"), "size_factor")
        found = _run_on(
            adata, arguments, folder, keys, columns, layer, use_raw, progress,
            options.get("from_embedding"))
        trained = Model(model) if return_model else None
    result = _with(found, adata, copy, use_raw or _exchange.is_table(layer))
    if return_model:
        return (result, trained) if copy else trained
    return result


def map_cells(
    adata: AnnData, model: Any, batch_key: Any, layer: str | None, use_raw: bool, copy: bool,
    progress: Any, options: dict[str, Any],
) -> Any:
    _check_target(adata, copy)
    keys = _columns(adata, batch_key)
    with _program.temporary_folder() as folder:
        if isinstance(model, Model):
            path = folder.path / "model.h5"
            model.save(path)
        else:
            path = Path(os.path.abspath(model))
        arguments = ["map", str(path), *_flags("map", options, folder.path)]
        # The program tells which column of the model is missing.
        columns = [name for name in _exchange.columns_of(path) if name in adata.obs]
        given = options.get("from_embedding") or _exchange.embedding_of_model(path)
        found = _run_on(adata, arguments, folder, keys, columns, layer, use_raw, progress, given)
    return _with(found, adata, copy, use_raw or _exchange.is_table(layer))


def evaluate(
    adata: AnnData, keys: str | Sequence[str], batch_key: str | None, label_key: str | None,
    uncorrected: str | None, layer: str | None, use_raw: bool, progress: Any, options: dict[str, Any],
) -> DataFrame:
    _exchange.check(adata)
    columns = _columns(adata, batch_key) + _columns(adata, label_key, "label_key")
    names = [keys] if isinstance(keys, str) else [str(key) for key in keys]
    if not names:
        raise ScharmonizeError("`keys` names no embedding", 64)
    shown = [*names, uncorrected] if uncorrected is not None else names
    if batch_key is None:
        columns += _usual_batch(adata)
    import pandas as pd

    with _program.temporary_folder() as folder:
        arguments = ["evaluate", *_flags("evaluate", options, folder.path)]
        if batch_key is not None:
            arguments += ["--batch-key", batch_key]
        if label_key is not None:
            arguments += ["--label-key", label_key]
        if uncorrected is not None:
            arguments += ["--uncorrected", uncorrected]
        cells, table = folder.path / "cells.h5ad", folder.path / "scores.csv"
        _exchange.write(
            adata, cells, columns, layer, use_raw, dict.fromkeys(shown), with_counts=uncorrected is None,
            trained_labels=_exchange.trained_labels(adata))
        arguments += ["--csv", str(table)]
        for name in names:
            arguments += ["--embedding", name]
        with _bar.shown(progress) as show:
            _program.run([*arguments, "--", str(cells)], folder, show, _sentence(folder.path, cells), 4)
        return pd.read_csv(table, index_col=0)


def _run_on(
    adata: AnnData, arguments: list[str], folder: _program.Folder, keys: list[str], others: list[str],
    layer: str | None, use_raw: bool, progress: Any, given: Any = None,
) -> Any:
    """Run a command on cells, and return what it adds to them.

    `given` is the embedding that is aligned instead of counts: a name in obsm, or a table's path.
    """
    if keys:
        arguments = [*arguments, "--batch-key", ",".join(keys)]
    columns = (keys or _usual_batch(adata)) + others
    output = folder.path / "out.h5ad"
    if given is not None and (layer is not None or use_raw):
        raise ScharmonizeError(
            "`from_embedding` reads no counts; leave `layer` and `use_raw` out", 64)
    cells = _exchange.file_of(adata, columns, layer) if given is None else None
    if given is not None:
        # The counts stay here, and so does every other embedding.
        cells = folder.path / "cells.h5ad"
        _exchange.write(
            adata, cells, columns, embeddings=_exchange.given_names(adata, given), with_counts=False)
    elif cells is None:
        cells = folder.path / "cells.h5ad"
        _exchange.write(adata, cells, columns, layer, use_raw)
    elif use_raw:
        arguments = [*arguments, "--use-raw"]
    arguments = [*arguments, "-o", str(output), "--embedding-only", "--", str(cells)]
    with _bar.shown(progress) as show:
        _program.run(arguments, folder, show, _sentence(folder.path, cells), 5)
    return _exchange.results(output, cells)


def _with(found: Any, adata: AnnData, copy: bool, other_var: bool) -> Any:
    target = adata
    if copy:
        target = adata.to_memory() if adata.isbacked else adata.copy()
    _exchange.add(found, target, other_var)
    return target if copy else None


def _check_target(adata: AnnData, copy: bool) -> None:
    _exchange.check(adata)
    if adata.is_view and adata.isbacked and not copy:
        raise ScharmonizeError(
            "adata is a view of a file, to which nothing can be added; give `copy=True`, or "
            "adata.to_memory()", 64)


def _columns(adata: AnnData, names: Any, argument: str = "batch_key") -> list[str]:
    """Return the columns of `obs` that a key names, one or several."""
    if names is None:
        return []
    listed = [names] if isinstance(names, str) else list(names)
    if len(listed) == 1 and listed[0] not in adata.obs and argument == "batch_key":
        listed = [part.strip() for part in str(listed[0]).split(",")]
    for name in listed:
        if name not in adata.obs:
            raise missing("column of obs", name, adata.obs.columns, argument)
    return listed


def _covariates(adata: AnnData, value: Any) -> list[str]:
    """Return the columns of `obs` that `covariate` names, without their kinds."""
    if value is None:
        return []
    listed = value.split(",") if isinstance(value, str) else list(value)
    names = [re.sub(":(continuous|categorical)$", "", str(name).strip()) for name in listed]
    return _columns(adata, names, "covariate")


def _usual_batch(adata: AnnData) -> list[str]:
    """Return the column that the program takes where none is named."""
    return ["batch"] if "batch" in adata.obs else []


def _flags(command: str, options: dict[str, Any], folder: Path) -> list[str]:
    """Return the options as the program takes them; those that are None are left to it."""
    arguments: list[str] = []
    for name, value in options.items():
        flag, is_switch, repeats = FLAGS[command][name]
        if value is None or is_switch and not value:
            continue
        if is_switch:
            arguments.append(flag)
            continue
        several = None if isinstance(value, (str, bytes, os.PathLike)) or not hasattr(value, "__iter__") else list(value)
        if several is None:
            arguments.append(f"{flag}={_text(value)}")
        elif repeats:
            arguments += [flag, *map(_text, several)]
        elif name in LISTS:
            listed = folder / f"{name}.txt"
            listed.write_text("".join(f"{one}\n" for one in several))
            arguments.append(f"{flag}={listed}")
        else:
            arguments.append(f"{flag}={','.join(map(_text, several))}")
    return arguments


#: The options whose file may be given as a list of its lines.
LISTS: set[str] = set()


def _text(value: Any) -> str:
    return os.fspath(value) if isinstance(value, os.PathLike) else str(value)


def _sentence(folder: Path, cells: Path) -> Callable[[str], str]:
    """Return what puts a sentence of the program in terms of the call."""

    def keyword(match: re.Match[str]) -> str:
        name = KEYWORDS.get(match[1])
        if name is None:
            return match[0]
        value = match[2]
        if value is None:
            return f"`{name}`"
        return f"`{name}={value}`" if re.fullmatch(r"[-+.\d]+", value) else f"`{name}={value!r}`"

    def sentence(text: str) -> str:
        text = re.sub(r"'--([a-z][a-z-]*)(?:[ =]([^']+))?'", keyword, text)
        if cells.parent == folder:
            text = text.replace(f"'{cells}'", "adata").replace(str(cells), "adata")
            text = text.replace("a file with counts", "cells with counts, name them by `layer` or `use_raw`")
        return text

    return sentence
