"""A progress bar in terminals and notebooks."""

from __future__ import annotations

import contextlib
import sys
import warnings
from typing import Any, Callable, Iterator


@contextlib.contextmanager
def shown(progress: bool | Callable[[str, float], None] | None) -> Iterator[Callable[[str, float], None] | None]:
    """Yield the function that shows progress, if any is to be shown."""
    if callable(progress):
        yield progress
        return
    if progress is None:
        progress = sys.stderr.isatty() or "ipykernel" in sys.modules
    bar = _bar() if progress else None
    if bar is None:
        yield None
        return

    def show(stage: str, fraction: float) -> None:
        bar.set_description(stage, refresh=False)
        bar.n = round(100 * fraction)
        bar.refresh()

    try:
        yield show
    finally:
        bar.close()


def _bar() -> Any:
    try:
        # It warns where a notebook lacks widgets, and then draws text.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from tqdm.auto import tqdm
    except ImportError:
        return None
    return tqdm(total=100, bar_format="{desc} {bar} {n_fmt}% {elapsed}<{remaining}", leave=False)
