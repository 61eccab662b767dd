#!/usr/bin/env python3
"""Build and test the conda package into a channel, by py-rattler-build.

    SCHARMONIZE_ARCHIVE=ARCHIVE SCHARMONIZE_VERSION=VERSION build.py CHANNEL
"""

import sys
from pathlib import Path

from rattler_build.cli_api import build_recipes

channel = Path(sys.argv[1]).resolve()
build_recipes(
    [Path(__file__).with_name("recipe.yaml")], channel=[channel.as_uri()], output_dir=channel,
    no_build_id=True)
[package] = channel.glob("linux-64/scharmonize-*.conda")
print(package)
