#!/usr/bin/env python3
"""Reads the files that the tests wrote with anndata, and compares them with the originals.

The files are written by

    SCHARMONIZE_WRITE_TO=written swift test --filter 'files for inspection'

and checked by

    check_written_files.py written ../shared/formats ../shared/data

Whole copies and copies without expression are compared element by element with what they
were made of, as HDF5 and as anndata reads them; joined files with what anndata.concat makes
of the same inputs; files with values of their own with those values and the inputs' cells;
10x files with what scanpy reads from the original; tables with the numbers that were to be
written; files made of looms, of .h5mu and of Matrix Market folders with the table formats.tsv,
which make_format_table.py made with other libraries. Needs anndata 0.12 and scanpy. Ends with 1 where something differs.
"""

import pathlib
import sys
import warnings

import anndata
import h5py
import numpy
import pandas
import scanpy
import scipy.sparse

warnings.filterwarnings("ignore")

EXPRESSION = {"X", "layers", "raw", "raw.X", "raw.var"}
OURS = {"X_scharmonize", "scharmonize"}
failures = []


def expect(condition, message):
    if not condition:
        failures.append(message)
        print(f"  differs: {message}")


def same_values(a, b):
    a, b = numpy.asarray(a), numpy.asarray(b)
    if a.shape != b.shape or a.dtype != b.dtype:
        return False
    if a.dtype.hasobject or a.dtype.kind in "SU":
        return a.tolist() == b.tolist()
    return a.tobytes() == b.tobytes()


def same_attributes(name, a, b):
    expect(set(a.attrs) == set(b.attrs), f"{name}: attributes {set(a.attrs)} for {set(b.attrs)}")
    for key in set(a.attrs) & set(b.attrs):
        x, y = a.attrs[key], b.attrs[key]
        if isinstance(y, h5py.Reference):
            expect(a.file[x].name == b.file[y].name, f"{name}@{key}: reference")
        elif isinstance(y, h5py.Empty):
            expect(isinstance(x, h5py.Empty) and x.dtype == y.dtype, f"{name}@{key}: empty")
        else:
            expect(same_values(x, y), f"{name}@{key}: {x!r} for {y!r}")


def same_object(name, a, b, left_out=frozenset()):
    """Expects all of `b` to be in `a`."""
    expect(type(a) is type(b), f"{name}: kind")
    same_attributes(name, a, b)
    if isinstance(b, h5py.Group):
        for key in b:
            if key in left_out or key in OURS:
                continue
            expect(key in a, f"{name}/{key}: absent")
            if key in a:
                same_object(f"{name}/{key}", a[key], b[key])
        return
    expect(a.shape == b.shape and a.dtype == b.dtype, f"{name}: {a.dtype}{a.shape}")
    expect(a.chunks == b.chunks and a.compression == b.compression, f"{name}: storage")
    if b.shape is not None:
        expect(same_values(a[()], b[()]), f"{name}: values")


def same_elements(found, wanted, equal):
    """Compares two columns one by one; missing values are alike."""
    return all(
        pandas.isna(y) if pandas.isna(x) else not pandas.isna(y) and bool(equal(x, y))
        for x, y in zip(found, wanted))


def same_frame(name, a, b):
    try:
        pandas.testing.assert_frame_equal(a, b)
    except AssertionError as error:
        expect(False, f"{name}: {error}")


def dense(x):
    return x.toarray() if scipy.sparse.issparse(x) else numpy.asarray(x)


def check_additions(name, data):
    expect("X_scharmonize" in data.obsm, f"{name}: no embedding")
    table = data.obsm["X_scharmonize"]
    expected = numpy.arange(2 * data.n_obs, dtype=numpy.float32).reshape(-1, 2) / 4
    expect(table.dtype == numpy.float32 and numpy.array_equal(table, expected), f"{name}: embedding")
    record = data.uns["scharmonize"]
    expect(record["version"] == "1.0.0" and int(record["seed"]) == 7, f"{name}: record")
    expect(bool(record["align"]) is True, f"{name}: truth value")
    expect(numpy.array_equal(record["loss"], [2, 1.5]), f"{name}: list")
    expect(int(record["options"]["epochs"]) == 3, f"{name}: nested value")
    return [str(i) for i in record["inputs"]]


