"""Makes zarr stores of one AnnData in every way that the anndata and zarr packages write them.

    python make_zarr_stores.py [FOLDER [CELLS GENES]]

writes them, and `zarr.h5ad` of the same object, to `formats/` beside this script, or to FOLDER. Most
are zip archives, so that there are few files; those of FOLDER are folders as well. Written with
anndata 0.12, zarr 3.1, numcodecs 0.16 and mudata 0.3; other versions may write other bytes, which
is no harm.
"""

import pathlib
import shutil
import sys
import warnings
import zipfile

import anndata
import mudata
import numcodecs
import numpy as np
import pandas as pd
import scipy.sparse as sp
import zarr
from zarr.codecs import BloscCodec, BytesCodec, Crc32cCodec, GzipCodec, ShardingCodec, ZstdCodec

warnings.simplefilter("ignore")
HERE = pathlib.Path(__file__).parent / "formats"
OUT = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else HERE
CELLS, GENES = (int(sys.argv[2]), int(sys.argv[3])) if len(sys.argv) > 3 else (24, 11)
FOLDERS = {"v2.zarr", "v3.zarr"}


def counts():
    # Those of make_format_variants.py, where the numbers are the same.
    random = np.random.default_rng(20)
    x = random.poisson(0.7, (CELLS, GENES)) * random.integers(1, 60, (CELLS, GENES))
    x[:, 0] += 1
    return x.astype(np.int64)


def adata():
    x = counts()
    sources = ["a" if i % 3 else "b" for i in range(CELLS)]
    truth = [i % 2 == 0 for i in range(CELLS)]
    obs = pd.DataFrame(
        {
            "batch": pd.Categorical(sources),
            "ordered": pd.Categorical(sources, categories=["b", "a", "c"], ordered=True),
            "whole": pd.array([None] + list(range(1, CELLS)), dtype="Int64"),
            "truth": pd.array([None] + truth[1:], dtype="boolean"),
            "plain_truth": truth,
            "score": np.linspace(-1, 1, CELLS),
            "small": np.arange(CELLS, dtype=np.int8),
            "large": np.array([2**64 - 1] * CELLS, dtype=np.uint64),
            "note": [f"é{i}" for i in range(CELLS)],
            "missing": pd.Categorical([None] + sources[1:]),
        },
        index=[f"BC{i:02d}-1" for i in range(CELLS)],
    )
    var = pd.DataFrame(
        {"gene_ids": [f"ENSG{i + 1:011d}" for i in range(GENES)]},
        index=[f"GENE{i}" for i in range(GENES)],
    )
    a = anndata.AnnData(X=sp.csr_matrix(x.astype(np.float32)), obs=obs, var=var)
    a.layers["csc"] = sp.csc_matrix(x.astype(np.float64))
    a.layers["dense"] = x.astype(np.uint16)
    a.layers["half"] = np.minimum(x, 2048).astype(np.float16)
    a.raw = a.copy()
    a.obsm["X_pca"] = np.arange(CELLS * 3, dtype=np.float32).reshape(CELLS, 3)
    a.uns["note"] = "x"
    return a


A = adata()


