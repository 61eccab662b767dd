#!/usr/bin/env python3
"""Makes the small reference numbers that the tests of gene selection, alignment and LISI compare ours with.

usage: make_reference_numbers.py

Needs scanpy 1.11.5, anndata and harmonypy 2.1.0. Writes into the folder `reference` beside this script, always from the
same made cells:
  genes.h5ad   300 cells of 200 genes in three batches, counts
  genes.json   what scanpy's highly_variable_genes says of them, after normalize_total and log1p: with the batch key the
               genes selected and in how many batches each is, and for each batch alone the standardized dispersions
               (null where no cell of the batch has the gene)
  cells.json   720 points of eight dimensions in three batches, four types and two states, harmonypy's correction of
               them with theta 2, lambda 1, sigma 0.1 and 12 clusters, and its LISI by batch and by state with perplexity 30
"""
import json
import pathlib
import warnings

warnings.filterwarnings("ignore")
import anndata as ad
import harmonypy
import numpy as np
import pandas as pd
import scanpy as sc
import scipy.sparse as sp

folder = pathlib.Path(__file__).with_name("reference")
GENES, SELECTED = 200, 60


def counts(random):
    """Negative binomial counts: some genes follow the type, some the batch, one is in a single batch."""
    batch, kind = np.arange(300) % 3, random.integers(0, 4, 300)
    mean = np.exp(random.normal(-0.3, 1.2, GENES))
    of_type = np.exp(random.normal(0, 1, (4, GENES)) * (random.random(GENES) < 0.3))
    of_batch = np.exp(random.normal(0, 0.4, (3, GENES)) * (random.random(GENES) < 0.5))
    of_batch[:2, 7] = 0
    depth = np.exp(random.normal(0, 0.3, (300, 1)))
    expected = depth * mean * of_type[kind] * of_batch[batch]
    shape = np.exp(random.normal(0.5, 0.7, GENES))
    return random.poisson(expected * random.gamma(shape, 1 / shape, expected.shape)), batch


def listed(values, digits=6):
    return [None if np.isnan(v) else round(float(v), digits) for v in np.asarray(values, dtype=float)]


def make_genes():
    x, batch = counts(np.random.default_rng(1))
    obs = pd.DataFrame({"batch": pd.Categorical([f"b{b}" for b in batch])}, index=[f"cell{i}" for i in range(300)])
    var = pd.DataFrame(index=[f"gene{j}" for j in range(GENES)])
    cells = ad.AnnData(sp.csr_matrix(x.astype(np.float32)), obs=obs, var=var)
    cells.write_h5ad(folder / "genes.h5ad", compression="gzip")
    sc.pp.normalize_total(cells, target_sum=1e4)
    sc.pp.log1p(cells)
    record = {"made_with": {"scanpy": sc.__version__}, "dispersions": {}}
    for name in cells.obs.batch.cat.categories:
        part = cells[cells.obs.batch == name].copy()
        present = np.asarray((part.X > 0).sum(0)).ravel() > 0
        part = part[:, present].copy()
        sc.pp.highly_variable_genes(part, n_top_genes=SELECTED)
        values = np.full(GENES, np.nan)
        values[present] = part.var.dispersions_norm
        record["dispersions"][name] = listed(values)
    sc.pp.highly_variable_genes(cells, n_top_genes=SELECTED, batch_key="batch")
    record["batches_of_gene"] = [int(n) for n in cells.var.highly_variable_nbatches]
    record["selected"] = [int(j) for j in np.flatnonzero(cells.var.highly_variable)]
    return record


def make_cells():
    random = np.random.default_rng(2)
    n, d = 720, 8
    batch = np.arange(n) % 3
    # Each batch has its own shares of the types, and each type its own shift in each batch.
    shares = np.array([[0.4, 0.3, 0.2, 0.1], [0.1, 0.4, 0.3, 0.2], [0.25, 0.25, 0.25, 0.25]])
    kind = np.array([random.choice(4, p=shares[b]) for b in batch])
    centre = random.normal(0, 5, (4, d))
    shift = random.normal(0, 1.2, (3, d)) + random.normal(0, 0.5, (4, 3, d))
    noise = random.normal(0, 1, (n, d))
    x = np.round((centre[kind] + shift[kind, batch] + noise).astype(np.float32), 4)
    # A state that passes gradually into the other within each type.
    state = noise[:, 0] + random.normal(0, 0.3, n) > 0
    obs = pd.DataFrame({"batch": [f"b{b}" for b in batch], "state": np.where(state, "on", "off")})
    z = np.asarray(harmonypy.run_harmony(
        x, obs, "batch", theta=2, lamb=1, sigma=0.1, nclust=12, max_iter_harmony=20, random_state=0).Z_corr)
    z = z if z.shape == x.shape else z.T
    lisi = harmonypy.compute_lisi(x, obs, ["batch", "state"], perplexity=30)
    return {"made_with": {"harmonypy": harmonypy.__version__ if hasattr(harmonypy, "__version__") else "2.1.0"},
            "dimensions": d, "points": listed(x.ravel(), 4), "batches": list(obs.batch), "states": list(obs.state),
            "harmonized": listed(z.ravel(), 4), "lisi": {"batch": listed(lisi[:, 0]), "state": listed(lisi[:, 1])}}


if __name__ == "__main__":
    folder.mkdir(exist_ok=True)
    for name, make in [("genes", make_genes), ("cells", make_cells)]:
        (folder / f"{name}.json").write_text(json.dumps(make(), separators=(",", ":"), allow_nan=False) + "\n")
    for file in sorted(folder.iterdir()):
        print(file.name, file.stat().st_size)