def check_copy(path, original, has_expression):
    with h5py.File(path) as a, h5py.File(original) as b:
        records = isinstance(b.get("obsm"), h5py.Dataset)
        left_out = set() if has_expression else set(EXPRESSION)
        same_object("", a, b, left_out | ({"obsm"} if records else set()))
        if records:
            for key in b["obsm"].dtype.names:
                expect(same_values(a["obsm"][key][()], b["obsm"][key]), f"obsm/{key}")
    after, before = anndata.read_h5ad(path), anndata.read_h5ad(original)
    check_additions(path, after)
    expect(after.shape == before.shape, f"{path}: {after.shape} for {before.shape}")
    same_frame("obs", after.obs, before.obs)
    same_frame("var", after.var, before.var)
    expect(set(after.obsm) == set(before.obsm) | {"X_scharmonize"}, f"obsm: {set(after.obsm)}")
    expect(set(after.obsp) == set(before.obsp), f"obsp: {set(after.obsp)}")
    expect(set(after.uns) == set(before.uns) | {"scharmonize"}, f"uns: {set(after.uns)}")
    if has_expression and before.X is not None:
        expect(numpy.array_equal(dense(after.X), dense(before.X), equal_nan=True), "X")
        expect((after.raw is None) == (before.raw is None), "raw")
    if not has_expression:
        expect(after.X is None and len(after.layers) == 0 and after.raw is None, "expression")
        small = 100_000  # what the record itself takes shows in smaller files
        expect(path.stat().st_size <= original.stat().st_size + small, "it is no smaller")


def read(path):
    if path.suffix != ".h5":
        data = anndata.read_h5ad(path)
        data.var_names = data.var_names.astype(str)
        return data
    with h5py.File(path) as file:
        if "matrix" in file and "id" not in file["matrix/features"]:
            # Written by rliger: names alone, which scanpy does not take.
            group = file["matrix"]
            matrix = scipy.sparse.csr_matrix(
                (group["data"][()], group["indices"][()], group["indptr"][()]),
                shape=group["shape"][()][::-1])
            names = [n.decode() for n in group["features/name"][()]]
            cells = [n.decode() for n in group["barcodes"][()]]
            return anndata.AnnData(
                matrix, pandas.DataFrame(index=cells), pandas.DataFrame(index=names))
    return scanpy.read_10x_h5(path)


def check_joined(path, originals):
    after = anndata.read_h5ad(path)
    inputs = check_additions(path, after)
    print("  ", ", ".join(inputs))
    parts = [read(originals[name]) for name in inputs]
    for part in parts:
        part.obs_names_make_unique()
        part.var_names_make_unique()
    before = anndata.concat(parts, join="inner", merge=None)
    genes = [g for g in parts[0].var_names if all(g in p.var_names for p in parts)]
    expect(list(after.var_names) == genes, f"genes: {len(after.var_names)} for {len(genes)}")
    expect(after.n_obs == before.n_obs, f"{after.n_obs} cells for {before.n_obs}")
    expect(scipy.sparse.isspmatrix_csr(after.X) and after.X.has_sorted_indices, "X is no CSR")
    expected = dense(before[:, genes].X)
    expect(numpy.array_equal(after.X.toarray(), expected), "X")
    types = {p.X.dtype for p in parts}
    # scanpy turns the whole numbers of 10x files into floating-point ones.
    if len(types) == 1 and not any(n.endswith(".h5") for n in inputs):
        expect({after.X.dtype} == types, f"X is {after.X.dtype}, not {types}")
    if len(inputs) > 1:
        sizes = [p.n_obs for p in parts]
        expect(after.obs["batch"].value_counts(sort=False).tolist() == sizes, "batch")
    check_obs(after, parts)
    check_rewriting(path, after)


def check_obs(after, parts):
    """Expects the cells of all parts, one part below the other, with their columns."""
    start = 0
    for part in parts:
        rows = after.obs.iloc[start : start + part.n_obs]
        for column in part.obs:
            name = "batch_input" if column == "batch" and "batch_input" in after.obs else column
            found, wanted = rows[name], part.obs[column]
            if found.dtype == "category" or wanted.dtype == "category":
                same = same_elements(
                    found.astype(object), wanted.astype(object), lambda x, y: str(x) == str(y))
            else:
                same = same_elements(found, wanted, lambda x, y: x == y)
            expect(same, f"obs/{name}: {found.iloc[:3]} for {wanted.iloc[:3]}")
        start += part.n_obs


def check_rewriting(path, after):
    """Expects that what was read can be written again."""
    again = path.with_suffix(".again")
    after.write_h5ad(again)
    again.unlink()


