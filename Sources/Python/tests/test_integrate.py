import pickle
import warnings

import anndata
import numpy as np
import pandas as pd
import pytest
import scharmonize
from conftest import made_up
from scipy import sparse

SHORT = {"visits": 640, "threads": 1, "progress": False}


def embedding(adata, **options):
    done = scharmonize.integrate(adata, **{"batch_key": "donor", **SHORT, **options}, copy=True)
    return done.obsm["X_scharmonize"]


def test_in_place(cells):
    before = cells.copy()
    assert scharmonize.integrate(cells, "donor", **SHORT) is None
    assert cells.obsm["X_scharmonize"].shape == (180, 20)
    assert np.isfinite(cells.obsm["X_scharmonize"]).all()
    assert cells.uns["scharmonize"]["batch_key"] == "donor"
    assert (cells.X != before.X).nnz == 0
    assert list(cells.obs.columns[:5]) == list(before.obs.columns)
    assert cells.var["scharmonize_gene"].dtype == bool
    assert cells.var["scharmonize_gene"].sum() == cells.uns["scharmonize"]["genes_used"]
    assert int(cells.uns["scharmonize"]["seed"]) == 0 and not isinstance(cells.uns["scharmonize"]["seed"], str)


def test_the_embedding_is_that_of_the_command(cells, run, tmp_path):
    cells.write_h5ad(tmp_path / "in.h5ad")
    run(tmp_path / "in.h5ad", "--batch-key", "donor", "--visits", 640, "--threads", 1, "-o", tmp_path / "out.h5ad")
    told = anndata.read_h5ad(tmp_path / "out.h5ad")
    assert np.array_equal(embedding(cells), told.obsm["X_scharmonize"])


def test_copy_leaves_the_cells(cells):
    done = scharmonize.integrate(cells, "donor", **SHORT, copy=True)
    assert "X_scharmonize" in done.obsm and not cells.obsm and not cells.uns


def test_every_form_of_counts_gives_the_same(cells, tmp_path):
    expected = embedding(cells)
    dense = cells.X.toarray()
    for counts in [
        cells.X.tocsc(), dense, np.asfortranarray(dense), dense.astype("int64"), dense.astype("uint16"),
        dense.astype("float16"), dense.astype(">f4"), sparse.csr_array(cells.X), cells.X.astype("int32"),
    ]:
        other = cells.copy()
        try:
            other.X = counts
        except ValueError:
            assert isinstance(counts, sparse.sparray)  # which anndata 0.10 does not take
            continue
        assert np.array_equal(embedding(other), expected), (type(counts), counts.dtype)
    layered = cells.copy()
    layered.layers["counts"] = cells.X.copy()
    layered.raw = cells.copy()
    layered.X = np.log1p(dense)
    assert np.array_equal(embedding(layered, layer="counts"), expected)
    assert np.array_equal(embedding(layered, use_raw=True), expected)


def test_proteins_in_obsm(cells):
    counts = cells.X.toarray()[:, :20]
    names = [f"CD{number}" for number in range(20)]
    alone = anndata.AnnData(counts, obs=cells.obs, var=pd.DataFrame(index=names))
    expected = embedding(alone, feature_kind="proteins")
    cells.obsm["protein_expression"] = counts.astype("int64")
    cells.uns["protein_names"] = names
    done = scharmonize.integrate(cells, "donor", layer="obsm/protein_expression", **SHORT, copy=True)
    assert np.array_equal(done.obsm["X_scharmonize"], expected)
    assert done.uns["scharmonize"]["options"]["dropout"] == 0
    assert list(done.var.columns) == list(cells.var.columns)
    cells.obsm["adt"] = pd.DataFrame(counts, index=cells.obs_names, columns=names)
    del cells.obsm["protein_expression"], cells.uns["protein_names"]
    assert np.array_equal(embedding(cells, layer="obsm/adt"), expected)


def test_views(cells):
    view = cells[cells.obs["other"] > 0.3, 5:]
    expected = embedding(view.copy())
    assert np.array_equal(embedding(view), expected)
    assert view.is_view
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.simplefilter("ignore", scharmonize.ScharmonizeWarning)
        scharmonize.integrate(view, "donor", **SHORT)
    assert np.array_equal(view.obsm["X_scharmonize"], expected)
    assert "X_scharmonize" not in cells.obsm


