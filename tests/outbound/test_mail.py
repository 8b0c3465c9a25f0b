"""Letters: written, handed over, tried again or given up."""

import asyncio
import email
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import policy
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from fedi import config
from fedi.actions import accounts, letters, moderation, tickets
from fedi.auth import enrolment
from fedi.auth.enrolment import Newcomer
from fedi.config import InstanceConfig
from fedi.errors import Gone
from fedi.instances import Instance
from fedi.models.accounts import Person, Role
from fedi.models.moderation import Measure
from fedi.models.secrets import hash_of
from fedi.outbound import mail
from fedi.outbound.work import GiveUp, Retry, Work
from fedi.store import accounts as stored
from fedi.store import backlog, jobs
from fedi.store.jobs import Lane
from tests.network import furnish
from tests.outbound.authorities import Authority
from tests.outbound.conftest import NOW_MS

PASSWORD = "seven blue rivers"


@dataclass
class Postman:
    """A mail server that keeps what it gets, or answers what it is told to."""

    answer: str = "250 OK"
    taken: list[email.message.EmailMessage] = field(default_factory=list)
    over_tls: list[bool] = field(default_factory=list)

    async def handle_DATA(self, server: object, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.answer.startswith("250"):
            content = envelope.content
            assert isinstance(content, bytes)
            self.taken.append(email.message_from_bytes(content, policy=policy.default))
            self.over_tls.append(session.ssl is not None)
        return self.answer


@pytest.fixture
def postman() -> Postman:
    return Postman()


@asynccontextmanager
async def serving(make: Callable[[], SMTP], tls: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """A mail server on a port of its own."""
    server = await asyncio.get_running_loop().create_server(make, "127.0.0.1", 0, ssl=tls)
    yield server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()


def settings(folder: Path, port: int, mail: str = "starttls = false", more: str = "") -> InstanceConfig:
    (folder / "instance.toml").write_text(
        f'host = "almaty.test"\nname = "Школа № 1"\ndevelopment = true\n{more}\n'
        f'[mail]\nhost = "127.0.0.1"\nport = {port}\nsender = "social@almaty.test"\n{mail}\n',
        "utf-8",
    )
    return config.load(folder)


@pytest.fixture
async def mail_port(postman: Postman) -> AsyncIterator[int]:
    async with serving(lambda: SMTP(postman)) as port:
        yield port


@pytest.fixture
async def instance(tmp_path: Path, mail_port: int) -> AsyncIterator[Instance]:
    furnish(tmp_path)
    opened = await Instance.open(settings(tmp_path, mail_port), clock=lambda: NOW_MS)
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


async def test_whose_post_was_not_published_is_told_where_it_is_unless_she_may_not_sign_in(
    instance: Instance, aigul: Person, postman: Postman
) -> None:
    await instance.db.write(letters.not_published, aigul.account.id)
    await mail.run(await claimed(instance))
    await instance.db.write(stored.set_disabled, aigul.account.id, NOW_MS)
    await instance.db.write(letters.not_published, aigul.account.id)
    await mail.run(await claimed(instance))

    [letter] = postman.taken
    assert letter["Subject"] == "Ваша запись не вышла"
    assert "http://almaty.test/drafts" in letter.get_content()


async def test_who_is_limited_is_told_so_with_the_words_of_the_moderators(
    instance: Instance, aigul: Person, postman: Postman
) -> None:
    await instance.db.write(letters.moderation, aigul.account, Measure.SILENCE, "Пожалуйста, без рекламы")
    await mail.run(await claimed(instance))

    letter = postman.taken[0]
    assert letter["To"] == "aigul@school.kz"
    assert "Пожалуйста, без рекламы" in letter.get_content()
    assert "только тем, кто на вас подписан" in letter.get_content()


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


async def test_a_server_out_of_reach_is_tried_again(instance: Instance, aigul: Person, tmp_path: Path) -> None:
    instance.config = settings(tmp_path, 1)
    await enrolment.ask_for_link(instance, "aigul@school.kz", "192.0.2.1")

    with pytest.raises(Retry, match="out of reach"):
        await mail.run(await claimed(instance))


def secured(postman: Postman, authority: Authority) -> Callable[[], SMTP]:
    """A mail server that speaks to nobody without TLS and takes letters only from who knows the password."""

    def authenticate(_server: SMTP, _session: Session, _envelope: Envelope, _method: str, given: object) -> AuthResult:
        right = isinstance(given, LoginPassword) and given == LoginPassword(b"social", PASSWORD.encode())
        return AuthResult(success=right, handled=False)

    return lambda: SMTP(
        postman, tls_context=authority.server, require_starttls=True, auth_required=True, authenticator=authenticate
    )


def keyed(folder: Path, port: int, authority: Authority | None, password: str = PASSWORD) -> InstanceConfig:
    (folder / "mail-password").write_text(f"{password}\n", "utf-8")
    trusted = f'ca_file = "{authority.ca_file}"' if authority else ""
    return settings(folder, port, 'username = "social"\npassword_file = "mail-password"', trusted)


async def test_a_letter_goes_over_starttls_with_the_password_of_the_file(
    instance: Instance, aigul: Person, postman: Postman, authority: Authority, tmp_path: Path
) -> None:
    await enrolment.ask_for_link(instance, "aigul@school.kz", "192.0.2.1")
    async with serving(secured(postman, authority)) as port:
        instance.config = keyed(tmp_path, port, authority)
        await mail.run(await claimed(instance))

    assert postman.over_tls == [True]


async def test_the_password_is_told_to_no_server_that_cannot_prove_its_name(
    instance: Instance, aigul: Person, postman: Postman, authority: Authority, tmp_path: Path
) -> None:
    await enrolment.ask_for_link(instance, "aigul@school.kz", "192.0.2.1")
    async with serving(secured(postman, authority)) as port:
        instance.config = keyed(tmp_path, port, None)
        with pytest.raises(Retry, match="certificate"):
            await mail.run(await claimed(instance))

    assert postman.taken == []


async def test_a_server_without_starttls_gets_neither_password_nor_letter(
    instance: Instance, aigul: Person, postman: Postman, mail_port: int, tmp_path: Path
) -> None:
    await enrolment.ask_for_link(instance, "aigul@school.kz", "192.0.2.1")
    instance.config = keyed(tmp_path, mail_port, None)
    with pytest.raises(Retry, match="STARTTLS"):
        await mail.run(await claimed(instance))

    assert postman.taken == []


async def test_a_wrong_password_of_the_mail_server_is_told_without_itself(
    instance: Instance, aigul: Person, postman: Postman, authority: Authority, tmp_path: Path
) -> None:
    await enrolment.ask_for_link(instance, "aigul@school.kz", "192.0.2.1")
    async with serving(secured(postman, authority)) as port:
        instance.config = keyed(tmp_path, port, authority, "nine red bridges")
        with pytest.raises(GiveUp, match="535") as refused:
            await mail.run(await claimed(instance))

    assert "nine red bridges" not in str(refused.value)


async def test_on_the_port_for_tls_the_letter_is_encrypted_from_the_first_byte(
    instance: Instance, aigul: Person, postman: Postman, authority: Authority, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    await enrolment.ask_for_link(instance, "aigul@school.kz", "192.0.2.1")
    async with serving(lambda: SMTP(postman), authority.server) as port:
        monkeypatch.setattr(mail, "_IMPLICIT_TLS_PORT", port)
        instance.config = settings(tmp_path, port, "", f'ca_file = "{authority.ca_file}"')
        await mail.run(await claimed(instance))

    assert len(postman.taken) == 1


async def test_a_letter_is_dated_by_the_clock_of_the_school(
    instance: Instance, aigul: Person, postman: Postman
) -> None:
    await enrolment.ask_for_link(instance, "aigul@school.kz", "192.0.2.1")
    await mail.run(await claimed(instance))

    assert postman.taken[0]["Date"] == "Mon, 21 Sep 2026 19:13:20 +0500"


async def test_an_older_link_is_worthless_once_a_newer_letter_is_written(
    instance: Instance, aigul: Person, postman: Postman
) -> None:
    for _ in range(2):
        await enrolment.ask_for_link(instance, "aigul@school.kz", "192.0.2.1")
        await mail.run(await claimed(instance))

    older = postman.taken[0].get_content().partition("/reset/")[2].split()[0]
    with pytest.raises(Gone):
        await enrolment.reset_password(instance, older, "four yellow pears")