def check_dense(path, originals):
    after = anndata.read_h5ad(path)
    inputs = check_additions(path, after)
    print("  ", ", ".join(inputs))
    parts = [read(originals[name]) for name in inputs]
    for part in parts:
        part.obs_names_make_unique()
        part.var_names_make_unique()
    genes = [g for g in parts[0].var_names if all(g in p.var_names for p in parts)]
    numbers = numpy.arange(0, min(len(genes), 600), 3)
    expect(list(after.var_names) == [genes[i] for i in numbers], "genes")
    expect(isinstance(after.X, numpy.ndarray) and after.X.dtype == numpy.float32, "X is not dense")
    expected = numpy.arange(after.n_obs)[:, None] + numbers[None, :] / 1024
    expect(numpy.array_equal(after.X, expected.astype(numpy.float32)), "X")
    with h5py.File(path) as file:
        chunks = file["X"].chunks
        expect(file["X"].compression == "gzip" and chunks[1] == len(numbers), "storage")
    expect(("batch" in after.obs) >= (len(inputs) > 1), "batch")
    if len(inputs) == 1:
        expect(list(after.obs) == list(parts[0].obs), f"obs: {list(after.obs)}")
    check_obs(after, parts)
    check_rewriting(path, after)


def check_10x(path, original):
    after, before = scanpy.read_10x_h5(path), read(original)
    expect(list(after.obs_names) == list(before.obs_names), "barcodes")
    expect(list(after.var_names) == list(before.var_names), "genes")
    expect(numpy.array_equal(after.X.toarray(), before.X.toarray()), "counts")


def check_other(path, row):
    after = anndata.read_h5ad(path)
    check_additions(path, after)
    file, options, cells, genes, total, *names = row
    print("  ", file, options)
    expect(after.shape == (int(cells), int(genes)), f"{after.shape} for {cells} by {genes}")
    sum = after.X.sum(dtype=numpy.float64)
    expect(abs(sum - float(total)) <= 1e-9 * max(1, abs(float(total))), f"{sum} for {total}")
    found = [*after.obs_names[[0, -1]], *after.var_names[[0, -1]]]
    # The table has names as they stand in the file; one that is there twice has gained a number.
    same = all(f == n or f.rsplit("-", 1)[0] == n for f, n in zip(found, names))
    expect(same, f"{found} for {names}")
    check_rewriting(path, after)


def check_table(path):
    expected = (numpy.arange(1500, dtype=numpy.float32) / numpy.float32(7)) - numpy.float32(100)
    expected = expected.reshape(-1, 3)
    names = [f'cell, "{i}"' for i in range(500)]
    if path.suffix == ".npy":
        values, names_found = numpy.load(path), names
    elif path.suffix == ".h5":
        with h5py.File(path) as file:
            values, names_found = file["embedding"][()], file["cells"].asstr()[()].tolist()
    else:
        separator = "," if ".csv" in path.name else "\t"
        frame = pandas.read_csv(path, sep=separator, index_col="cell", dtype={1: "float32"})
        expect(list(frame) == [f"scharmonize_{i}" for i in (1, 2, 3)], "columns")
        values, names_found = frame.to_numpy(dtype=numpy.float32), list(frame.index)
    expect(names_found == names, "names")
    expect(values.dtype == numpy.float32 and numpy.array_equal(values, expected), "values")


def main():
    written, folders = pathlib.Path(sys.argv[1]), map(pathlib.Path, sys.argv[2:])
    originals = {p.name: p for folder in folders for p in folder.iterdir()}
    table = pathlib.Path(__file__).with_name("formats.tsv").read_text().splitlines()[1:]
    count = 0
    for kind in ["whole", "small", "joined", "others", "dense", "10x", "tables"]:
        for path in sorted((written / kind).iterdir()):
            print(f"{kind}/{path.name}")
            count += 1
            try:
                if kind == "joined":
                    check_joined(path, originals)
                elif kind == "others":
                    check_other(path, table[int(path.stem)].split("\t"))
                elif kind == "dense":
                    check_dense(path, originals)
                elif kind == "tables":
                    check_table(path)
                elif kind == "10x":
                    check_10x(path, originals[path.name])
                else:
                    check_copy(path, originals[path.name], kind == "whole")
            except Exception as error:
                expect(False, f"{type(error).__name__}: {error}")
    print(f"{count} files, {len(failures)} differences")
    return 1 if failures or not count else 0


if __name__ == "__main__":
    sys.exit(main())
