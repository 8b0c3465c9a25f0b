"""Clients of those who look after a school: an administrator's (saule) and a moderator's (marat)."""

from dataclasses import dataclass

import pytest_asyncio

from fedi.models.accounts import Role
from tests.api.conftest import Client, Clients, let_in


@dataclass(slots=True)
class Staff:
    """The two of them, and everybody else."""

    everybody: Clients
    saule: Client
    marat: Client


@pytest_asyncio.fixture
async def staff(clients: Clients) -> Staff:
    saule = await let_in(clients.school, await clients.school.teacher("saule"), role=Role.ADMIN)
    marat = await let_in(clients.school, await clients.school.teacher("marat"), role=Role.MODERATOR)
    return Staff(clients, saule, marat)
