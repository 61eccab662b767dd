#!/usr/bin/env python3
"""Makes the reference values of the metrics beside the totals.

usage: make_further_metrics.py FOLDER NAME ...

Needs scib-metrics 0.6.1, harmonypy, scgraph-eval 0.1.2 and scanpy. FOLDER has NAME.json and the embeddings of
make_evaluation_fixture.py. Writes FOLDER/further.json with, for each set and embedding,
  sbee      scib_metrics.sbee of the exact graph of 90 neighbours
  ilisi, clisi   of scib-metrics 0.6.1, to show that they are those of 0.5.10
  cilisi    harmonypy's LISI of the batches within each type of at least 10 cells and two batches, rescaled by the type's
            number of batches; the mean over cells. Types of fewer than 90 cells are left out, as harmonypy needs 90.
  ksim      the share of cells that have at least 90% of their 25 nearest, themselves included, in their type
  scgraph   scgraph-eval's 'Corr-Weighted' with X_pca as the expression before correction
"""
import json, sys, warnings
warnings.filterwarnings("ignore")
import anndata as ad, numpy as np, pandas as pd, scanpy as sc
import harmonypy, scib_metrics
from scib_metrics.nearest_neighbors import NeighborsResults
from scgraph import scGraph
from scgraph.utils_handler import calculate_trimmed_means, compute_classwise_distances


def graph(x, k=90):
    d = ((x[:, None, :].astype(np.float64) - x[None, :, :]) ** 2).sum(2)
    np.fill_diagonal(d, -1)
    order = np.argsort(d, axis=1, kind="stable")[:, :k]
    np.fill_diagonal(d, 0)
    return NeighborsResults(indices=order, distances=np.sqrt(np.take_along_axis(d, order, axis=1)).astype(np.float32))


def cilisi(x, batches, labels, least):
    values = []
    for label in np.unique(labels):
        rows = labels == label
        count = len(np.unique(batches[rows]))
        if rows.sum() < least or count < 2:
            continue
        lisi = harmonypy.compute_lisi(x[rows], pd.DataFrame({"batch": batches[rows]}), ["batch"])[:, 0]
        values += list((lisi - 1) / (count - 1))
    return float(np.mean(values)) if values else None


class FromCoordinates(scGraph):
    """scGraph with the coordinates of all cells in the place of each batch's variable genes."""

    def process_batches(self):
        for batch in self.adata.obs[self.batch_key].unique():
            part = self.adata[self.adata.obs[self.batch_key] == batch].copy()
            if len(part) < self.thres_batch:
                continue
            sc.pp.pca(part, n_comps=10, svd_solver="full")
            centroids = calculate_trimmed_means(
                part.obsm["X_pca"], part.obs[self.label_key], trim_proportion=self.trim_rate, ignore_=self.ignore_celltype)
            distances = compute_classwise_distances(centroids)
            self._collect_pca_[batch] = distances.div(distances.max(axis=0), axis=1)


def scgraph(x, before, batches, labels):
    judge = FromCoordinates.__new__(FromCoordinates)
    judge.trim_rate, judge.thres_batch, judge.thres_celltype = 0.05, 100, 10
    judge.ignore_celltype, judge._collect_pca_, judge.concensus_df_pca = [], {}, None
    judge.batch_key, judge.label_key, judge.only_umap = "batch", "label", False
    judge.adata = ad.AnnData(before.astype(np.float64), obs=pd.DataFrame({"batch": batches, "label": labels},
                                                   index=[str(i) for i in range(len(batches))]))
    judge.adata.obsm["E"] = x
    return float(judge.main(["E"])["Corr-Weighted"].iloc[0])


def main(folder, names):
    record = {"made_with": {"scib_metrics": scib_metrics.__version__, "scgraph_eval": "0.1.2"}, "sets": {}}
    for name in names:
        with open(f"{folder}/{name}.json") as file:
            given = json.load(file)
        batches, labels = np.array(given["batches"]), np.array(given["labels"])
        load = lambda key: np.fromfile(f"{folder}/{name}.{key}.f32", "<f4").reshape(given["cells"], -1)
        record["sets"][name] = {}
        for key in ("X_pca", "X_harmony"):
            x = load(key)
            near = graph(x)
            own = labels[near.indices[:, :25]] == labels[:, None]
            values = {
                "sbee": scib_metrics.sbee(near, x, batches, labels),
                "ilisi": float(scib_metrics.ilisi_knn(near, batches)),
                "clisi": float(scib_metrics.clisi_knn(near, labels)),
                "cilisi": cilisi(x, batches, labels, 90),
                "ksim": float((own.mean(1) >= 0.9).mean()),
                "scgraph": scgraph(x, load("X_pca"), batches, labels)}
            record["sets"][name][key] = {k: None if v is None else round(v, 6) for k, v in values.items()}
            print(name, key, record["sets"][name][key], flush=True)
    with open(f"{folder}/further.json", "w") as file:
        json.dump(record, file, indent=1)
        file.write("\n")


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2:])
