import contextlib
import os
import subprocess

import numpy as np
import pytest

anndata = pytest.importorskip("anndata")
import pandas as pd
from scipy import sparse


# anndata 0.11 writes the text of pandas 3 only if told to.
with contextlib.suppress(AttributeError):
    anndata.settings.allow_write_nullable_strings = True


def made_up(seed=0, cells=180, genes=60):
    """Counts of three types in three batches, each gene with its own factor in each batch."""
    random = np.random.default_rng(seed)
    types, batches = random.integers(0, 3, cells), np.arange(cells) % 3
    means = random.gamma(2, 1, (3, genes))[types] * random.lognormal(0, 0.4, (3, genes))[batches]
    obs = pd.DataFrame(
        {
            "donor": pd.Categorical([f"donor{b}" for b in batches]),
            "lab": np.where(batches < 2, "here", "there"),
            "day": batches + 1,
            "cell_type": pd.Categorical([f"type{t}" for t in types]),
            "other": random.random(cells),
        },
        index=[f"cell{i}" for i in range(cells)])
    var = pd.DataFrame(
        {"gene_ids": [f"ENSG{i:011d}" for i in range(genes)]}, index=[f"GENE{i}" for i in range(genes)])
    counts = sparse.csr_matrix(random.poisson(means).astype("float32"))
    return anndata.AnnData(counts, obs=obs, var=var)


@pytest.fixture
def cells():
    return made_up()


@pytest.fixture(autouse=True)
def own_tmpdir(tmp_path_factory, monkeypatch):
    """A TMPDIR for the test, in which nothing may be left."""
    import tempfile

    folder = tmp_path_factory.mktemp("temporary")
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr(tempfile, "tempdir", None)
    yield folder
    assert os.listdir(folder) == []


@pytest.fixture(scope="session")
def program():
    from scharmonize import _program

    return _program.program()


@pytest.fixture
def run(program):
    def run(*arguments):
        return subprocess.run(
            [program, *map(str, arguments)], check=True, capture_output=True, text=True)

    return run
