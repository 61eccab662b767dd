"""Running the program."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import logging
import os
import platform
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path
from typing import Callable, Iterator

from ._errors import ScharmonizeError, ScharmonizeWarning

log = logging.getLogger("scharmonize")


def program() -> str:
    """Return the path of the program: that of the wheel, or what SCHARMONIZE_PROGRAM names."""
    own = Path(__file__).parent / "_program" / "bin" / "scharmonize"
    path = os.environ.get("SCHARMONIZE_PROGRAM") or str(own)
    if not os.access(path, os.X_OK):
        raise ScharmonizeError(
            f"there is no program at '{path}'. The wheel for Linux on x86_64 holds one, and this is "
            f"{platform.system()} on {platform.machine()}; elsewhere build scharmonize from source and "
            "name the program in the environment variable SCHARMONIZE_PROGRAM.", 70)
    return path


def main() -> None:
    """Become the program, with the arguments of this process."""
    try:
        path = program()
    except ScharmonizeError as error:
        sys.exit(f"Error: {error}")
    try:
        os.execv(path, ["scharmonize", *sys.argv[1:]])
    except OSError as error:
        sys.exit(f"Error: {cannot_start(path, error)}")


def cannot_start(path: str, error: OSError) -> str:
    return (
        f"'{path}' cannot be started ({error.strerror}); it is for Linux on x86_64, and this is "
        f"{platform.system()} {platform.release()} on {platform.machine()}.")


@dataclasses.dataclass
class Folder:
    """A temporary folder, and the pipe to what removes it after a sudden end of this process."""

    path: Path
    pipe: int

    def watch(self, process: int) -> None:
        """Have a process stopped, too, when this one ends."""
        with contextlib.suppress(OSError):
            os.write(self.pipe, f"{process}\n".encode())


@contextlib.contextmanager
def temporary_folder() -> Iterator[Folder]:
    """Make a folder in TMPDIR that is gone afterwards, even if this process is killed."""
    path = Path(tempfile.mkdtemp(prefix="scharmonize-"))
    watch: subprocess.Popen[bytes] | None = None
    held = -1
    try:
        # The pipe closes when this process ends, however it ends; the program is told to stop then.
        heard, held = os.pipe()
        try:
            watch = subprocess.Popen(
                ["/bin/sh", "-c", _WATCH, "sh", str(path)], stdin=heard, stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL, start_new_session=True, cwd="/")
        except OSError:
            pass  # Without a shell the folder is still removed below.
        finally:
            os.close(heard)
        yield Folder(path, held)
    finally:
        shutil.rmtree(path, ignore_errors=True)
        if watch:
            watch.kill()
            watch.wait()
        if held >= 0:
            os.close(held)


_WATCH = """
while read -r line; do process=$line; done
if [ -n "$process" ]; then
  kill -TERM "$process"
  for _ in 1 2 3 4 5 6 7 8 9 10; do kill -0 "$process" && sleep 1; done
  kill -KILL "$process"
fi
rm -rf "$1"
"""


def run(
    arguments: list[str],
    folder: Folder,
    progress: Callable[[str, float], None] | None,
    sentence: Callable[[str], str],
    stacklevel: int,
) -> None:
    """Run the program, show its progress, and pass on its warnings; an error is an exception."""
    path = program()
    try:
        process = subprocess.Popen(
            [path, arguments[0], "--log-format", "json", *arguments[1:]], stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, encoding="utf-8",
            errors="replace")
    except OSError as error:
        raise ScharmonizeError(cannot_start(path, error), 70) from error
    assert process.stderr is not None
    error_text, other = "", []
    try:
        folder.watch(process.pid)
        with process.stderr:
            for line in process.stderr:
                try:
                    told = json.loads(line)
                    level, message = told["level"], told["message"]
                except (ValueError, TypeError, KeyError):
                    other.append(line.rstrip())
                    continue
                if level == "info" and "overall" in told:
                    if progress:
                        progress(told["stage"], float(told["overall"]))
                elif level == "warning":
                    warnings.warn(sentence(message), ScharmonizeWarning, stacklevel=stacklevel)
                elif level in ("error", "critical"):
                    error_text = error_text or sentence(message)
                else:
                    log.info("%s", sentence(message))
        code = process.wait()
    except BaseException:
        _stop(process)
        raise
    if code == 0:
        return
    if code < 0:
        name = signal.Signals(-code).name
        raise ScharmonizeError(
            error_text or f"the program was ended by {name}"
            + ("; it may have been out of memory, see `memory`" if name == "SIGKILL" else "")
            + "".join(f"\n{line}" for line in other[-5:]), 128 - code)
    # Ctrl-C in a terminal reaches the program, too, and it may end before Python hears of it.
    if code == 128 + signal.SIGINT:
        raise KeyboardInterrupt
    raise ScharmonizeError(
        re.sub(r"^Error: ", "", error_text) or "\n".join(other[-5:]) or f"exit code {code}", code)


def _stop(process: subprocess.Popen[str]) -> None:
    """End the program: it is asked to first, so that it removes what it has begun to write."""
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
