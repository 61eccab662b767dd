"""Makes small files of the variants of each format that are met in the wild.

    python make_format_variants.py

writes `formats/`, beside this script. Each holds the same 24 cells and 11 genes in one way or
another, so that a reader of them all has to come to the same counts. Written with h5py 3.16,
anndata 0.12, mudata 0.3 and loompy 3.0; other versions may write other bytes, which is no harm.
"""

import gzip
import pathlib
import shutil

import anndata
import h5py
import loompy
import mudata
import numpy as np
import pandas as pd
import scipy.io
import scipy.sparse as sp

HERE = pathlib.Path(__file__).parent / "formats"
CELLS, GENES = 24, 11
BARCODES = [f"BC{i:02d}-1" for i in range(CELLS)]
SYMBOLS = [f"GENE{i}" for i in range(GENES)]
IDS = [f"ENSG{i + 1:011d}" for i in range(GENES)]
SOURCES = ["a" if i % 3 else "b" for i in range(CELLS)]


def counts():
    random = np.random.default_rng(20)
    x = random.poisson(0.7, (CELLS, GENES)) * random.integers(1, 60, (CELLS, GENES))
    x[:, 0] += 1  # no cell is empty
    return x.astype(np.int64)


X = counts()


def path(name):
    HERE.mkdir(exist_ok=True)
    target = HERE / name
    if target.is_dir():
        shutil.rmtree(target)
    elif target.exists():
        target.unlink()
    return target


def strings(values):
    return np.array(values, dtype=h5py.string_dtype())


# AnnData


def adata(x=None):
    return anndata.AnnData(
        X=sp.csr_matrix(X.astype(np.float32)) if x is None else x,
        obs=pd.DataFrame({"batch": pd.Categorical(SOURCES)}, index=BARCODES),
        var=pd.DataFrame({"gene_ids": IDS}, index=SYMBOLS),
    )


def h5ad_records(name, layout, compression=None):
    """As anndata 0.5 and 0.6: records, `h5sparse_format`, categories in `uns`."""
    with h5py.File(path(name), "w") as f:
        m = sp.csr_matrix(X) if layout == "csr" else sp.csc_matrix(X)
        g = f.create_group("X")
        g.attrs["h5sparse_format"] = layout
        g.attrs["h5sparse_shape"] = np.array(X.shape)
        g.create_dataset("data", data=m.data.astype(np.float32), compression=compression, chunks=(32,))
        g.create_dataset("indices", data=m.indices.astype(np.int32))
        g.create_dataset("indptr", data=m.indptr.astype(np.int32))
        obs = np.array(
            [(b, "ab".index(s), i) for i, (b, s) in enumerate(zip(BARCODES, SOURCES))],
            dtype=[("index", "S8"), ("batch", "i1"), ("n", "i8")],
        )
        f.create_dataset("obs", data=obs)
        f.create_dataset("var", data=np.array([(s,) for s in SYMBOLS], dtype=[("index", "S8")]))
        f.create_dataset("uns/batch_categories", data=np.array(["a", "b"], "S1"))


def h5ad_nullables():
    a = adata()
    truth = [i % 2 == 0 for i in range(CELLS)]
    a.obs["whole"] = pd.array([1 if s == "a" else 2 for s in SOURCES], dtype="Int32")
    a.obs["whole_missing"] = pd.array([None] + [1] * (CELLS - 1), dtype="Int64")
    a.obs["truth"] = pd.array(truth, dtype="boolean")
    a.obs["truth_missing"] = pd.array([None] + truth[1:], dtype="boolean")
    a.obs["plain_truth"] = truth
    a.obs["category_missing"] = pd.Categorical([None] + SOURCES[1:])
    a.obs["text"] = pd.array([None] + SOURCES[1:], dtype="string")
    a.uns["nothing"] = None
    with anndata.settings.override(allow_write_nullable_strings=True):
        a.write_h5ad(path("nullable.h5ad"))