@pytest.mark.parametrize("dense", [False, True])
@pytest.mark.parametrize("changed", [False, True])
def test_backed_files(cells, tmp_path, dense, changed):
    expected = embedding(cells)
    if dense:
        cells.X = cells.X.toarray()
    cells.obsm["X_pca"] = np.zeros((180, 3))
    cells.write_h5ad(tmp_path / "in.h5ad")
    bytes_before = (tmp_path / "in.h5ad").read_bytes()
    backed = anndata.read_h5ad(tmp_path / "in.h5ad", backed="r")
    if changed:
        backed.obs["donor2"] = backed.obs["donor"]
    scharmonize.integrate(backed, "donor2" if changed else "donor", **SHORT)
    assert np.array_equal(backed.obsm["X_scharmonize"], expected)
    assert np.array_equal(embedding(backed), expected)
    with pytest.raises(scharmonize.ScharmonizeError, match="copy=True"):
        scharmonize.integrate(backed[:90], "donor", **SHORT)
    assert np.array_equal(embedding(backed[:90]), embedding(backed[:90].to_memory()))
    backed.file.close()
    assert (tmp_path / "in.h5ad").read_bytes() == bytes_before


def test_several_keys_and_kinds_of_keys(cells):
    both = embedding(cells, batch_key=["lab", "day"])
    assert np.array_equal(both, embedding(cells, batch_key="lab,day"))
    cells.obs["text"] = cells.obs["donor"].astype(str)
    cells.obs["nullable"] = cells.obs["day"].astype("Int64")
    expected = embedding(cells)
    for key in ["text", "day", "nullable"]:
        assert np.allclose(embedding(cells, batch_key=key), expected), key
    cells.obs["donor"] = cells.obs["donor"].cat.add_categories("unused")
    assert np.array_equal(embedding(cells), expected)


def test_options(cells):
    scharmonize.integrate(
        cells, "donor", **SHORT, genes=[f"GENE{i}" for i in range(30)], n_components=7, theta=1, umap=True)
    told = cells.uns["scharmonize"]
    assert told["genes_used"] == 30
    assert cells.obsm["X_scharmonize"].shape == (180, 7)
    assert cells.obsm["X_umap"].shape == (180, 2)


def test_models(cells, tmp_path):
    model = scharmonize.integrate(cells, "donor", label_key="cell_type", **SHORT, return_model=True)
    assert "MB" in repr(model)
    model.save(tmp_path / "model.h5")
    placed = []
    for one in [model, scharmonize.Model(tmp_path / "model.h5"), tmp_path / "model.h5", pickle.loads(pickle.dumps(model))]:
        new = made_up(seed=0)[::3].copy()
        assert scharmonize.map_cells(new, one, "donor", threads=1, progress=False) is None
        placed.append(new)
    assert placed[0].obsm["X_scharmonize"].shape == (60, 20)
    assert "scharmonize_label" in placed[0].obs
    for other in placed[1:]:
        assert np.array_equal(other.obsm["X_scharmonize"], placed[0].obsm["X_scharmonize"])
    done, model = scharmonize.integrate(cells, "donor", **SHORT, copy=True, return_model=True)
    assert "X_scharmonize" in done.obsm and isinstance(model, scharmonize.Model)


