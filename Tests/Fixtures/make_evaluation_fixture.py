#!/usr/bin/env python3
"""Makes the reference values that EvaluationTests holds our metrics to.

usage: make_evaluation_fixture.py OUTDIR DATA.h5ad ...

Needs scib-metrics 0.5.10, scanpy, scikit-learn and harmonypy. For every DATA it computes 30 principal components and
harmony's correction of them, and writes to OUTDIR
  NAME.X_pca.f32, NAME.X_harmony.f32   the embeddings, little-endian float32, row after row
  NAME.json                            sources and labels of the cells, and the metrics of both embeddings:
    `scores`      what scib-metrics' Benchmarker computes with its default settings, the KMeans scores replaced by
                  means over scikit-learn's KMeans of 20 seeds
    `details`     values on the way there: KMeans NMI and ARI of every seed, kBET's acceptance of every label, silhouettes;
                  kBET's with the eigenvalue 1 of the diffusion made exact, because scib-metrics tests for it by `== 1`
                  after rounding, and where that fails a label's score hangs on the last bit (it changes between runs)
    `neighbours`  sums over the exact neighbour graph, to tell an error of the graph from one of a metric
Cells of type 'unknown' are left out. The committed fixtures come from two sets whose licence (MIT) allows it.
"""
import json, os, sys, warnings
warnings.filterwarnings("ignore")
import anndata as ad, numpy as np, scanpy as sc
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score
import scib_metrics
from scib_metrics.benchmark import BatchCorrection, Benchmarker, BioConservation
from scib_metrics.nearest_neighbors import pynndescent
from scib_metrics.utils import _diffusion_nn, silhouette_samples

BIO = ["isolated_labels", "kmeans_nmi", "kmeans_ari", "silhouette_label", "clisi"]
BATCH = ["bras", "ilisi", "kbet", "graph_connectivity", "pcr_comparison"]
NAMES = {"Isolated labels": "isolated_labels", "KMeans NMI": "kmeans_nmi", "KMeans ARI": "kmeans_ari",
         "Silhouette label": "silhouette_label", "cLISI": "clisi", "BRAS": "bras", "iLISI": "ilisi", "KBET": "kbet",
         "Graph connectivity": "graph_connectivity", "PCR comparison": "pcr_comparison"}


def embeddings(path):
    """Cells with known labels, with X_pca and X_harmony."""
    import harmonypy
    a = sc.read_h5ad(path)
    a.obs["batch"] = a.obs.batch.astype(str).astype("category")
    sc.pp.normalize_total(a, target_sum=1e4); sc.pp.log1p(a)
    sc.pp.highly_variable_genes(a, n_top_genes=min(2000, a.n_vars), batch_key="batch")
    a = a[:, a.var.highly_variable].copy()
    sc.pp.pca(a, n_comps=30)
    z = np.asarray(harmonypy.run_harmony(a.obsm["X_pca"], a.obs, "batch").Z_corr)
    a.obsm["X_harmony"] = z if z.shape[0] == a.n_obs else z.T
    a = a[(a.obs.cell_type.astype(str) != "unknown").values].copy()
    out = ad.AnnData(np.zeros((a.n_obs, 1), np.float32), obs=a.obs[["batch", "cell_type"]].astype(str).astype("category"))
    for key in ("X_pca", "X_harmony"):
        out.obsm[key] = np.ascontiguousarray(a.obsm[key], dtype=np.float32)
    return out


def kmeans(x, labels):
    runs = [KMeans(len(np.unique(labels)), n_init=1, random_state=seed).fit(x.astype(np.float64)).labels_
            for seed in range(20)]
    return ([normalized_mutual_info_score(labels, r) for r in runs], [adjusted_rand_score(labels, r) for r in runs])


def exact_graph(x, k=89):
    """Ranks by the distance in double precision, self left out, ties by index."""
    d = ((x[:, None, :].astype(np.float64) - x[None, :, :]) ** 2).sum(2)
    np.fill_diagonal(d, -1)
    order = np.argsort(d, axis=1, kind="stable")[:, 1:k + 1]
    dist = np.sqrt(np.take_along_axis(d, order, axis=1))
    return {"index_sum": int(order.sum()), "distance_sum": float(dist.sum()),
            "first_row": order[0].tolist(), "last_distances": [float(v) for v in dist[-1]]}


def kbet_with_exact_ones(graph, sources, labels):
    original = _diffusion_nn._compute_eigen

    def exact(*args, **options):
        values, vectors = original(*args, **options)
        values = values.copy()
        values[np.abs(values - 1) < 1e-6] = 1
        return values, vectors

    _diffusion_nn._compute_eigen = exact
    try:
        return scib_metrics.kbet_per_label(graph, sources, labels, return_df=True)[1]
    finally:
        _diffusion_nn._compute_eigen = original


def rounded(values):
    return [round(float(v), 6) for v in values]


def main(out, paths):
    os.makedirs(out, exist_ok=True)
    for path in paths:
        name = os.path.basename(path).removesuffix(".h5ad")
        a = embeddings(path)
        keys = list(a.obsm)
        bench = Benchmarker(a, batch_key="batch", label_key="cell_type", embedding_obsm_keys=keys,
                            bio_conservation_metrics=BioConservation(), batch_correction_metrics=BatchCorrection(),
                            pre_integrated_embedding_obsm_key="X_pca", n_jobs=1, progress_bar=False)
        bench.benchmark()
        table = bench.get_results(min_max_scale=False).drop("Metric Type").astype(float)
        labels, sources = a.obs.cell_type.astype(str).values, a.obs.batch.astype(str).values
        record = {"made_with": {"scib_metrics": scib_metrics.__version__}, "cells": a.n_obs, "dimensions": 30,
                  "batches": sources.tolist(), "labels": labels.tolist(), "embeddings": {}}
        for key in keys:
            x = a.obsm[key]
            x.astype("<f4").tofile(os.path.join(out, f"{name}.{key}.f32"))
            nmi, ari = kmeans(x, labels)
            scores = {NAMES[c]: table.loc[key, c] for c in table if c in NAMES}
            scores |= {"kmeans_nmi": np.mean(nmi), "kmeans_ari": np.mean(ari)}
            scores["bio_conservation"] = np.mean([scores[m] for m in BIO])
            scores["batch_correction"] = np.mean([scores[m] for m in BATCH])
            scores["total"] = 0.6 * scores["bio_conservation"] + 0.4 * scores["batch_correction"]
            graph = pynndescent(x, n_neighbors=90, random_state=0, n_jobs=1)
            kbet = kbet_with_exact_ones(graph.subset_neighbors(n=50), sources, labels)
            record["embeddings"][key] = {
                "scores": {m: round(float(v), 6) for m, v in scores.items()},
                "details": {
                    "kmeans_nmi": rounded(nmi), "kmeans_ari": rounded(ari),
                    "silhouettes": rounded(silhouette_samples(x, labels)[:50]),
                    "kbet": {c: None if np.isnan(v) else round(float(v), 6) for c, v in zip(kbet.cluster, kbet.kBET)}},
                "neighbours": exact_graph(x)}
        with open(os.path.join(out, f"{name}.json"), "w") as file:
            json.dump(record, file, separators=(",", ":"), allow_nan=False)
            file.write("\n")
        print(name, json.dumps({k: v["scores"] for k, v in record["embeddings"].items()}), flush=True)


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2:])
