"""Settings: `instance.toml` read strictly into frozen dataclasses.

A `School` is what units of work may know (it rides on every transaction); an `InstanceConfig` adds what only the
process that opens the instance needs: where the database, the files and the mail server are.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import ip_network
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from fedi.errors import Invalid
from fedi.models.peers import Peering
from fedi.models.rules import Rule, Words

LANGUAGES = ("kk", "ru", "en")
MEBIBYTE = 1024 * 1024

_HOST = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*(?::[0-9]{1,5})?")


class Registrations(StrEnum):
    """Who may open an account: people with an invitation, or nobody but by the command line."""

    INVITATION = "invitation"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Limits:
    """Upper bounds a school sets; sizes in bytes unless the name says otherwise."""

    post_characters: int = 5_000
    material_characters: int = 100_000
    files_per_post: int = 16
    file_bytes: int = 40 * MEBIBYTE
    picture_pixels: int = 50_000_000
    media_cache_bytes: int = 2_000 * MEBIBYTE
    poll_options: int = 10
    held_per_host: int = 200
    api_calls: int = 1_500


@dataclass(frozen=True, slots=True)
class School:
    """One school as its own code sees it. `host` has a port when it is not the scheme's own; `name` and `description`
    are keyed by language.
    """

    host: str
    account_domain: str
    name: dict[str, str]
    description: dict[str, str] = field(default_factory=dict)
    language: str = "kk"
    languages: tuple[str, ...] = LANGUAGES
    time_zone: str = "Asia/Almaty"
    peering: Peering = Peering.QUARANTINE
    authorized_fetch: bool = False
    registrations: Registrations = Registrations.INVITATION
    media_host: str | None = None
    link_cards: bool = True
    contact: str = ""
    rules: tuple[Rule, ...] = ()
    development: bool = False
    development_https: bool = False
    limits: Limits = field(default_factory=Limits)

    @property
    def scheme(self) -> str:
        """How this school, and in development its neighbours on the same machine, are reached."""
        return "http" if self.development and not self.development_https else "https"

    @property
    def base_url(self) -> str:
        """Scheme and authority, no slash at the end. Plain http exists only in development."""
        return f"{self.scheme}://{self.host}"

    def scheme_of(self, host: str) -> str:
        """With which scheme a server is asked of which only the name is known."""
        return self.scheme if is_development_host(host) else "https"

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    def title(self, language: str) -> str:
        """The school's name in `language`, else in its own language, else in any."""
        return self.name.get(language) or self.name.get(self.language) or next(iter(self.name.values()))


