#!/usr/bin/env python3
"""Compares runs on zarr stores with runs on the .h5ad of the same object, and reads what is written.

    check_zarr_stores.py PROGRAM

makes the stores of `make_zarr_stores.py` with 300 cells of 200 genes, and runs PROGRAM on each: the
embedding has the bytes of that of the .h5ad. Copies (`-o out.zarr`) and results in place are read with
anndata and zarr, with and without consolidated metadata; everything that was in the store has to be
there unchanged. Needs anndata 0.12 and zarr 3. Ends with 1 where something differs.
"""

import pathlib
import shutil
import subprocess
import sys
import tempfile
import warnings

import anndata
import numpy as np
import zarr

warnings.simplefilter("ignore")
PROGRAM = sys.argv[1]
OPTIONS = ["--batch-key", "batch", "--visits", "2000", "--hidden-sizes", "16", "--quiet"]
HERE = pathlib.Path(__file__).parent
OURS = {"X_scharmonize", "X_scharmonize_latent", "scharmonize", "scharmonize_gene"}
failures = []


def expect(condition, message):
    if not condition:
        failures.append(message)
        print(f"  differs: {message}")


def run(*arguments):
    outcome = subprocess.run([PROGRAM, *map(str, arguments), *OPTIONS], capture_output=True, text=True)
    expect(outcome.returncode == 0, f"{arguments}: {outcome.stderr}")


def same(name, before, after, path=""):
    """Compares all arrays and groups of a store with those of another."""
    for key in before:
        if key in OURS:
            continue
        place = f"{path}/{key}"
        expect(key in after, f"{name}: {place} is gone")
        if key not in after:
            continue
        a, b = before[key], after[key]
        own = dict(b.attrs)
        if key in ("obs", "var"):
            own["column-order"] = [c for c in own.get("column-order", []) if c not in OURS]
        expect(dict(a.attrs) == own, f"{name}: attributes of {place}")
        if isinstance(a, zarr.Group):
            same(name, a, b, place)
        else:
            expect(a.dtype == b.dtype and np.array_equal(a[...], b[...], equal_nan=a.dtype.kind == "f"),
                   f"{name}: {place}")


def check(name, original, written, known):
    for consolidated in (None, False):
        before = zarr.open_group(original, mode="r", use_consolidated=consolidated)
        after = zarr.open_group(written, mode="r", use_consolidated=consolidated)
        same(name, before, after)
        if "tables" in after:
            after = after["tables/table"]
        a = anndata.io.read_elem(after)
        for key in ["X_scharmonize", "X_scharmonize_latent"]:
            expect(np.array_equal(a.obsm[key], known.obsm[key]), f"{name}: {key}")
        expect(set(a.uns["scharmonize"]) == set(known.uns["scharmonize"]), f"{name}: uns")
        expect(list(a.var["scharmonize_gene"]) == list(known.var["scharmonize_gene"]), f"{name}: var")
    if "tables" not in before:
        anndata.read_zarr(written)


with tempfile.TemporaryDirectory() as folder:
    folder = pathlib.Path(folder)
    stores = folder / "stores"
    subprocess.run([sys.executable, HERE / "make_zarr_stores.py", stores, "300", "200"], check=True)
    run(stores / "zarr.h5ad", "-o", folder / "known.npy")
    run(stores / "zarr.h5ad", "-o", folder / "known.h5ad")
    known = anndata.read_h5ad(folder / "known.h5ad")
    skipped = ("codecs", "mudata", "spatial_two")
    read = 0
    for path in sorted(stores.glob("*.zarr*")):
        if path.name.startswith(skipped):
            continue
        run(path, "-o", folder / "out.npy")
        expect((folder / "out.npy").read_bytes() == (folder / "known.npy").read_bytes(), path.name)
        read += 1
        if path.suffix == ".zip":
            continue
        out = folder / "out.zarr"
        run(path, "-o", out)
        check(f"a copy of {path.name}", path, out, known)
        shutil.rmtree(out)
        shutil.copytree(path, out)
        for _ in range(2):
            run(out, "--in-place")
            check(f"{path.name} in place", path, out, known)
        shutil.rmtree(out)
    print(f"{read} stores, {len(failures)} differences")
sys.exit(1 if failures else 0)
