#!/usr/bin/env python3
"""Write the wheel, with the standard library alone.

    make_wheel.py PROGRAM_FOLDER WHEEL_FOLDER

PROGRAM_FOLDER has bin/scharmonize and lib/scharmonize, as in the archive of a release. pip calls the
hooks at the end, and takes PROGRAM_FOLDER from SCHARMONIZE_RELEASE. The same input gives the same
bytes; SOURCE_DATE_EPOCH is the time of every file.
"""

import base64
import hashlib
import os
import subprocess
import sys
import time
import zipfile
from pathlib import Path

HERE = Path(__file__).parent

# The program brings its own C library, so the oldest tags that installers know are true.
TAGS = ["py3-none-manylinux2014_x86_64", "py3-none-manylinux_2_17_x86_64", "py3-none-musllinux_1_1_x86_64"]


def version_of(release):
    told = subprocess.run(
        [release / "bin" / "scharmonize", "--version"], check=True, capture_output=True, text=True)
    return told.stdout.strip()


def project():
    try:
        import tomllib
    except ImportError:
        from pip._vendor import tomli as tomllib
    return tomllib.loads((HERE / "pyproject.toml").read_text())["project"]


def metadata(version):
    told = project()
    lines = [
        "Metadata-Version: 2.1", f"Name: {told['name']}", f"Version: {version}",
        f"Summary: {told['description']}", f"License: {told['license']['text']}",
        f"Keywords: {','.join(told['keywords'])}", f"Requires-Python: {told['requires-python']}",
        *(f"Classifier: {c}" for c in told["classifiers"]),
    ]
    for extra, needed in told["optional-dependencies"].items():
        lines.append(f"Provides-Extra: {extra}")
        lines += [f'Requires-Dist: {one}; extra == "{extra}"' for one in needed]
    lines += ["Description-Content-Type: text/markdown", "", (HERE / told["readme"]).read_text()]
    return "\n".join(lines)


def contents(release, version):
    """Yield the path, the bytes and the mode of each file but RECORD."""
    package = HERE / "scharmonize"
    for file in sorted(package.rglob("*")):
        if file.is_file() and file.suffix in (".py", ".typed"):
            yield f"scharmonize/{file.relative_to(package)}", file.read_bytes(), 0o644
    for folder in ("bin", "lib"):
        for file in sorted((release / folder).rglob("*")):
            if file.is_file():
                mode = 0o755 if os.access(file, os.X_OK) else 0o644
                yield f"scharmonize/_program/{file.relative_to(release)}", file.read_bytes(), mode
    info = f"scharmonize-{version}.dist-info"
    scripts = "".join(f"{name} = {call}\n" for name, call in project()["scripts"].items())
    yield f"{info}/METADATA", metadata(version).encode(), 0o644
    wheel = "Wheel-Version: 1.0\nGenerator: scharmonize\nRoot-Is-Purelib: false\n"
    yield f"{info}/WHEEL", (wheel + "".join(f"Tag: {tag}\n" for tag in TAGS)).encode(), 0o644
    yield f"{info}/entry_points.txt", f"[console_scripts]\n{scripts}".encode(), 0o644
    for file in sorted((release / "share/doc/scharmonize").rglob("*")):
        if file.is_file():
            name = file.relative_to(release / "share/doc/scharmonize")
            yield f"{info}/licenses/{name}", file.read_bytes(), 0o644


def write_wheel(release, folder):
    release, folder = Path(release).resolve(), Path(folder)
    version = version_of(release)
    when = time.gmtime(max(int(os.environ.get("SOURCE_DATE_EPOCH", "315532800")), 315532800))[:6]
    tag = "py3-none-" + ".".join(t.removeprefix("py3-none-") for t in TAGS)
    name = f"scharmonize-{version}-{tag}.whl"
    record = []
    with zipfile.ZipFile(folder / name, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as wheel:

        def add(path, content, mode):
            entry = zipfile.ZipInfo(path, when)
            entry.external_attr = (0o100000 | mode) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            wheel.writestr(entry, content, compresslevel=9)

        for path, content, mode in contents(release, version):
            add(path, content, mode)
            digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
            record.append(f"{path},sha256={digest},{len(content)}\n")
        path = f"scharmonize-{version}.dist-info/RECORD"
        add(path, ("".join(record) + f"{path},,\n").encode(), 0o644)
    return name


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    """Build the wheel for pip."""
    release = os.environ.get("SCHARMONIZE_RELEASE")
    if not release:
        raise SystemExit(
            "set SCHARMONIZE_RELEASE to the unpacked archive of a release, with bin and lib; .ci/release makes one")
    return write_wheel(release, wheel_directory)


def get_requires_for_build_wheel(config_settings=None):
    return []


if __name__ == "__main__":
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    print(write_wheel(sys.argv[1], sys.argv[2]))