def finish(name, group=None):
    """Packs a store, or keeps its folder."""
    folder = OUT / name
    if name in FOLDERS and OUT == HERE:
        return
    # A packed store may lie in a folder of its own, and be compressed once more.
    top = "" if len(name) % 2 and name != "codecs.zarr" else f"{name}/"
    with zipfile.ZipFile(OUT / f"{name}.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(folder.rglob("*")):
            if file.is_file():
                info = zipfile.ZipInfo(top + str(file.relative_to(folder)))
                info.compress_type = zipfile.ZIP_DEFLATED if top else zipfile.ZIP_STORED
                if file.name.endswith(".json") or file.name.startswith(".z"):
                    info.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(info, file.read_bytes())
    if OUT == HERE:
        shutil.rmtree(folder)


def empty(name):
    OUT.mkdir(exist_ok=True)
    if (OUT / name).exists():
        shutil.rmtree(OUT / name)
    return str(OUT / name)


def plain(name, version, consolidated=False, **settings):
    with anndata.settings.override(zarr_write_format=version, **settings):
        A.write_zarr(empty(name))
    # anndata consolidates by itself where it may.
    if not consolidated:
        shutil.rmtree(OUT / name / ".zmetadata", ignore_errors=True)
    finish(name)


def dispatched(name, version, **options):
    """Writes every array with the same options."""

    def write(write_elem, store, key, elem, *, dataset_kwargs, iospec):
        chosen = dict(dataset_kwargs)
        if iospec.encoding_type in ("array", "csr_matrix", "csc_matrix", "string-array"):
            chosen |= options
        write_elem(store, key, elem, dataset_kwargs=chosen)

    group = zarr.open_group(empty(name), mode="w", zarr_format=version)
    anndata.experimental.write_dispatched(group, "/", A, callback=write)
    return group


def replaced(group, key, values, attributes=None, **options):
    """Puts an array in another storage in the place of one."""
    attributes = dict(group[key].attrs) if attributes is None else attributes
    del group[key]
    if values is None:
        array = group.create_array(key, **options)
    else:
        array = group.create_array(key, shape=values.shape, dtype=values.dtype, **options)
        array[:] = values
    array.attrs.update(attributes)


def sharded(name, location="end"):
    group = dispatched(name, 3)
    for key in ["X", "layers/csc"]:
        data = group[f"{key}/data"][:]
        for part in ["data", "indices"]:
            values = group[f"{key}/{part}"][:]
            size = max(2, len(data) // 12)
            options = {"chunks": (size,), "shards": (5 * size,)}
            if location == "start":
                options = {"chunks": (5 * size,), "compressors": None, "filters": None,
                           "serializer": ShardingCodec(
                               chunk_shape=(size,), codecs=[BytesCodec(), GzipCodec()],
                               index_codecs=[BytesCodec(endian="big"), Crc32cCodec()],
                               index_location="start")}
            replaced(group, f"{key}/{part}", values, **options)
    dense = group["layers/dense"][:]
    # Chunks of zeros alone are not written.
    dense_shards = {"chunks": (4, 3), "shards": (12, 6)}
    replaced(group, "layers/dense", dense, **dense_shards)
    names = group["obs/_index"][:]
    replaced(group, "obs/_index", np.asarray(names, dtype=np.dtypes.StringDType()), chunks=(5,),
             shards=(10,))
    zarr.consolidate_metadata(group.store)
    finish(name)


def chunked():
    """Chunks of matrices in two dimensions, big-endian numbers, and columns before rows."""
    group = dispatched("v2_order.zarr", 2, compressor=numcodecs.Zlib())
    x = counts()
    replaced(group, "layers/dense", x.astype(">i4"), chunks=(5, 4), order="F", filters=None,
             compressors=numcodecs.Blosc(cname="zlib"), fill_value=0)
    replaced(group, "layers/half", np.minimum(x, 2048).astype("<f2"), chunks=(7, 3),
             filters=[numcodecs.Shuffle(2)], compressors=numcodecs.LZ4(), fill_value=0,
             chunk_key_encoding={"name": "v2", "separator": "/"})
    names = np.array([f"BC{i:02d}-1" for i in range(CELLS)])
    replaced(group, "obs/_index", names.astype("<U8"), chunks=(10,), filters=None)
    replaced(group, "var/_index", np.array([f"GENE{i}" for i in range(GENES)], "S9"), chunks=(4,),
             filters=None)
    finish("v2_order.zarr")


def spatial(name, tables):
    group = zarr.open_group(empty(name), mode="w", zarr_format=3)
    group.attrs["spatialdata_attrs"] = {"version": "0.2"}
    group.create_group("images")
    held = group.create_group("tables")
    for table in tables:
        small = A.copy()
        del small.raw, small.layers["csc"], small.layers["half"]
        anndata.io.write_elem(held, table, small)
    finish(name)


def modalities():
    parts = {"rna": A.copy(), "prot": A[:, :4].copy()}
    for part in parts.values():
        del part.raw
        part.layers.clear()
    mudata.MuData(parts).write_zarr(empty("mudata.zarr"))
    finish("mudata.zarr")


def codecs():
    """Numbers of every width in every codec, long enough for several blocks: i * i % 101 % 7."""
    group = zarr.open_group(empty("codecs.zarr"), mode="w", zarr_format=2)
    chains = {
        f"{cname}_{shuffle}_{block}": numcodecs.Blosc(cname=cname, shuffle=shuffle, blocksize=block)
        for cname in ["blosclz", "lz4", "lz4hc", "zlib", "zstd"] for shuffle in range(3)
        for block in [0, 2048]
    } | {"zstd": numcodecs.Zstd(), "zlib": numcodecs.Zlib(), "gzip": numcodecs.GZip(), "lz4": numcodecs.LZ4()}
    i = np.arange(3003, dtype=np.int64)
    for name, codec in chains.items():
        wide = name.startswith(("lz4_", "zstd_"))
        for dtype in ["|u1", "<i2", ">i4", "<f4", "<f8"] if wide else ["<f4"]:
            array = group.create_array(
                f"{name}_{dtype[1:]}", shape=i.shape, dtype=dtype, chunks=(2001,), compressors=codec,
                filters=None)
            array[:] = (i * i % 101 % 7).astype(dtype)
    finish("codecs.zarr")


OUT.mkdir(exist_ok=True)
A.write_h5ad(OUT / "zarr.h5ad", compression="gzip")
plain("v2.zarr", 2, consolidated=True)
plain("v3.zarr", 3, consolidated=True)
# zarr 3.1 writes shards with anndata 0.12's setting where it exists.
if "auto_shard_zarr_v3" in dir(anndata.settings):
    plain("v3_auto.zarr", 3, auto_shard_zarr_v3=True)
for codec, options in {
    "blosc": {"compressor": numcodecs.Blosc()},
    "bits": {"compressor": numcodecs.Blosc(cname="zstd", shuffle=numcodecs.Blosc.BITSHUFFLE)},
    "blosclz": {"compressor": numcodecs.Blosc(cname="blosclz")},
    "lz4": {"compressor": numcodecs.LZ4()},
    "zlib": {"compressor": numcodecs.Zlib()},
    "gzip": {"compressor": numcodecs.GZip()},
    "plain": {"compressor": None},
}.items():
    dispatched(f"v2_{codec}.zarr", 2, **options)
    finish(f"v2_{codec}.zarr")
for codec, options in {
    "blosc": {"compressors": BloscCodec(cname="lz4")},
    "gzip": {"compressors": GzipCodec()},
    "crc": {"compressors": [ZstdCodec(), Crc32cCodec()]},
    "plain": {"compressors": None},
}.items():
    dispatched(f"v3_{codec}.zarr", 3, **options)
    finish(f"v3_{codec}.zarr")
sharded("v3_shards.zarr")
sharded("v3_first.zarr", location="start")
chunked()
spatial("spatial.zarr", ["table"])
spatial("spatial_two.zarr", ["cells", "nuclei"])
modalities()
codecs()
