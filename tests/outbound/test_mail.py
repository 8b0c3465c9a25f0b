"""Letters: written, handed over, tried again or given up."""

import asyncio
import email
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from email import policy
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP, Envelope

from fedi import config
from fedi.actions import accounts, letters, tickets
from fedi.auth import enrolment
from fedi.auth.enrolment import Newcomer
from fedi.errors import Gone
from fedi.instances import Instance
from fedi.models.accounts import Person, Role
from fedi.models.secrets import hash_of
from fedi.outbound import mail
from fedi.outbound.work import GiveUp, Retry, Work
from fedi.store import backlog, jobs
from fedi.store.jobs import Lane


@dataclass
class Postman:
    """A mail server that keeps what it gets, or answers what it is told to."""

    answer: str = "250 OK"
    taken: list[email.message.EmailMessage] = field(default_factory=list)

    async def handle_DATA(self, server: object, session: object, envelope: Envelope) -> str:  # noqa: N802
        if self.answer.startswith("250"):
            content = envelope.content
            assert isinstance(content, bytes)
            self.taken.append(email.message_from_bytes(content, policy=policy.default))
        return self.answer


@pytest.fixture
def postman() -> Postman:
    return Postman()


@pytest.fixture
async def mail_port(postman: Postman) -> AsyncIterator[int]:
    server = await asyncio.get_running_loop().create_server(lambda: SMTP(postman), "127.0.0.1", 0)
    yield server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()


@pytest.fixture
async def instance(tmp_path: Path, mail_port: int) -> AsyncIterator[Instance]:
    (tmp_path / "instance.toml").write_text(
        'host = "almaty.test"\nname = "Школа № 1"\ndevelopment = true\n'
        f'[mail]\nhost = "127.0.0.1"\nport = {mail_port}\nstarttls = false\nsender = "social@almaty.test"\n',
        "utf-8",
    )
    opened = await Instance.open(config.load(tmp_path))
    yield opened
    await opened.close()


@pytest.fixture
async def aigul(instance: Instance) -> Person:
    new = await enrolment.new_account(
        Newcomer("aigul", "Айгүл Бекова", "three green apples", "aigul@school.kz", language="ru")
    )
    return await instance.db.write(accounts.create, new)


async def claimed(instance: Instance) -> Work:
    """The next letter, as a worker has it in its hands."""
    threads = await instance.db.write(jobs.claim, dict.fromkeys(Lane, 1), 1)
    return Work(instance, None, threads[0][0])  # type: ignore[arg-type]


async def test_a_forgotten_password_brings_a_letter_with_a_link_that_works(
    instance: Instance, aigul: Person, postman: Postman
) -> None:
    await enrolment.ask_for_link(instance, "AIGUL@school.kz", "192.0.2.1")
    await mail.run(await claimed(instance))

    letter = postman.taken[0]
    secret = letter.get_content().partition("http://almaty.test/reset/")[2].split()[0]
    assert letter["To"] == "aigul@school.kz"
    assert "social@almaty.test" in letter["From"]
    assert "Айгүл Бекова" in letter.get_content()
    await enrolment.reset_password(instance, secret, "four yellow pears")
    assert await instance.db.read(backlog.soonest) is None


async def test_asking_for_somebody_unknown_looks_the_same_and_sends_nothing(
    instance: Instance, aigul: Person, postman: Postman
) -> None:
    await enrolment.ask_for_link(instance, "nobody@school.kz", "192.0.2.1")

    assert await instance.db.read(backlog.soonest) is None


async def test_the_queue_holds_no_secret(instance: Instance, aigul: Person) -> None:
    await enrolment.ask_for_link(instance, "aigul@school.kz", "192.0.2.1")

    assert (await claimed(instance)).job.args == {"letter": "password-reset", "account": aigul.account.id}


async def test_an_invitation_is_sent_and_lets_its_reader_join(instance: Instance, postman: Postman) -> None:
    admin = await instance.db.write(
        accounts.create, await enrolment.new_account(Newcomer("boss", "Директор", "three green apples"))
    )
    from fedi.actions import moderation
    from fedi.store import accounts as stored

    await instance.db.write(moderation.set_role, None, admin.account, Role.ADMIN)
    admin_account = await instance.db.read(stored.by_id, admin.account.id)
    assert admin_account is not None
    await instance.db.write(letters.invitation, admin_account, "marat@school.kz", Role.TEACHER, "kk")
    await mail.run(await claimed(instance))

    letter = postman.taken[0]
    secret = letter.get_content().partition("http://almaty.test/join/")[2].split()[0]
    assert letter["To"] == "marat@school.kz"
    ticket = await instance.db.read(tickets.joining, hash_of(secret))
    assert ticket.created_by == admin.account.id


async def test_a_letter_the_server_refuses_for_good_is_given_up_and_its_link_never_left(
    instance: Instance, aigul: Person, postman: Postman
) -> None:
    postman.answer = "550 no such user"
    await enrolment.ask_for_link(instance, "aigul@school.kz", "192.0.2.1")

    with pytest.raises(GiveUp, match="550 no such user"):
        await mail.run(await claimed(instance))


async def test_a_busy_server_is_tried_again_with_a_new_link(
    instance: Instance, aigul: Person, postman: Postman
) -> None:
    await enrolment.ask_for_link(instance, "aigul@school.kz", "192.0.2.1")
    work = await claimed(instance)
    postman.answer = "451 come back later"
    with pytest.raises(Retry, match="451"):
        await mail.run(work)

    postman.answer = "250 OK"
    await mail.run(work)

    assert len(postman.taken) == 1


async def test_a_server_out_of_reach_is_tried_again(
    instance: Instance, aigul: Person, mail_port: int, tmp_path: Path
) -> None:
    (tmp_path / "instance.toml").write_text(
        (tmp_path / "instance.toml").read_text("utf-8").replace(str(mail_port), "1"), "utf-8"
    )
    instance.config = config.load(tmp_path)
    await enrolment.ask_for_link(instance, "aigul@school.kz", "192.0.2.1")

    with pytest.raises(Retry, match="out of reach"):
        await mail.run(await claimed(instance))


async def test_an_older_link_is_worthless_once_a_newer_letter_is_written(
    instance: Instance, aigul: Person, postman: Postman
) -> None:
    for _ in range(2):
        await enrolment.ask_for_link(instance, "aigul@school.kz", "192.0.2.1")
        await mail.run(await claimed(instance))

    older = postman.taken[0].get_content().partition("/reset/")[2].split()[0]
    with pytest.raises(Gone):
        await enrolment.reset_password(instance, older, "four yellow pears")
