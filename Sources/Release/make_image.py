#!/usr/bin/env python3
"""Write an OCI image of the program as an archive, with the standard library alone.

    make_image.py FOLDER IMAGE.tar VERSION

FOLDER is the root of the image. The same folder gives the same bytes; SOURCE_DATE_EPOCH is the time of
every file. `podman load`, `buildah pull oci-archive:IMAGE.tar` and `apptainer build x.sif
oci-archive:IMAGE.tar` read it.
"""

import gzip
import hashlib
import io
import json
import os
import sys
import tarfile
import time
from pathlib import Path

EPOCH = int(os.environ.get("SOURCE_DATE_EPOCH", "315532800"))


def entry(name, size=0, kind=tarfile.REGTYPE, mode=0o644):
    told = tarfile.TarInfo(name)
    told.size, told.type, told.mode, told.mtime = size, kind, mode, EPOCH
    return told


def layer(folder):
    """Return the files of the image as a tar archive."""
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w", format=tarfile.GNU_FORMAT) as archive:
        for path in sorted(folder.rglob("*")):
            name = str(path.relative_to(folder))
            if path.is_symlink():
                told = entry(name, kind=tarfile.SYMTYPE, mode=0o777)
                told.linkname = os.readlink(path)
                archive.addfile(told)
            elif path.is_dir():
                archive.addfile(entry(name, kind=tarfile.DIRTYPE, mode=path.stat().st_mode & 0o7777))
            else:
                mode = 0o755 if os.access(path, os.X_OK) else 0o644
                archive.addfile(entry(name, path.stat().st_size, mode=mode), io.BytesIO(path.read_bytes()))
    return written.getvalue()


def main():
    if len(sys.argv) != 4:
        raise SystemExit(__doc__)
    folder, image, version = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
    plain = layer(folder)
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", compresslevel=9, mtime=0) as file:
        file.write(plain)
    blobs = {}

    def blob(content, kind):
        digest = hashlib.sha256(content).hexdigest()
        blobs[digest] = content
        return {"mediaType": kind, "digest": f"sha256:{digest}", "size": len(content)}

    def text(value):
        return json.dumps(value, sort_keys=True).encode()

    files = blob(packed.getvalue(), "application/vnd.oci.image.layer.v1.tar+gzip")
    created = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(EPOCH))
    config = blob(
        text({
            "architecture": "amd64", "os": "linux", "created": created,
            "config": {
                "Env": ["PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8"], "Cmd": ["scharmonize", "--help"],
                "Labels": {
                    "org.opencontainers.image.title": "scharmonize",
                    "org.opencontainers.image.version": version,
                    "org.opencontainers.image.licenses": "Apache-2.0",
                },
            },
            "rootfs": {"type": "layers", "diff_ids": ["sha256:" + hashlib.sha256(plain).hexdigest()]},
            "history": [{"created": created, "created_by": ".ci/release"}],
        }), "application/vnd.oci.image.config.v1+json")
    manifest = blob(
        text({
            "schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json",
            "config": config, "layers": [files],
        }), "application/vnd.oci.image.manifest.v1+json")
    manifest["annotations"] = {"org.opencontainers.image.ref.name": f"scharmonize:{version}"}
    contents = {
        "oci-layout": text({"imageLayoutVersion": "1.0.0"}),
        "index.json": text({"schemaVersion": 2, "manifests": [manifest]}),
        **{f"blobs/sha256/{digest}": content for digest, content in blobs.items()},
    }
    with tarfile.open(image, "w", format=tarfile.GNU_FORMAT) as archive:
        for name in ("blobs", "blobs/sha256"):
            archive.addfile(entry(name, kind=tarfile.DIRTYPE, mode=0o755))
        for name, content in sorted(contents.items()):
            archive.addfile(entry(name, len(content)), io.BytesIO(content))


if __name__ == "__main__":
    main()