def test_covariates(cells, run, tmp_path):
    cells.obs["phase"] = pd.Categorical(np.array(["G1", "S"])[np.arange(180) // 3 % 2])
    cells.write_h5ad(tmp_path / "in.h5ad")
    run(
        tmp_path / "in.h5ad", "-o", tmp_path / "out.h5ad", "--batch-key", "donor", "--visits", 640, "--threads", 1,
        "--covariate", "phase,other")
    expected = anndata.read_h5ad(tmp_path / "out.h5ad").obsm["X_scharmonize"]
    options = {"visits": 640, "threads": 1}
    for given in ["phase,other", ["phase", "other"], ["phase:categorical", "other:continuous"]]:
        done = scharmonize.integrate(cells, "donor", covariate=given, **options, copy=True)
        assert np.array_equal(done.obsm["X_scharmonize"], expected), given
        assert list(done.uns["scharmonize"]["covariates"]) == ["phase", "other"]
    model = scharmonize.integrate(cells, "donor", covariate=["phase", "other"], **options, return_model=True)
    scharmonize.map_cells(cells, model, "donor", threads=1, progress=False)
    with pytest.raises(scharmonize.ScharmonizeError, match="`covariate`"):
        scharmonize.integrate(cells, "donor", covariate="fase", **options)
    del cells.obs["phase"]
    with pytest.raises(scharmonize.ScharmonizeError, match="'phase'"):
        scharmonize.map_cells(cells, model, "donor", threads=1, progress=False)


def test_protect(cells):
    cells.obs["condition"] = np.array(["control", "treated"])[np.arange(180) // 3 % 2]
    scharmonize.integrate(cells, "donor", protect="condition", visits=640, threads=1)
    assert list(cells.uns["scharmonize"]["protected_levels"]) == ["control", "treated"]
    with pytest.raises(scharmonize.ScharmonizeError, match="`protect`"):
        scharmonize.integrate(cells, "donor", protect="kondition", visits=640, threads=1)
    with pytest.raises(scharmonize.ScharmonizeError, match="no two batches share"):
        scharmonize.integrate(cells, "donor", protect="donor", visits=640, threads=1)


def test_size_factor(cells):
    cells.obs["area"] = np.arange(180) % 7 + 20.5
    model = scharmonize.integrate(cells, "donor", size_factor="area", return_model=True, **SHORT)
    assert cells.uns["scharmonize"]["options"]["size_factor"] == "area"
    assert not np.array_equal(embedding(cells), cells.obsm["X_scharmonize"])
    scharmonize.map_cells(cells, model, "donor", threads=1, progress=False)
    del cells.obs["area"]
    with pytest.raises(scharmonize.ScharmonizeError, match="'area'"):
        scharmonize.map_cells(cells, model, "donor", threads=1, progress=False)
    with pytest.raises(scharmonize.ScharmonizeError, match="`size_factor`"):
        scharmonize.integrate(cells, "donor", size_factor="area", **SHORT)


def test_train_labels(cells):
    cells.obs["half"] = np.where(np.arange(180) % 2, cells.obs["cell_type"].astype(str), "unknown")
    scharmonize.integrate(cells, "donor", train_labels="half", visits=640, threads=1)
    record = cells.uns["scharmonize"]
    assert record["options"]["train_labels"] == "half"
    assert list(record["training_labels"]) == sorted(set(cells.obs["cell_type"].astype(str)))
    assert record["training_labels_unlabelled"] == 90
    with pytest.raises(scharmonize.ScharmonizeError, match="`train_labels`"):
        scharmonize.integrate(cells, "donor", train_labels="haf", visits=640, threads=1)
    with pytest.raises(scharmonize.ScharmonizeError, match="column of the batches"):
        scharmonize.integrate(cells, "donor", train_labels="donor", visits=640, threads=1)
    scores = scharmonize.evaluate(cells, batch_key="donor", label_key="half", threads=1)
    assert scores.loc["X_scharmonize", "trained_labels"] == "half"
    assert "trained_labels" not in scharmonize.evaluate(
        cells, batch_key="donor", label_key="cell_type", threads=1)


def test_evaluate(cells, run, tmp_path):
    scharmonize.integrate(cells, "donor", **SHORT)
    cells.obsm["X_other"] = np.random.default_rng(1).normal(size=(180, 5))
    keys = ["X_other", "X_scharmonize"]
    scores = scharmonize.evaluate(cells, keys, batch_key="donor", label_key="cell_type", threads=1)
    assert set(keys) <= set(scores.index)
    assert scores.select_dtypes("number").shape[1] > 5
    cells.write_h5ad(tmp_path / "in.h5ad")
    run(
        "evaluate", tmp_path / "in.h5ad", "--batch-key", "donor", "--label-key", "cell_type", "--threads", 1,
        "--csv", tmp_path / "scores.csv", "--embedding", "X_other", "--embedding", "X_scharmonize")
    import pandas as pd

    assert scores.equals(pd.read_csv(tmp_path / "scores.csv", index_col=0))
    one = scharmonize.evaluate(cells, "X_other", batch_key="donor", uncorrected="X_scharmonize")
    assert "X_other" in one.index


def test_progress(cells, capsys):
    told = []
    scharmonize.integrate(cells, "donor", visits=640, threads=1, progress=lambda *step: told.append(step))
    assert "training" in [stage for stage, _ in told]
    fractions = [fraction for _, fraction in told]
    assert fractions == sorted(fractions) and 0 <= fractions[0] and fractions[-1] == 1
    judged = []
    scharmonize.integrate(cells, "donor", visits=640, threads=1, progress=False)
    scharmonize.evaluate(cells, batch_key="donor", progress=lambda *step: judged.append(step))
    assert "evaluating" in [stage for stage, _ in judged] and judged[-1][1] == 1
    pytest.importorskip("tqdm")
    scharmonize.integrate(cells, "donor", visits=640, threads=1, progress=True)
    assert "training" in capsys.readouterr().err
    scharmonize.integrate(cells, "donor", visits=640, threads=1)
    assert capsys.readouterr().err == ""


def test_warnings_of_the_program_are_warnings(cells):
    cells.obs["cell_type"] = cells.obs["donor"]
    with pytest.warns(scharmonize.ScharmonizeWarning) as caught:
        scharmonize.integrate(cells, "donor", label_key="cell_type", **SHORT)
    assert caught[0].filename == __file__


def test_an_embedding_is_aligned_without_counts(cells, run, tmp_path):
    random = np.random.default_rng(0)
    types = cells.obs["cell_type"].cat.codes.to_numpy()
    points = np.eye(6)[types] * 8 + random.normal(size=(180, 6)) + np.eye(6)[3 + np.arange(180) % 3] * 3
    cells.obsm["X_own"] = points.astype("float32")
    options = {"from_embedding": "X_own", "threads": 1, "progress": False}
    done, model = scharmonize.integrate(
        cells, "donor", label_key="cell_type", copy=True, return_model=True, **options)
    assert set(done.obsm) == {"X_own", "X_scharmonize"}
    assert done.uns["scharmonize"]["options"]["from_embedding"] == "X_own"
    cells.write_h5ad(tmp_path / "in.h5ad")
    run(tmp_path / "in.h5ad", "--batch-key", "donor", "--from-embedding", "X_own", "-o", tmp_path / "out.h5ad")
    told = anndata.read_h5ad(tmp_path / "out.h5ad")
    assert np.array_equal(done.obsm["X_scharmonize"], told.obsm["X_scharmonize"])
    without = anndata.AnnData(obs=cells.obs, obsm={"X_own": cells.obsm["X_own"]})
    scharmonize.integrate(without, "donor", **options)
    assert np.array_equal(without.obsm["X_scharmonize"], told.obsm["X_scharmonize"])
    new = without.copy()
    new.obs_names = [f"new{i}" for i in range(180)]
    scharmonize.map_cells(new, model, "donor", threads=1, progress=False)
    assert (new.obs["scharmonize_label"].astype(str) == new.obs["cell_type"].astype(str)).mean() > 0.95
    table = tmp_path / "own.csv"
    pd.DataFrame(cells.obsm["X_own"], index=cells.obs_names).to_csv(table)
    by_table = scharmonize.integrate(cells, "donor", copy=True, **{**options, "from_embedding": table})
    assert np.array_equal(by_table.obsm["X_scharmonize"], told.obsm["X_scharmonize"])


def test_an_embedding_that_is_not_there(cells):
    with pytest.raises(scharmonize.ScharmonizeError, match="X_lsi"):
        scharmonize.integrate(cells, "donor", from_embedding="X_lsi", progress=False)
    cells.obsm["X_own"] = np.zeros((180, 3), dtype="float32")
    with pytest.raises(scharmonize.ScharmonizeError, match="`use_raw` out"):
        scharmonize.integrate(cells, "donor", from_embedding="X_own", use_raw=True, progress=False)
    with pytest.raises(scharmonize.ScharmonizeError, match="`n_genes`.*`from_embedding`"):
        scharmonize.integrate(cells, "donor", from_embedding="X_own", n_genes=50, progress=False)
