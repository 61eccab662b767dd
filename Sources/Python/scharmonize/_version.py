"""The version; a wheel has that of its program."""

from importlib import metadata

try:
    __version__ = metadata.version("scharmonize")
except metadata.PackageNotFoundError:
    __version__ = "0"
