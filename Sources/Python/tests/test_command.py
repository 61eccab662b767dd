import inspect
import json
import subprocess
import sys
from pathlib import Path

import pytest
import scharmonize

HERE = Path(__file__).parent


def test_the_module_needs_no_anndata():
    code = (
        "import sys, scharmonize\n"
        "assert not {'anndata', 'numpy', 'pandas', 'h5py'} & set(sys.modules), sorted(sys.modules)")
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_command(program):
    expected = subprocess.run([program, "--version"], check=True, capture_output=True, text=True).stdout
    told = subprocess.run(
        [sys.executable, "-m", "scharmonize", "--version"], check=True, capture_output=True, text=True)
    assert told.stdout == expected
    told = subprocess.run([sys.executable, "-m", "scharmonize", "--no-such"], capture_output=True, text=True)
    assert told.returncode == 64 and "Usage: scharmonize" in told.stderr


def test_the_calls_are_those_of_the_options(program):
    generator = HERE.parent / "make_api.py"
    installed = Path(scharmonize.__file__).parent / "_api.py"
    if not generator.exists():
        pytest.skip("the source is not here")
    assert installed.read_text() == (HERE.parent / "scharmonize" / "_api.py").read_text()
    subprocess.run([sys.executable, generator, program, "--check"], check=True)


def test_every_option_is_a_keyword(program):
    """Whatever the generator leaves out is named here again, by what it is for."""
    told = json.loads(
        subprocess.run([program, "--experimental-dump-help"], check=True, capture_output=True).stdout)
    for command, call in [("integrate", scharmonize.integrate), ("map", scharmonize.map_cells)]:
        [found] = [c for c in told["command"]["subcommands"] if c["commandName"] == command]
        names = {n["name"] for a in found["arguments"] for n in a.get("names") or [] if n["kind"] == "long"}
        keywords = {k.rstrip("_").replace("_", "-") for k in inspect.signature(call).parameters}
        left = names - keywords
        of_files = {"samples", "genome", "modality", "feature-type", "barcodes", "features", "cell-table", "join"}
        of_outputs = {"output", "output-format", "embedding-only", "in-place", "json", "model", "with-reference"}
        of_programs = {"quiet", "log-format", "version", "help"}
        assert left <= of_files | of_outputs | of_programs
        for name in keywords:
            assert f"\n    {name.replace('-', '_')}" in call.__doc__, name


def test_types_are_told():
    assert (Path(scharmonize.__file__).parent / "py.typed").exists()
    assert scharmonize.integrate.__annotations__["batch_key"] == "str | Sequence[str] | None"
