"""`python -m fuzz [--seconds 60] [TARGET ...]`: each target in a process of its own, for its share of the time."""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from fuzz import targets


def main() -> int:
    """Fuzz the targets that are named, or all; 1 if one has a fault, whose input is kept under `fuzz/found`."""
    parser = argparse.ArgumentParser(prog="python -m fuzz", description=__doc__)
    parser.add_argument("--seconds", type=int, default=60, help="for all of them together")
    parser.add_argument("names", nargs="*", metavar="TARGET", help=", ".join(targets.TARGETS))
    chosen = parser.parse_args()
    names = chosen.names or list(targets.TARGETS)
    share = max(1, chosen.seconds // len(names))
    faults = [name for name in names if _process(name, share) != 0]
    print(f"faults: {', '.join(faults)}" if faults else "no faults")
    return 1 if faults else 0


def _process(name: str, seconds: int) -> int:
    print(f"{name}: {seconds} s", flush=True)
    found = Path(__file__).parent / "found" / name
    found.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="fedi-fuzz-") as corpus:
        for number, seed in enumerate(targets.seeds(name)):
            (Path(corpus) / str(number)).write_bytes(seed)
        options = [f"-max_total_time={seconds}", "-max_len=16384", "-timeout=10", "-rss_limit_mb=2048", "-verbosity=0"]
        command = [sys.executable, "-m", "fuzz.one", name, f"-artifact_prefix={found}/", *options, corpus]
        return subprocess.run(command, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