class _Strict(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    pass


class Smtp(_Strict, frozen=True):
    """A mail server; without this section no mail is sent and everything still works."""

    host: str
    sender: str
    port: int = 587
    username: str = ""
    password_file: str = ""
    starttls: bool = True


class DatabaseSettings(_Strict, frozen=True):
    """`url` is empty for `school.sqlite3` beside `instance.toml`, or `postgresql://...`.

    `schema` is for PostgreSQL; empty: made from the host.
    """

    url: str = ""
    schema: str = ""


class TestInstance(_Strict, frozen=True):
    """What only an instance made for tests may do: every line of this weakens it, and the log says so."""

    __test__ = False

    password_grant: bool = False
    open_sign_up: bool = False

    def __bool__(self) -> bool:
        return self.password_grant or self.open_sign_up


class _LimitSettings(_Strict, frozen=True):
    post_characters: int | None = None
    material_characters: int | None = None
    files_per_post: int | None = None
    file_mib: int | None = None
    media_cache_mib: int | None = None
    held_per_host: int | None = None
    api_calls: int | None = None


class _File(_Strict, frozen=True):
    """The shape of `instance.toml`."""

    host: str
    name: str | dict[str, str]
    account_domain: str = ""
    description: str | dict[str, str] = ""
    language: str = "kk"
    languages: list[str] = msgspec.field(default_factory=lambda: list(LANGUAGES))
    time_zone: str = "Asia/Almaty"
    peering: Peering = Peering.QUARANTINE
    authorized_fetch: bool = False
    registrations: Registrations = Registrations.INVITATION
    media_host: str = ""
    link_cards: bool = True
    contact: str = ""
    rules: list[str | dict[str, str]] = []
    development: bool = False
    development_https: bool = False
    trusted_proxies: list[str] = msgspec.field(default_factory=lambda: ["127.0.0.1", "::1"])
    ca_file: str = ""
    database: DatabaseSettings = DatabaseSettings()
    mail: Smtp | None = None
    limits: _LimitSettings = _LimitSettings()
    test_instance: TestInstance = TestInstance()


@dataclass(frozen=True, slots=True)
class InstanceConfig:
    """Everything a process needs to open one instance. `folder` is where `instance.toml` lies."""

    folder: Path
    school: School
    database: DatabaseSettings
    mail: Smtp | None
    trusted_proxies: tuple[str, ...]
    ca_file: str
    test_instance: TestInstance = field(default_factory=TestInstance)

    @property
    def sqlite_path(self) -> Path:
        return self.folder / "school.sqlite3"

    @property
    def media_folder(self) -> Path:
        return self.folder / "media"

    @property
    def keys_folder(self) -> Path:
        return self.folder / "keys"

    @property
    def pages_folder(self) -> Path:
        """The school's own privacy, terms, rules and contact pages, `<name>.<language>.md`."""
        return self.folder / "pages"


def load(folder: Path) -> InstanceConfig:
    """Read `folder/instance.toml`; `Invalid` names the setting that is wrong and the file."""
    path = folder / "instance.toml"
    try:
        raw = msgspec.toml.decode(path.read_bytes(), type=_File)
    except FileNotFoundError:
        raise Invalid(f"{path}: there is no such file") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Invalid(f"{path}: {error}") from error
    try:
        return _config(folder, raw)
    except Invalid as error:
        raise Invalid(f"{path}: {error}", error.field) from error


def _config(folder: Path, raw: _File) -> InstanceConfig:
    school = School(
        host=_host(raw.host, "host"),
        account_domain=_host(raw.account_domain or raw.host, "account_domain"),
        name=_name(raw),
        description=_texts(raw.description, raw.language),
        language=_one_of(raw.language, LANGUAGES, "language"),
        languages=tuple(_one_of(language, LANGUAGES, "languages") for language in raw.languages),
        time_zone=_time_zone(raw.time_zone),
        peering=raw.peering,
        authorized_fetch=raw.authorized_fetch,
        registrations=raw.registrations,
        media_host=_host(raw.media_host, "media_host") if raw.media_host else None,
        link_cards=raw.link_cards,
        contact=raw.contact,
        rules=_rules(raw),
        development=_development(raw),
        development_https=raw.development_https,
        limits=_limits(raw.limits),
    )
    database = DatabaseSettings(raw.database.url, raw.database.schema or schema_of(school.host))
    trusted_proxies = tuple(_network(each, "trusted_proxies") for each in raw.trusted_proxies)
    return InstanceConfig(folder, school, database, raw.mail, trusted_proxies, raw.ca_file, raw.test_instance)


def schema_of(host: str) -> str:
    """The PostgreSQL schema of a school that names none; different for hosts that differ in a hyphen only."""
    readable = re.sub(r"[^a-z0-9]+", "_", host.lower()).strip("_")
    return f"fedi_{readable[:40]}_{hashlib.sha256(host.encode()).hexdigest()[:8]}"


def _host(value: str, setting: str) -> str:
    host = value.strip().lower()
    if not _HOST.fullmatch(host):
        raise Invalid(
            f"{setting}: {value!r} is not a host name; write it like social.school.kz, and one in other letters as"
            " browsers send it, like xn--e1afmkfd.kz",
            setting,
        )
    return host


def _network(value: str, setting: str) -> str:
    try:
        return str(ip_network(value.strip(), strict=False))
    except ValueError:
        raise Invalid(
            f"{setting}: {value!r} is no address and no network; write it like 10.0.0.1 or 10.0.0.0/8", setting
        ) from None


def _name(raw: _File) -> dict[str, str]:
    name = _texts(raw.name, raw.language)
    if not name:
        raise Invalid("name: a school needs a name", "name")
    return name


def _texts(value: str | dict[str, str], language: str) -> dict[str, str]:
    texts = value if isinstance(value, dict) else {language: value}
    return {language: text for language, text in texts.items() if text.strip()}


def _rules(raw: _File) -> tuple[Rule, ...]:
    """By their numbers, as reports and programs name them; administrators may write others later."""
    return tuple(Rule(number, _words(each, raw.language)) for number, each in enumerate(raw.rules, 1))


def _words(rule: str | dict[str, str], language: str) -> dict[str, Words]:
    said = {_one_of(each, LANGUAGES, "rules"): Words(text) for each, text in _texts(rule, language).items()}
    if not said or not all(words.text.strip() for words in said.values()):
        raise Invalid("rules: a rule says nothing", "rules")
    return said


def _one_of(value: str, allowed: tuple[str, ...], setting: str) -> str:
    if value not in allowed:
        raise Invalid(f"{setting}: {value!r} is not known; use {', '.join(sorted(allowed))}", setting)
    return value


def _time_zone(name: str) -> str:
    # Not `available_timezones`: it opens 600 files, for every school and every command.
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Invalid(f"time_zone: {name!r} is not known; use a name such as Asia/Almaty", "time_zone") from None
    return name


def _development(raw: _File) -> bool:
    # Development opens plain http and loopback addresses, so it must be impossible on a real host name.
    if raw.development and not is_development_host(raw.host):
        raise Invalid("development: only for hosts that end in .localhost or .test", "development")
    if raw.development_https and not raw.development:
        raise Invalid("development_https: only with development = true; others always speak https", "development_https")
    return raw.development


def is_development_host(host: str) -> bool:
    """Whether a host (with or without a port) ends in `.localhost` or `.test` (RFC 6761)."""
    name = host.rsplit(":", 1)[0] if host.rsplit(":", 1)[-1].isdigit() else host
    return name.endswith((".localhost", ".test"))


def _limits(raw: _LimitSettings) -> Limits:
    default = Limits()
    return Limits(
        post_characters=_positive(raw.post_characters, default.post_characters, "limits.post_characters"),
        material_characters=_positive(
            raw.material_characters, default.material_characters, "limits.material_characters"
        ),
        files_per_post=_positive(raw.files_per_post, default.files_per_post, "limits.files_per_post"),
        file_bytes=_positive(raw.file_mib, default.file_bytes // MEBIBYTE, "limits.file_mib") * MEBIBYTE,
        media_cache_bytes=_positive(
            raw.media_cache_mib, default.media_cache_bytes // MEBIBYTE, "limits.media_cache_mib"
        )
        * MEBIBYTE,
        held_per_host=_positive(raw.held_per_host, default.held_per_host, "limits.held_per_host"),
        api_calls=_positive(raw.api_calls, default.api_calls, "limits.api_calls"),
    )


def _positive(value: int | None, default: int, setting: str) -> int:
    if value is None:
        return default
    if value <= 0:
        raise Invalid(f"{setting}: must be greater than 0", setting)
    return value
