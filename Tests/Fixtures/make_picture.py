#!/usr/bin/env python3
"""Draws sample-data/before-after.png: UMAPs of simulated cells before and after.

usage: make_picture.py HARMONIZED.h5ad OUT.png
HARMONIZED.h5ad is what 'scharmonize sample-data/cells.h5ad -o HARMONIZED.h5ad' writes.
Needs scanpy and matplotlib.
"""
import sys
import warnings

import matplotlib

matplotlib.use("Agg")
warnings.filterwarnings("ignore")
import matplotlib.pyplot as plt
import scanpy as sc

COLOURS = ["#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442"]

cells = sc.read_h5ad(sys.argv[1])
logs = cells.copy()
sc.pp.normalize_total(logs, target_sum=1e4)
sc.pp.log1p(logs)
sc.pp.pca(logs, n_comps=30)
cells.obsm["X_pca"] = logs.obsm["X_pca"]

figure, axes = plt.subplots(1, 4, figsize=(12, 3.1))
panels = iter(axes)
for title, key in [("before", "X_pca"), ("after", "X_scharmonize")]:
    sc.pp.neighbors(cells, use_rep=key, random_state=0)
    sc.tl.umap(cells, random_state=0)
    points = cells.obsm["X_umap"]
    for column, name in [("batch", "batch"), ("cell_type", "cell type")]:
        panel = next(panels)
        codes = cells.obs[column].cat.codes.values
        panel.scatter(*points.T, c=[COLOURS[c % len(COLOURS)] for c in codes], s=3, linewidths=0)
        panel.set_title(f"{title}, by {name}", fontsize=11)
        panel.set_xticks([])
        panel.set_yticks([])
figure.tight_layout()
figure.savefig(sys.argv[2], dpi=110)
