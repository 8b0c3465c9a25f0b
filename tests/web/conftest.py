"""One school with a teacher, an administrator and a stranger at its door."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest_asyncio

from fedi.models.accounts import Role
from fedi.models.actors import Actor
from tests.network import Network, TestSchool, open_network
from tests.web.browsing import Browser, signed_in


@dataclass(slots=True)
class Visitors:
    """Browsers of a stranger, a teacher (aigul) and the administrator (saule)."""

    school: TestSchool
    network: Network
    aigul: Actor
    saule: Actor
    stranger: Browser
    teacher: Browser
    admin: Browser


@pytest_asyncio.fixture
async def visitors(tmp_path: Path) -> AsyncIterator[Visitors]:
    async with open_network(tmp_path / "instances", 2) as network:
        school = network["almaty"]
        aigul, saule = await school.teacher("aigul", indexable=True), await school.teacher("saule")
        teacher, admin = await signed_in(school, aigul), await signed_in(school, saule, role=Role.ADMIN)
        yield Visitors(school, network, aigul, saule, Browser(school), teacher, admin)
