"""AnnData to the program's files and back: counts and keys alone go out, results come in."""

from __future__ import annotations

import re
import shutil
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any, Iterable

from ._errors import ScharmonizeError, missing

if TYPE_CHECKING:
    from anndata import AnnData

#: What the program adds to each part of a file, by name: what it added, as anndata reads it.
Results = "dict[str, dict[str, Any]]"

#: The beginning of a `layer` that names a table of obsm.
TABLE_PREFIX = "obsm/"

#: The words by which the program knows a table of proteins.
PROTEIN_WORDS = {"prot", "adt", "adts", "protein", "proteins", "antibody", "antibodies"}


def check(adata: Any) -> None:
    """Raise for what is no AnnData."""
    if not all(hasattr(adata, part) for part in ("obs", "var", "obsm", "uns", "n_obs")):
        hint = "; give one of its modalities, such as mdata['rna']" if hasattr(adata, "mod") else ""
        raise ScharmonizeError(f"adata is a {type(adata).__name__}, and an AnnData is expected{hint}", 64)
    if adata.n_obs == 0:
        raise ScharmonizeError("adata has no cells", 65)


def file_of(adata: AnnData, columns: Iterable[str], layer: str | None) -> Path | None:
    """Return the file that adata is backed by, if it holds the same cells, names and columns."""
    if not adata.isbacked or adata.is_view or adata.filename is None:
        return None
    if not adata.file.is_open:
        raise ScharmonizeError(
            f"the file '{adata.filename}' of adata is closed; open it again by adata.file.open()", 66)
    import h5py

    path = Path(adata.filename)
    if layer is not None or not h5py.is_hdf5(path):
        return None
    frame = _read(adata.file["obs"])
    if not frame.index.equals(adata.obs_names):
        return None
    for name in columns:
        if name not in frame or not frame[name].astype(str).equals(adata.obs[name].astype(str)):
            return None
    names = _read(adata.file["var"]).index
    return path if names.equals(adata.var_names) else None


def columns_of(model: Path) -> list[str]:
    """Return the columns that a model needs of new cells: its covariates and its size factor."""
    import h5py

    if not h5py.is_hdf5(model):
        return []
    with h5py.File(model, "r") as file:
        group = file.get("covariates", {})
        names = [part.attrs.get("name", "") for part in group.values()]
        names += [file.attrs["size_factor"]] if "size_factor" in file.attrs else []
    return [name.decode() if isinstance(name, bytes) else str(name) for name in names]


def write(
    adata: AnnData,
    path: Path,
    columns: Iterable[str],
    layer: str | None = None,
    use_raw: bool = False,
    embeddings: Iterable[str] = (),
    with_counts: bool = True,
    trained_labels: str | None = None,
) -> None:
    """Write the counts, the columns and the embeddings named, as an .h5ad.

    `trained_labels` is the column of labels with which the embeddings were trained.
    """
    import h5py

    matrix, var = _counts(adata, layer, use_raw) if with_counts else (None, adata.var)
    arrays = {name: _embedding(adata, name) for name in embeddings}
    _check_room(path.parent, _size(matrix) + sum(a.nbytes for a in arrays.values()))
    try:
        with h5py.File(path, "w", libver=("earliest", "v110")) as file:
            _mark(file, "anndata", "0.1.0")
            _write_frame(file, "obs", adata.obs, list(dict.fromkeys(columns)))
            # Genes are matched by identifiers and symbols, which columns of text hold.
            texts = [
                c for c in var.columns
                if isinstance(c, str) and not c.startswith("scharmonize") and _is_text(var[c])]
            _write_frame(file, "var", var, texts)
            if matrix is not None:
                _write_matrix(file, "X", matrix)
            group = _mark(file.create_group("obsm"), "dict", "0.1.0")
            for name, values in arrays.items():
                _mark(group.create_dataset(name, data=values), "array", "0.2.0")
            if trained_labels is not None:
                file["uns/scharmonize/options/train_labels"] = trained_labels
    except OSError as error:
        if "No space" in str(error) or getattr(error, "errno", None) == 28:
            raise _no_room(path.parent, None) from error
        raise ScharmonizeError(f"'{path}' cannot be written: {error}", 74) from error


def trained_labels(adata: AnnData) -> str | None:
    """Return the column of labels with which the embedding of adata was trained, if there was one."""
    record = adata.uns.get("scharmonize")
    options = record.get("options") if hasattr(record, "get") else None
    name = options.get("train_labels") if hasattr(options, "get") else None
    return None if name is None else str(name)


def given_names(adata: AnnData, given: Any) -> list[str]:
    """Return the names in obsm of an embedding that is aligned: none for the path of a table."""
    name = str(given)
    if name.lower().removesuffix(".gz").endswith((".csv", ".tsv", ".txt")):
        return []
    if name not in adata.obsm:
        raise missing("obsm", name, adata.obsm, "from_embedding")
    return [name]