def h5ad_integers():
    """Unsigned counts, 64-bit indices, a dense big-endian layer, truth as small integers."""
    with h5py.File(path("integers.h5ad"), "w") as f:
        m = sp.csr_matrix(X)
        g = f.create_group("X")
        g.attrs.update({"encoding-type": "csr_matrix", "encoding-version": "0.1.0"})
        g.attrs["shape"] = np.array(X.shape)
        g["data"] = m.data.astype(np.uint16)
        g["indices"] = m.indices.astype(np.int64)
        g["indptr"] = m.indptr.astype(np.uint64)
        f.create_dataset("layers/big", data=X.astype(">i4"), chunks=(5, 4), compression="lzf")
        f.create_dataset("layers/byte", data=X.astype(np.uint8))
        for table, index in [("obs", BARCODES), ("var", SYMBOLS)]:
            t = f.create_group(table)
            t.attrs.update({"encoding-type": "dataframe", "encoding-version": "0.1.0"})
            t.attrs["_index"] = "_index"
            t.attrs["column-order"] = strings(["flag"] if table == "obs" else [])
            t["_index"] = np.array(index, "S12")
        f["obs/flag"] = np.array([s == "a" for s in SOURCES], np.uint8)


# 10x


def tenx_group(g, x, data, indices, indptr, shape=np.int32):
    m = sp.csr_matrix(x)
    g["data"] = m.data.astype(data)
    g["indices"] = m.indices.astype(indices)
    g["indptr"] = m.indptr.astype(indptr)
    g["shape"] = np.array(x.shape[::-1], shape)
    g["barcodes"] = np.array(BARCODES, "S18")


def tenx_v2():
    with h5py.File(path("v2_two_genomes.h5"), "w") as f:
        for genome, part in [("hg19", slice(0, 6)), ("mm10", slice(6, GENES))]:
            g = f.create_group(genome)
            tenx_group(g, X[:, part], np.int32, np.int64, np.int64)
            g["genes"] = np.array(IDS[part], "S18")
            g["gene_names"] = np.array(SYMBOLS[part], "S18")


def tenx_v3(name, data, indices, indptr, shape=np.int32, ids=True, genome=True, types=None):
    with h5py.File(path(name), "w") as f:
        g = f.create_group("matrix")
        tenx_group(g, X, data, indices, indptr, shape)
        features = g.create_group("features")
        features["name"] = np.array(SYMBOLS, "S18")
        if ids:
            features["id"] = np.array(IDS, "S18")
        if genome:
            features["genome"] = np.array(["GRCh38"] * GENES, "S8")
        if types:
            features["feature_type"] = np.array(types, "S18")


# loom


def loom(name, matrix, cells, genes, chunks=(4, 7), cell_attrs=(), layers=()):
    with h5py.File(path(name), "w") as f:
        f.create_dataset("matrix", data=matrix.T, chunks=chunks, compression="gzip", shuffle=True)
        for layer, values in layers:
            f.create_dataset(f"layers/{layer}", data=values.T, chunks=chunks)
        for group in ["row_attrs", "col_attrs", "row_graphs", "col_graphs", "layers", "attrs"]:
            f.require_group(group)
        for key, values in cells:
            f[f"col_attrs/{key}"] = values
        for key, values in genes:
            f[f"row_attrs/{key}"] = values
        for key, values in cell_attrs:
            f[f"col_attrs/{key}"] = values


def looms():
    loompy.create(
        str(path("loompy3.loom")), X.T,
        {"Gene": np.array(SYMBOLS), "Accession": np.array(IDS)},
        {"CellID": np.array(BARCODES), "batch": np.array(SOURCES), "depth": X.sum(1)})
    records = np.array([(i, -i) for i in range(CELLS)], dtype=[("_X", "f8"), ("_Y", "f8")])
    loom(
        "scope.loom", X.astype(np.int32),
        [("CellID", np.array(BARCODES, "S20")), ("batch", np.array(SOURCES, "S4"))],
        [("Gene", np.array(SYMBOLS, "S20"))],
        cell_attrs=[
            ("Embedding", records),
            ("Position", np.arange(2.0 * CELLS).reshape(CELLS, 2)),
            ("Plate", np.arange(CELLS).reshape(CELLS, 1) % 2),
            ("Wide", np.zeros((CELLS, 60))),
        ])
    loom("nameless.loom", X.astype(np.float64), [("batch", strings(SOURCES))], [])
    loom(
        "layers.loom", X.astype(np.float32) / 2, [("obs_names", strings(BARCODES))],
        [("var_names", strings(SYMBOLS))], chunks=(1, CELLS),
        layers=[("spliced", X.astype(np.uint16))])


