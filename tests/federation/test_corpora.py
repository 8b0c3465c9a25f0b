"""Real documents and examples of others, delivered by a stand-in of their origin: `corpora/outcomes.tsv` tells what
becomes of each. After a change on purpose: `FEDI_WRITE_CORPORA=1 python -m pytest tests/federation/test_corpora.py`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable

import pytest

from tests.federation.corpora.delivering import outcome
from tests.federation.corpora.documents import HERE, SHARED, delivery, pasture, shared
from tests.network import Network, TestSchool
from tests.strangers import Stranger

pytestmark = [pytest.mark.network(1), pytest.mark.timeout(300)]

TABLE = HERE / "outcomes.tsv"
_HEAD = "document\tactivity\toutcome\n"
# Documents that belong together: what is edited or deleted was created before.
_FLOW = re.compile(r"_(create|update|delete)_note$")


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared corpora are not here")
async def test_the_shared_corpora_come_to_what_the_table_says(almaty: TestSchool, network: Network) -> None:
    await _compare(almaty, network, "", shared())


async def test_the_inputs_of_the_pasture_come_to_what_the_table_says(almaty: TestSchool, network: Network) -> None:
    await _compare(almaty, network, "pasture/", pasture())


async def _compare(school: TestSchool, network: Network, part: str, documents: Iterable[tuple[str, bytes]]) -> None:
    reader, keys = await school.teacher(), network.next_keys()
    _leave_nobody_else(network)
    lines: list[str] = []
    flows: dict[str, str] = {}
    for name, raw in documents:
        flow = flows.setdefault(_FLOW.sub("", name.rsplit(".", 1)[0]), f"f{len(flows)}")
        sent = delivery(name, raw, flow)
        if sent is None:
            lines.append(f"{name}\t-\tnot an object")
            continue
        told = await outcome(school, network, reader, keys, sent)
        lines.append(f"{name}\t{sent.kinds}\t{told.replace(f'{flow}.', '')}")
    kept = {line.partition("\t")[0]: line for line in _kept()}
    if os.environ.get("FEDI_WRITE_CORPORA"):
        others = [line for name, line in kept.items() if name.startswith("pasture/") is not bool(part)]
        TABLE.write_text(_HEAD + "\n".join(sorted(others + lines)) + "\n", "utf-8")
        return
    expected = sorted(line for name, line in kept.items() if name.startswith("pasture/") is bool(part))
    assert sorted(lines) == expected


def _leave_nobody_else(network: Network) -> None:
    """Whoever stands in for nobody answers 404: nothing of this leaves the process."""
    found, nobody = network.wire.loopback._find, Stranger("nobody.test")
    network.wire.loopback.register(lambda host: found(host) or nobody)


def _kept() -> list[str]:
    return TABLE.read_text("utf-8").splitlines()[1:] if TABLE.exists() else []