def embedding_of_model(path: Path) -> str | None:
    """Return the name of the embedding that a model was made from, or None for one of counts."""
    import h5py

    if not path.is_file() or not h5py.is_hdf5(path):
        return None  # the program tells what is wrong
    with h5py.File(path, "r") as file:
        name = file["coordinates"].attrs.get("name") if "coordinates" in file else None
    return name.decode() if isinstance(name, bytes) else name


def results(output: Path, given: Path) -> Results:
    """Return what the program's output holds beyond what was given to it."""
    import h5py

    found: dict[str, dict[str, Any]] = {"obs": {}, "var": {}, "obsm": {}, "uns": {}}
    with h5py.File(output, "r") as new, h5py.File(given, "r") as old:
        for part in ("obs", "var"):
            before, after = _read(old[part]), _read(new[part])
            for name in after.columns:
                if name not in before or not after[name].equals(before[name]):
                    found[part][name] = after[name].array
        for part in ("obsm", "uns"):
            for name in new.get(part, ()):
                is_own = name.removeprefix("X_").startswith("scharmonize")
                if is_own or name not in old.get(part, ()) or not _same(new[part][name], old[part][name]):
                    found[part][name] = _read(new[part][name])
    return found


def add(found: Results, adata: AnnData, other_var: bool) -> None:
    """Add the results to adata, without those about features if these are not adata.var's."""
    from anndata import ImplicitModificationWarning

    with warnings.catch_warnings():
        # A view becomes a copy of its own here, as everywhere where something is set on one.
        warnings.simplefilter("ignore", ImplicitModificationWarning)
        for name, values in found["obsm"].items():
            adata.obsm[name] = values
        for name, values in found["obs"].items():
            adata.obs[name] = values
        if not other_var:
            for name, values in found["var"].items():
                adata.var[name] = values
        for name, values in found["uns"].items():
            adata.uns[name] = values


def _read(element: Any) -> Any:
    try:
        from anndata.io import read_elem
    except ImportError:
        from anndata.experimental import read_elem
    return read_elem(element)


def _same(a: Any, b: Any) -> bool:
    import h5py
    import numpy as np

    if not (isinstance(a, h5py.Dataset) and isinstance(b, h5py.Dataset)) or a.shape != b.shape:
        return False
    return a.dtype == b.dtype and bool(np.array_equal(a[()], b[()]))


def _counts(adata: AnnData, layer: str | None, use_raw: bool) -> tuple[Any, Any]:
    if layer is not None and use_raw:
        raise ScharmonizeError("`layer` and `use_raw` cannot both be given: each names other counts", 64)
    if is_table(layer):
        return _table(adata, layer.removeprefix(TABLE_PREFIX))
    if layer is not None:
        if layer not in adata.layers:
            raise missing("layer", layer, adata.layers, "layer")
        return adata.layers[layer], adata.var
    if use_raw:
        if adata.raw is None:
            raise ScharmonizeError("adata has no raw; leave `use_raw` out, or name a layer as `layer`", 65)
        return adata.raw.X, adata.raw.var
    if adata.X is None:
        names = ", ".join(f"'{name}'" for name in adata.layers) or "none"
        raise ScharmonizeError(f"adata has no X; name the layer with the counts as `layer` (it has {names})", 65)
    return adata.X, adata.var


def is_table(layer: str | None) -> bool:
    """Return whether a layer names a table of obsm, such as 'obsm/protein_expression'."""
    return layer is not None and layer.startswith(TABLE_PREFIX)


def _table(adata: AnnData, key: str) -> tuple[Any, Any]:
    """Return a table of obsm, and a frame of its columns with their type if the key names proteins."""
    import pandas as pd

    if key not in adata.obsm:
        raise missing("obsm", key, adata.obsm, "layer")
    values = adata.obsm[key]
    names = getattr(values, "columns", None)
    if names is None:
        names = adata.uns.get("protein_names", ())
        names = names if len(names) == values.shape[1] else range(values.shape[1])
    else:
        values = values.to_numpy()
    var = pd.DataFrame(index=pd.Index([str(name) for name in names], dtype=object))
    if PROTEIN_WORDS & set(re.split("[^a-z]+", key.lower())):
        var["feature_types"] = "Antibody Capture"
    return values, var


def _embedding(adata: AnnData, name: str) -> Any:
    import numpy as np

    if name not in adata.obsm:
        raise missing("obsm", name, adata.obsm, "keys")
    values = adata.obsm[name]
    values = values.toarray() if hasattr(values, "toarray") else np.asarray(values)
    return values.astype("float64" if values.dtype == "float64" else "float32", copy=False)


def _mark(element: Any, kind: str, version: str) -> Any:
    element.attrs["encoding-type"] = kind
    element.attrs["encoding-version"] = version
    return element


