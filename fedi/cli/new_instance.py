"""Making a school's folder from the example, with the settings that were given filled in."""

from __future__ import annotations

import json
import re
import secrets
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from fedi import config
from fedi.activitypub import uris
from fedi.config import InstanceConfig
from fedi.errors import Conflict, Invalid
from fedi.instances import school_keys
from fedi.resources import example_dir


@dataclass(frozen=True, slots=True)
class NewSchool:
    """What must be known to make a school. `name`, `description` and each rule are keyed by language."""

    host: str
    name: dict[str, str]
    language: str = "kk"
    time_zone: str = "Asia/Almaty"
    peering: str = "quarantine"
    development: bool = False
    development_https: bool = False
    account_domain: str = ""
    database_url: str = ""
    description: dict[str, str] = field(default_factory=dict)
    contact: str = ""
    rules: Sequence[dict[str, str]] = ()


def create(folder: Path, new: NewSchool) -> InstanceConfig:
    """Make `folder/<host>` with settings, keys and an empty `pages` folder; Conflict if it is there already.

    It appears under its name when it is complete: a running server takes it as soon as it sees it.
    """
    host = uris.canonical_host(new.host)
    target = folder / host
    if target.exists():
        raise Conflict(f"{target} exists already")
    draft = folder / f".{host}.{secrets.token_hex(4)}"
    draft.mkdir(parents=True, mode=0o750)
    try:
        (draft / "instance.toml").write_text(_settings(new, host), "utf-8")
        config.load(draft)
        (draft / "pages").mkdir()
        school_keys.load_or_make(draft / "keys")
        school_keys.load_or_make_vapid(draft / "keys")
        draft.rename(target)
    except BaseException:
        shutil.rmtree(draft)
        raise
    return config.load(target)


def _settings(new: NewSchool, host: str) -> str:
    text = (example_dir() / "instance.toml").read_text("utf-8")
    values = {
        "host": _quoted(host),
        "name": _texts(new.name),
        "language": _quoted(new.language),
        "time_zone": _quoted(new.time_zone),
        "peering": _quoted(new.peering),
        "development": "true" if new.development else "",
        "development_https": "true" if new.development_https else "",
        "account_domain": _quoted(new.account_domain) if new.account_domain else "",
        "url": _quoted(new.database_url) if new.database_url else "",
        "description": _texts(new.description) if new.description else "",
        "contact": _quoted(new.contact) if new.contact else "",
        "rules": f"[{', '.join(_texts(rule) for rule in new.rules)}]" if new.rules else "",
    }
    for setting, value in values.items():
        text = _with(text, setting, value) if value else text
    return text


def _with(text: str, setting: str, value: str) -> str:
    """The first line of this setting, commented out or not, with this value."""
    line = re.compile(rf"^(?:# )?{setting} = .*$", re.MULTILINE)
    changed, count = line.subn(lambda _: f"{setting} = {value}", text, count=1)
    if not count:
        raise Invalid(f"the example settings know no {setting}", setting)
    return changed


def _quoted(value: str) -> str:
    if not value.isprintable():
        raise Invalid(f"{value!r} holds characters that cannot be printed")
    return json.dumps(value, ensure_ascii=False)


def _texts(texts: dict[str, str]) -> str:
    return "{ " + ", ".join(f"{language} = {_quoted(text)}" for language, text in texts.items()) + " }"
