"""The whole application on one school, asked without a socket."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest

from fedi.instances import Instances
from fedi.outbound.client import Client
from fedi.server import create_app
from tests.network import furnish

SETTINGS = """
host = "social.school.test"
account_domain = "school.test"
media_host = "files.school.test"
name = { kk = "Мектеп", en = "School" }
contact = "help@school.example"
development = true
trusted_proxies = ["10.0.0.0/8"]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "instances" / "social.school.test"
    furnish(place)
    (place / "instance.toml").write_text(SETTINGS, "utf-8")
    return place.parent


@pytest.fixture
async def instances(folder: Path) -> AsyncIterator[Instances]:
    opened = Instances(folder)
    yield opened
    await opened.close()


@pytest.fixture
async def browser(instances: Instances) -> AsyncIterator[httpx2.AsyncClient]:
    async with Client(development=True) as client:
        app = create_app(instances, client, with_worker=False)
        transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False, client=("10.1.2.3", 1234))
        async with httpx2.AsyncClient(transport=transport, base_url="http://social.school.test") as asking:
            yield asking
