"""What the calls raise and warn of."""

from __future__ import annotations

import difflib
from typing import Iterable


class ScharmonizeError(Exception):
    """An error of a call, with the program's sentence and its exit code.

    The codes are 64 wrong use, 65 data that are not what they must be, 66 an input that is missing,
    70 an internal error, 73 an output that cannot be created, 74 failed reading or writing.
    """

    def __init__(self, message: str, exit_code: int) -> None:
        super().__init__(message)
        self.message = message
        self.exit_code = exit_code

    def __reduce__(self):
        return type(self), (self.message, self.exit_code)


class ScharmonizeWarning(UserWarning):
    """A warning of the program about data or result."""


def missing(what: str, name: object, known: Iterable[object], argument: str) -> ScharmonizeError:
    """Return the error for a name that is not there, with those that are."""
    names = [str(n) for n in known]
    near = difflib.get_close_matches(str(name), names, 1)
    hint = f"did you mean '{near[0]}'?" if near else (
        "it has " + ", ".join(f"'{n}'" for n in names[:12]) + (", and others" if len(names) > 12 else "")
        if names else "it has none")
    return ScharmonizeError(f"adata has no {what} '{name}'; {hint} Give it as `{argument}`.", 65)
