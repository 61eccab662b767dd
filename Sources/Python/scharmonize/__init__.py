"""Remove batch effects from single-cell counts, on the AnnData in memory.

    import scharmonize
    scharmonize.integrate(adata, batch_key="donor")  # adds obsm["X_scharmonize"]

The command `scharmonize` is installed, too. Each call runs the same program on a temporary file with
the counts and the columns that it needs.
"""

from ._api import evaluate, integrate, map_cells
from ._errors import ScharmonizeError, ScharmonizeWarning
from ._model import Model
from ._version import __version__

__all__ = [
    "Model", "ScharmonizeError", "ScharmonizeWarning", "__version__", "evaluate", "integrate",
    "map_cells",
]