# h5mu


def mudatas():
    other = anndata.AnnData(
        X=np.ones((CELLS, 3), np.float32),
        obs=pd.DataFrame(index=BARCODES), var=pd.DataFrame(index=["p1", "p2", "p3"]))
    both = mudata.MuData({"prot": other, "rna": adata()})
    both.obs["donor"] = ["x" if s == "a" else "y" for s in SOURCES]
    both.write_h5mu(path("two.h5mu"))
    # The rows of the whole are in another order than the modality's, and more.
    part = adata()[::-1][: CELLS - 4].copy()
    uneven = mudata.MuData({"rna": part, "prot": other.copy()})
    uneven.obs["donor"] = [f"d{int(name[2:4])}" for name in uneven.obs_names]
    uneven.write_h5mu(path("uneven.h5mu"))
    split = mudata.MuData({"one": adata()[:10].copy(), "two": adata()[10:].copy()}, axis=1)
    split.write_h5mu(path("axis1.h5mu"))
    mudata.MuData({"cite": adata()}).write_h5mu(path("single.h5mu"))


# Matrix Market


def mtx(name, rows, genes_file="genes.tsv", front="", zipped=False, order="cells", third=None,
        real=False, transposed=False, quoted=False, crlf=False):
    folder = path(name)
    folder.mkdir()
    entries = [(g + 1, c + 1, X[c, g]) for c in range(CELLS) for g in range(GENES) if X[c, g]]
    if order == "genes":
        entries.sort()
    if transposed:
        entries = [(c, g, v) for g, c, v in entries]
    shape = (CELLS, GENES) if transposed else (GENES, CELLS)
    field = "real" if real else "integer"
    lines = [f"%%MatrixMarket matrix coordinate {field} general", "%", *rows]
    lines += [f"{shape[0]} {shape[1]} {len(entries)}"]
    lines += [f"{g} {c} {float(v) if real else v}" for g, c, v in entries]
    quote = '"{}"'.format if quoted else str
    features = [[i, s] + ([third] if third else []) for i, s in zip(IDS, SYMBOLS)]
    end = "\r\n" if crlf else "\n"
    files = {
        "matrix.mtx": lines,
        "barcodes.tsv": [quote(b) for b in BARCODES],
        genes_file: ["\t".join(map(quote, f)) for f in features],
    }
    for file, text in files.items():
        data = (end.join(text) + end).encode()
        if zipped:
            # In two members, as bgzip writes it.
            half = len(data) // 2
            data = b"".join(gzip.compress(part, mtime=0) for part in (data[:half], data[half:]))
        (folder / f"{front}{file}{'.gz' if zipped else ''}").write_bytes(data)


def mtxs():
    mtx("mtx_v2", [])
    mtx("mtx_v3", ['%metadata_json: {"format_version": 2}'], "features.tsv", zipped=True,
        third="Gene Expression")
    mtx("mtx_by_gene", [], "features.tsv", order="genes", real=True, crlf=True)
    mtx("mtx_geo", [], "features.tsv", front="GSM1_tumour_", zipped=True, quoted=True)
    folder = path("mtx_bustools")
    folder.mkdir()
    scipy.io.mmwrite(folder / "cells_x_genes.mtx", sp.coo_matrix(X))
    (folder / "cells_x_genes.barcodes.txt").write_text("\n".join(BARCODES) + "\n")
    (folder / "cells_x_genes.genes.txt").write_text("\n".join(SYMBOLS) + "\n")


adata(sp.csc_matrix(X.astype(np.float32))).write_h5ad(path("lzf.h5ad"), compression="lzf")
h5ad_records("records_csr.h5ad", "csr")
h5ad_records("records_csc.h5ad", "csc", "lzf")
h5ad_nullables()
h5ad_integers()
tenx_v2()
tenx_v3("v3_float.h5", np.float64, np.uint32, np.uint32, np.uint64, ids=False, genome=False)
tenx_v3("v3_narrow.h5", np.uint16, np.uint8, np.uint16, types=["Gene Expression"] * 8 + ["CRISPR"] * 3)
tenx_v3("v3_big_endian.h5", ">i4", ">i8", ">i8", ">i4", genome=False, types=["Gene Expression"] * GENES)
looms()
mudatas()
mtxs()