def _is_text(column: Any) -> bool:
    import pandas as pd

    kind = column.dtype
    if isinstance(kind, pd.CategoricalDtype):
        kind = kind.categories.dtype
    return kind == object or isinstance(kind, pd.StringDtype)


def _write_frame(file: Any, name: str, frame: Any, columns: list[str]) -> None:
    import numpy as np
    import pandas as pd

    group = _mark(file.create_group(name), "dataframe", "0.2.0")
    group.attrs["_index"] = "_index"
    group.attrs["column-order"] = np.array(columns, dtype=object) if columns else np.array([], dtype="S1")
    _write_strings(group, "_index", frame.index)
    for column in columns:
        values = frame[column]
        if isinstance(values.dtype, np.dtype) and values.dtype.kind in "biuf":
            _mark(group.create_dataset(column, data=values.to_numpy()), "array", "0.2.0")
            continue
        if not isinstance(values.dtype, pd.CategoricalDtype):
            # Text of many values is no category; what is missing stays missing.
            values = values.astype(object).where(values.notna(), None)
            values = pd.Series(pd.Categorical(values.map(str, na_action="ignore")))
        part = _mark(group.create_group(column), "categorical", "0.2.0")
        part.attrs["ordered"] = False
        codes = values.cat.codes.to_numpy()
        _mark(part.create_dataset("codes", data=codes), "array", "0.2.0")
        _write_strings(part, "categories", values.cat.categories)


def _write_strings(group: Any, name: str, values: Iterable[Any]) -> None:
    import h5py
    import numpy as np

    texts = np.array([str(v) for v in values], dtype=object)
    data = group.create_dataset(name, shape=texts.shape, dtype=h5py.string_dtype())
    if len(texts):
        data[...] = texts
    _mark(data, "string-array", "0.2.0")


def _write_matrix(file: Any, name: str, matrix: Any) -> None:
    import h5py
    import numpy as np

    # Of a backed file: its bytes are copied as they are.
    stored = matrix if isinstance(matrix, h5py.Dataset) else getattr(matrix, "group", None)
    if isinstance(stored, (h5py.Dataset, h5py.Group)):
        stored.file.copy(stored, file, name)
        return
    kind = getattr(matrix, "format", None)
    if kind is None:
        if not hasattr(matrix, "__array__") or not hasattr(matrix, "shape"):
            raise ScharmonizeError(
                f"the counts are a {type(matrix).__name__}; give a numpy array or a sparse matrix of scipy", 65)
        dtype = _number(np.dtype(matrix.dtype))
        data = file.create_dataset(name, shape=matrix.shape, dtype=dtype)
        rows = max(1, 2**26 // max(1, matrix.shape[1] * dtype.itemsize))
        for start in range(0, matrix.shape[0], rows):
            data[start : start + rows] = np.asarray(matrix[start : start + rows])
        _mark(data, "array", "0.2.0")
        return
    if kind not in ("csr", "csc"):
        matrix = matrix.tocsr()
    group = _mark(file.create_group(name), f"{matrix.format}_matrix", "0.1.0")
    group.attrs["shape"] = np.array(matrix.shape, dtype="int64")
    group.create_dataset("data", data=matrix.data.astype(_number(matrix.data.dtype), copy=False))
    group.create_dataset("indices", data=matrix.indices)
    group.create_dataset("indptr", data=matrix.indptr)


def _number(dtype: Any) -> Any:
    """Return the type to write numbers in."""
    import numpy as np

    if dtype.kind not in "biuf":
        raise ScharmonizeError(f"the counts are of type {dtype}, and numbers are expected", 65)
    if dtype.kind == "b":
        return np.dtype("uint8")
    if dtype.kind == "f" and dtype.itemsize not in (4, 8):
        return np.dtype("float32" if dtype.itemsize < 4 else "float64")
    return dtype.newbyteorder("=")


def _size(matrix: Any) -> int:
    """Return the bytes that a matrix takes in a file, at least."""
    if matrix is None:
        return 0
    if hasattr(matrix, "indptr") and hasattr(matrix, "data") and hasattr(matrix.data, "nbytes"):
        return int(matrix.data.nbytes + matrix.indices.nbytes)
    return int(getattr(matrix, "nbytes", 0))


def _check_room(folder: Path, size: int) -> None:
    free = shutil.disk_usage(folder).free
    if free < size:
        raise _no_room(folder, (size, free))


def _no_room(folder: Path, sizes: tuple[int, int] | None) -> ScharmonizeError:
    told = f": they take {sizes[0] / 1e9:.1f} GB, and {sizes[1] / 1e9:.1f} GB are free" if sizes else ""
    return ScharmonizeError(
        f"there is no room for the counts in '{folder.parent}'{told}; set the environment variable "
        "TMPDIR to a folder with more, before Python starts", 74)
