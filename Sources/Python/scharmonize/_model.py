"""A trained model."""

from __future__ import annotations

import os
from os import PathLike
from pathlib import Path


class Model:
    """A trained model, which `map_cells` places new cells with.

    It is held in memory: `save` writes it to a file, `Model(path)` reads one, and it can be pickled.
    The program's `--model` writes the same file.
    """

    def __init__(self, path: str | PathLike[str]) -> None:
        self._content = Path(path).read_bytes()

    def save(self, path: str | PathLike[str]) -> None:
        """Write the model to a file, whole or not at all."""
        path = Path(path)
        partial = path.with_name(f".{path.name}.scharmonize-{os.getpid()}.tmp")
        try:
            partial.write_bytes(self._content)
            os.replace(partial, path)
        finally:
            partial.unlink(missing_ok=True)

    def __repr__(self) -> str:
        return f"<scharmonize.Model of {len(self._content) / 1e6:.1f} MB>"
