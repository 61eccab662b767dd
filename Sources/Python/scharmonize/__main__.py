"""The command, as `python -m scharmonize`."""

from ._program import main

main()
