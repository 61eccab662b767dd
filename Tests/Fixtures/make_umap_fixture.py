#!/usr/bin/env python3
"""Makes the values that UMAPTests holds our layouts to.

usage: make_umap_fixture.py EVALUATION_DIR OUTDIR

Needs umap-learn 0.5.12 and scikit-learn. Takes the embeddings that make_evaluation_fixture.py left in EVALUATION_DIR, and
writes to OUTDIR
  umap.json                        `curves`: a and b of umap-learn for some minimum distances and spreads
                                   `trustworthiness`: of umap-learn's layouts of each embedding, 15 neighbours, minimum
                                   distance 0.5, three seeds: sklearn.manifold.trustworthiness(n_neighbors=15)
                                   `layout`: the set whose first layout is stored, and its trustworthiness for some k
  SET.umap.f32                     that layout, little-endian float32, row after row
"""
import json, os, sys, warnings
warnings.filterwarnings("ignore")
import numpy as np, umap
from sklearn.manifold import trustworthiness
from umap.umap_ import find_ab_params

source, out = sys.argv[1:]
os.makedirs(out, exist_ok=True)
curves = []
for minimum, spread in [(0.5, 1), (0.1, 1), (0, 1), (1, 1), (0.25, 3), (0.2, 0.5), (20, 50)]:
    a, b = find_ab_params(spread, minimum)
    curves.append({"minimum": minimum, "spread": spread, "a": a, "b": b})
sets, layout = {}, {}
for name in sorted(os.listdir(source)):
    if not name.endswith(".f32"):
        continue
    cells = json.load(open(os.path.join(source, name.split(".")[0] + ".json")))["cells"]
    x = np.fromfile(os.path.join(source, name), "<f4").reshape(cells, -1)
    layouts = [umap.UMAP(n_neighbors=15, min_dist=0.5, random_state=seed).fit_transform(x) for seed in range(3)]
    name = name.removesuffix(".f32")
    sets[name] = [trustworthiness(x, y, n_neighbors=15) for y in layouts]
    if name == "pancreas_panc8_small.X_pca":
        y = np.ascontiguousarray(layouts[0], dtype="<f4")
        y.tofile(os.path.join(out, name + ".umap.f32"))
        layout = {"name": name, "trustworthiness": {str(k): trustworthiness(x, y, n_neighbors=k) for k in (1, 5, 15, 60)}}
json.dump({"curves": curves, "trustworthiness": sets, "layout": layout}, open(os.path.join(out, "umap.json"), "w"), indent=1)
