"""The school's own keys: two PEM files beside `instance.toml`, so that a restored folder is the same school."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from fedi.activitypub.key_pairs import KeyPair
from fedi.activitypub.signatures import keys


def load_or_make(folder: Path) -> KeyPair:
    """The keys in `folder`; what is missing is made, readable by its owner only."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    rsa = _read_or_make(folder / "school-rsa.pem", keys.generate_rsa)
    return KeyPair(rsa, _read_or_make(folder / "school-ed25519.pem", keys.generate_ed25519))


def _read_or_make(path: Path, make: Callable[[], str]) -> str:
    if not path.exists():
        _write_private(path, make())
    pem = path.read_text("ascii")
    keys.load_private(pem)
    return pem


def _write_private(path: Path, pem: str) -> None:
    # Written beside and moved into place: a process that starts at the same time reads a whole key or none.
    unfinished = path.with_suffix(f".{os.getpid()}")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(pem)
    try:
        path.hardlink_to(unfinished)
    except FileExistsError:
        return
    finally:
        unfinished.unlink()
