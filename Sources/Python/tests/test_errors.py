import os
import shutil
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
import scharmonize
from conftest import made_up

SHORT = {"visits": 640, "threads": 1, "progress": False}


def failure(adata, batch_key="donor", **options):
    with pytest.raises(scharmonize.ScharmonizeError) as caught:
        scharmonize.integrate(adata, batch_key, **{**SHORT, **options})
    assert str(caught.value) == caught.value.message
    return caught.value.exit_code, caught.value.message


def test_keys_that_are_missing(cells):
    assert failure(cells, "doner") == (
        65, "adata has no column of obs 'doner'; did you mean 'donor'? Give it as `batch_key`.")
    code, sentence = failure(cells, label_key="kind of cell")
    assert code == 65 and "'cell_type'" in sentence and "`label_key`" in sentence
    assert failure(cells, layer="counts")[1].startswith("adata has no layer 'counts'; it has none")
    assert failure(cells, layer="obsm/adt")[1].startswith("adata has no obsm 'adt'")
    assert failure(cells, use_raw=True)[0] == 65
    assert failure(cells, layer="counts", use_raw=True)[0] == 64


def test_options_that_are_wrong(cells):
    code, sentence = failure(cells, n_genes=-3)
    assert code == 64 and "n_genes" in sentence and "--n-genes" not in sentence
    with pytest.raises(TypeError):
        scharmonize.integrate(cells, "donor", no_such_option=1)


def test_counts_that_are_none(cells):
    cells.X = np.log1p(cells.X.toarray() / 7)
    code, sentence = failure(cells)
    assert code == 65 and "adata" in sentence and "temporary" not in sentence and "layer" in sentence
    cells.X = np.full(cells.shape, -1.0)
    assert failure(cells)[0] == 65
    cells.X = None
    assert failure(cells)[0] == 65
    assert failure(cells[:0].copy())[0] == 65
    assert failure("cells.h5ad")[0] == 64


def test_names_that_are_given_twice(cells):
    expected = scharmonize.integrate(cells, "donor", **SHORT, copy=True).obsm["X_scharmonize"]
    cells.obs_names = ["same"] * cells.n_obs
    done = scharmonize.integrate(cells, "donor", **SHORT, copy=True)
    assert np.array_equal(done.obsm["X_scharmonize"], expected)


def test_no_room(cells, monkeypatch, own_tmpdir):
    real = shutil.disk_usage(own_tmpdir)
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: real._replace(free=10))
    code, sentence = failure(cells)
    assert code == 74 and str(own_tmpdir) in sentence and "TMPDIR" in sentence


def test_a_full_disk(own_tmpdir):
    """The counts are larger than the file system, of which nobody told."""
    if os.geteuid() != 0 or subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "none", own_tmpdir], capture_output=True).returncode:
        pytest.skip("only root mounts")
    try:
        code = (
            "import shutil, scharmonize, conftest\n"
            "shutil.disk_usage = lambda f: type('U', (), {'free': 10**12})\n"
            "try: scharmonize.integrate(conftest.made_up(cells=2000), 'donor')\n"
            "except scharmonize.ScharmonizeError as e: print(e.exit_code, e)\n")
        told = subprocess.run(
            [sys.executable, "-c", code], cwd=os.path.dirname(__file__), capture_output=True, text=True)
        assert told.stdout.startswith("74 there is no room for the counts"), told
        assert os.listdir(own_tmpdir) == []
    finally:
        subprocess.run(["umount", own_tmpdir], check=True)


def test_a_program_that_is_missing(cells, monkeypatch, tmp_path):
    monkeypatch.setenv("SCHARMONIZE_PROGRAM", str(tmp_path / "none"))
    code, sentence = failure(cells)
    assert code == 70 and "SCHARMONIZE_PROGRAM" in sentence
    (tmp_path / "none").write_text("no program")
    (tmp_path / "none").chmod(0o755)
    code, sentence = failure(cells)
    assert code == 70 and "cannot be started" in sentence


def test_a_model_that_is_none(cells, tmp_path):
    (tmp_path / "model.h5").write_text("nothing")
    with pytest.raises(scharmonize.ScharmonizeError) as caught:
        scharmonize.map_cells(cells, tmp_path / "model.h5")
    assert caught.value.exit_code in (65, 66)
    with pytest.raises(scharmonize.ScharmonizeError) as caught:
        scharmonize.map_cells(cells, tmp_path / "other.h5")
    assert caught.value.exit_code == 66


LONG = """
import signal
import scharmonize, conftest
# A script that a shell started in the background ignores it, and so would this one.
signal.signal(signal.SIGINT, signal.default_int_handler)
def show(stage, fraction):
    if stage == "training": print("training", flush=True)
try:
    scharmonize.integrate(conftest.made_up(), "donor", visits=100000000, threads=1, progress=show)
except KeyboardInterrupt:
    print("stopped")
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
@pytest.mark.parametrize("whole_group", [False, True])
def test_a_call_that_is_stopped_leaves_nothing(own_tmpdir, number, whole_group):
    process = subprocess.Popen(
        [sys.executable, "-c", LONG], cwd=os.path.dirname(__file__), stdout=subprocess.PIPE, text=True,
        start_new_session=True)
    assert process.stdout.readline() == "training\n"
    [folder] = os.listdir(own_tmpdir)
    (os.killpg if whole_group else os.kill)(process.pid, number)
    rest = process.stdout.read() if number == signal.SIGINT else ""
    process.stdout.close()
    process.wait()
    if number == signal.SIGINT:
        assert rest.splitlines()[-1] == "stopped"
        assert os.listdir(own_tmpdir) == []
    end = time.monotonic() + 60
    while os.listdir(own_tmpdir) and time.monotonic() < end:
        time.sleep(0.1)
    told = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True).stdout
    assert folder not in told


def test_an_error_can_be_pickled():
    import pickle

    error = pickle.loads(pickle.dumps(scharmonize.ScharmonizeError("no", 65)))
    assert (error.message, error.exit_code) == ("no", 65)
