"""Tells what each file of every format holds, as the libraries of the field read it.

    python make_format_table.py SHARED

writes `formats.tsv` beside this script: a line for each matrix with its numbers of cells and genes,
the sum of all values, and the first and last name of each. SHARED is the folder that has `formats`
with real files; those that `make_format_variants.py` and `make_zarr_stores.py` make are beside this
script. Read with anndata 0.12, mudata 0.3, zarr 3.1, h5py 3.16 and scipy 1.16, a loom with h5py: its layout is the specification.
"""

import gzip
import pathlib
import sys
import warnings

import anndata
import h5py
import mudata
import numpy as np
import scipy.io
import scipy.sparse as sp
import zarr

warnings.simplefilter("ignore")
HERE = pathlib.Path(__file__).parent
SHARED = pathlib.Path(sys.argv[1])
LINES = []


def text(value):
    return value.decode() if isinstance(value, bytes) else str(value)


def line(file, options, x, cells, genes):
    # Of the stored values: scipy takes no matrix of 64-bit and 16-bit indices, big-endian numbers…
    total = float((x.data if sp.issparse(x) else np.asarray(x)).sum(dtype=np.float64))
    assert x.shape == (len(cells), len(genes)), (file, x.shape, len(cells), len(genes))
    names = [cells[0], cells[-1], genes[0], genes[-1]]
    LINES.append([file, options, *map(str, x.shape), repr(total), *map(text, names)])


def annotated(file, options, a):
    line(file, options, a.X, list(a.obs_names), list(a.var_names))


def h5ad(file, root):
    a = anndata.read_h5ad(root / file)
    if a.X is not None:
        annotated(file, "", a)
    for name, layer in a.layers.items():
        line(file, f"layer={name}", layer, list(a.obs_names), list(a.var_names))
    if a.raw is not None:
        line(file, "raw", a.raw.X, list(a.obs_names), list(a.raw.var_names))


def h5mu(file, root):
    whole = mudata.read_h5mu(root / file)
    for name, part in whole.mod.items():
        annotated(file, f"modality={name}", part)
        if part.raw is not None:
            line(file, f"modality={name},raw", part.raw.X, list(part.obs_names),
                 list(part.raw.var_names))


def tenx(file, root):
    with h5py.File(root / file) as f:
        for group in f:
            g = f[group]
            x = sp.csr_matrix((g["data"][:], g["indices"][:].astype(np.int64), g["indptr"][:].astype(np.int64)),
                              shape=tuple(g["shape"][:][::-1].astype(int)))
            if "features" not in g:
                options = f"genome={group}" if len(f) > 1 else ""
                line(file, options, x, g["barcodes"][:], g["gene_names"][:])
                continue
            names = g["features/name"][:]
            types = (g["features/feature_type"][:] if "feature_type" in g["features"]
                     else np.array([b"Gene Expression"] * len(names)))
            for kind in np.unique(types):
                options = "" if kind == b"Gene Expression" else f"type={text(kind)}"
                line(file, options, x[:, types == kind], g["barcodes"][:], names[types == kind])


def loom(file, root):
    with h5py.File(root / file) as f:
        def names(group, keys, count):
            found = [f[group][key][:] for key in keys if key in f[group]]
            return found[0] if found else [str(i) for i in range(count)]

        genes, cells = f["matrix"].shape
        cell_names = names("col_attrs", ["CellID", "obs_names", "Cell"], cells)
        gene_names = names("row_attrs", ["Gene", "var_names"], genes)
        line(file, "", f["matrix"][:].T, cell_names, gene_names)
        for layer in f.get("layers", {}):
            line(file, f"layer={layer}", f["layers"][layer][:].T, cell_names, gene_names)


def mtx(folder, root):
    def find(*endings):
        return next(p for e in endings for p in sorted((root / folder).iterdir())
                    if p.name.removesuffix(".gz").endswith(e))

    def rows(path):
        opened = gzip.open(path, "rt") if path.suffix == ".gz" else open(path)
        with opened:
            return [row.rstrip("\r\n").replace('"', "").split("\t") for row in opened]

    x = scipy.io.mmread(find(".mtx")).tocsr()
    cells = [row[0] for row in rows(find("barcodes.tsv", "barcodes.txt"))]
    features = rows(find("features.tsv", "genes.tsv", "genes.txt"))
    if x.shape == (len(features), len(cells)):
        x = x.T.tocsr()
    line(folder, "", x, cells, [row[1] if len(row) > 1 else row[0] for row in features])


def store(file, root):
    """A zarr store, in a folder or an archive, whose root may be a folder in that."""
    path = root / file
    if path.suffix == ".zip":
        store, top = zarr.storage.ZipStore(path, mode="r"), path.stem
        try:
            group = zarr.open_group(store, mode="r")
        except FileNotFoundError:
            group = zarr.open_group(store, mode="r", path=top)
    else:
        group = zarr.open_group(path, mode="r")
    if "mod" in group:
        for name in group["mod"].attrs["mod-order"]:
            annotated(file, f"modality={name}", anndata.io.read_elem(group[f"mod/{name}"]))
        return
    tables = list(group["tables"]) if "tables" in group else []
    if len(tables) > 1 or "X" not in group and not tables:
        return
    a = anndata.io.read_elem(group[f"tables/{tables[0]}"] if tables else group)
    annotated(file, "", a)
    for name, layer in a.layers.items():
        line(file, f"layer={name}", layer, list(a.obs_names), list(a.var_names))
    if a.raw is not None:
        line(file, "raw", a.raw.X, list(a.obs_names), list(a.raw.var_names))


READERS = {".zarr": store, ".zip": store, ".h5ad": h5ad, ".h5mu": h5mu, ".h5": tenx, ".loom": loom}

for root in [SHARED, HERE]:
    for path in sorted((root / "formats").rglob("*")):
        file = str(path.relative_to(root))
        if path.suffix in READERS:
            READERS[path.suffix](file, root)
        elif path.name.endswith((".mtx", ".mtx.gz")):
            mtx(str(path.parent.relative_to(root)), root)

HEAD = ["file", "options", "cells", "genes", "total", "first_cell", "last_cell", "first_gene", "last_gene"]
(HERE / "formats.tsv").write_text("\n".join("\t".join(row) for row in [HEAD, *LINES]) + "\n")
