"""The school's own keys: PEM files beside `instance.toml`, so that a restored folder is the same school."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from fedi.activitypub.key_pairs import KeyPair
from fedi.activitypub.signatures import keys

VAPID = "school-vapid.pem"


def load_or_make(folder: Path) -> KeyPair:
    """The keys in `folder`; what is missing is made, readable by its owner only."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    rsa, ed25519 = _paths(folder)
    pair = KeyPair(_read_or_make(rsa, keys.generate_rsa), _read_or_make(ed25519, keys.generate_ed25519))
    for pem in (pair.rsa, pair.ed25519):
        keys.load_private(pem)
    return pair


def load_or_make_vapid(folder: Path) -> str:
    """The key that push services know the school by, made if it is missing; it stands in no database."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return _read_or_make(folder / VAPID, _generate_p256)


def _generate_p256() -> str:
    made = generate_private_key(SECP256R1())
    return made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode("ascii")


def replace(folder: Path, pair: KeyPair) -> None:
    """Put new keys in the place of those in `folder`."""
    for path, pem in zip(_paths(folder), (pair.rsa, pair.ed25519), strict=True):
        _unfinished(path, pem).replace(path)


def _paths(folder: Path) -> tuple[Path, Path]:
    return folder / "school-rsa.pem", folder / "school-ed25519.pem"


def _read_or_make(path: Path, make: Callable[[], str]) -> str:
    if not path.exists():
        _write_private(path, make())
    return path.read_text("ascii")


def _unfinished(path: Path, pem: str) -> Path:
    """The key in a file beside, to be moved into place: a process that starts meanwhile reads a whole key or none."""
    unfinished = path.with_suffix(f".{os.getpid()}")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(pem)
    return unfinished


def _write_private(path: Path, pem: str) -> None:
    unfinished = _unfinished(path, pem)
    try:
        path.hardlink_to(unfinished)
    except FileExistsError:
        return
    finally:
        unfinished.unlink()
