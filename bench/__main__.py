"""`python -m bench NAME [--json] [--option value ...]`."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable

from bench import backlog, fanout, home, inbox, kill, latency, memory, posting, schools, streams, upload, verify

Result = dict[str, object]

BENCHMARKS: dict[str, Callable[[int | None], Result]] = {
    "backlog": backlog.run,
    "fanout": fanout.run,
    "home": home.run,
    "inbox": inbox.run,
    "kill": kill.run,
    "latency": latency.run,
    "memory": memory.run,
    "posting": posting.run,
    "schools": schools.run,
    "streams": streams.run,
    "upload": upload.run,
    "verify": verify.run,
}


def main() -> None:
    """Run one benchmark and print what it measured."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("name", choices=sorted(BENCHMARKS))
    parser.add_argument("--json", action="store_true", help="print nothing but one JSON object")
    parser.add_argument("-n", type=int, default=None, help="how many operations (each benchmark has its own default)")
    chosen = parser.parse_args()
    result = BENCHMARKS[chosen.name](chosen.n)
    if not chosen.json:
        for key, value in result.items():
            print(f"{key:>24}  {value}")
    print(json.dumps(result))


if __name__ == "__main__":
    main()
