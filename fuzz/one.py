"""`python -m fuzz.one TARGET [libFuzzer options]`: one target, until it is stopped or finds a fault."""

from __future__ import annotations

import sys

import atheris

with atheris.instrument_imports(include=["fedi"]):
    from fuzz import targets


def main() -> None:
    """Hand everything but the name of the target on to libFuzzer."""
    name = sys.argv.pop(1)
    atheris.Setup(sys.argv, lambda raw: targets.run(name, raw))
    atheris.Fuzz()


if __name__ == "__main__":
    main()
