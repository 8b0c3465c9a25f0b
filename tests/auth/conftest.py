"""One school with one teacher, whose password is known."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from fedi import config
from fedi.actions import accounts
from fedi.auth import enrolment
from fedi.auth.enrolment import Newcomer
from fedi.instances import Instance
from fedi.models.accounts import Person
from tests.clock import FrozenClock
from tests.network import furnish

PASSWORD = "three green apples"


@pytest.fixture
async def instance(tmp_path: Path, clock: FrozenClock) -> AsyncIterator[Instance]:
    furnish(tmp_path)
    (tmp_path / "instance.toml").write_text('host = "almaty.test"\nname = "School"\ndevelopment = true\n')
    opened = await Instance.open(config.load(tmp_path), clock=clock)
    yield opened
    await opened.close()


@pytest.fixture
async def aigul(instance: Instance) -> Person:
    new = await enrolment.new_account(Newcomer("aigul", "Aigul Bekova", PASSWORD, "aigul@school.kz"))
    return await instance.db.write(accounts.create, new)
