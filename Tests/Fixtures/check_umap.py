#!/usr/bin/env python3
"""Holds the layouts that scharmonize wrote to those that umap-learn makes of the same embeddings.

usage: check_umap.py FILE.h5ad ...

Each FILE was written with `scharmonize ... --umap`. Prints the trustworthiness (sklearn.manifold.trustworthiness, 15
neighbours) of obsm/X_umap as a layout of obsm/X_scharmonize, the mean of umap-learn's with three seeds and the same
settings, and the share of each cell's 14 neighbours that both keep. Ends with 1 where ours is less by 0.01 or more, or
where scanpy cannot plot the layout. Needs umap-learn 0.5.12 and scanpy.
"""
import os, sys, warnings
warnings.filterwarnings("ignore")
import matplotlib; matplotlib.use("Agg")
import numpy as np, scanpy as sc, umap
from sklearn.manifold import trustworthiness
from sklearn.neighbors import NearestNeighbors


def neighbours(x):
    return NearestNeighbors(n_neighbors=15).fit(x).kneighbors(x, return_distance=False)[:, 1:]


def kept(x, y):
    return np.mean([len(np.intersect1d(a, b)) for a, b in zip(neighbours(x), neighbours(y))]) / 14


failed = False
for path in sys.argv[1:]:
    cells = sc.read_h5ad(path)
    x, ours = cells.obsm["X_scharmonize"], cells.obsm["X_umap"]
    assert ours.shape == (cells.n_obs, 2) and ours.dtype == np.float32, (ours.shape, ours.dtype)
    sc.pl.umap(cells, color=cells.obs.columns[:1], show=False)
    theirs = [umap.UMAP(n_neighbors=15, min_dist=0.5, random_state=seed).fit_transform(x) for seed in range(3)]
    trust = [trustworthiness(x, y, n_neighbors=15) for y in [ours] + theirs]
    keep = [kept(x, y) for y in [ours] + theirs]
    print(f"{os.path.basename(path):32} {cells.n_obs:6} cells  trustworthiness {trust[0]:.4f}, umap-learn "
          f"{np.mean(trust[1:]):.4f}  neighbours kept {keep[0]:.3f}, umap-learn {np.mean(keep[1:]):.3f}")
    failed |= trust[0] <= np.mean(trust[1:]) - 0.01
sys.exit(1 if failed else 0)
