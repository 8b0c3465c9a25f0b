"""`instance.toml` as an administrator writes it: what it means, and what is refused."""

import re
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from fedi import config
from fedi.config import schema_of
from fedi.errors import Invalid


def school(folder: Path, host: str, *lines: str) -> config.School:
    (folder / "instance.toml").write_text("\n".join((f'host = "{host}"', 'name = "School"', *lines)), "utf-8")
    return config.load(folder).school


def test_a_school_speaks_https_to_everybody(tmp_path: Path) -> None:
    ours = school(tmp_path, "social.school.example")

    assert ours.base_url == "https://social.school.example"
    assert ours.scheme_of("other.test") == ours.scheme_of("other.example") == "https"


def test_a_school_in_development_speaks_http_to_its_neighbours_on_the_machine_only(tmp_path: Path) -> None:
    ours = school(tmp_path, "almaty.localhost:8000", "development = true")

    assert ours.base_url == "http://almaty.localhost:8000"
    assert ours.scheme_of("kostanay.localhost:8001") == "http"
    assert ours.scheme_of("other.example") == "https"


def test_a_school_in_development_may_stand_behind_a_proxy_with_https(tmp_path: Path) -> None:
    ours = school(tmp_path, "one.test:8443", "development = true", "development_https = true")

    assert ours.base_url == "https://one.test:8443"
    assert ours.scheme_of("two.test:8443") == "https"


@pytest.mark.parametrize(
    ("line", "setting"), [("development = true", "development"), ("development_https = true", "development_https")]
)
def test_a_real_school_cannot_be_in_development(tmp_path: Path, line: str, setting: str) -> None:
    with pytest.raises(Invalid) as refused:
        school(tmp_path, "social.school.example", line)

    assert refused.value.field == setting


@pytest.mark.parametrize(
    ("line", "setting"),
    [
        ('host = "мектеп.қаз"', "host"),
        ('host = "social.school.kz."', "host"),
        ('host = "https://social.school.kz"', "host"),
        ('account_domain = "school.kz, other.kz"', "account_domain"),
        ('media_host = "https://files.school.kz"', "media_host"),
        ('name = ""', "name"),
        ("name = {}", "name"),
        ('name = { kk = " " }', "name"),
        ('trusted_proxies = ["caddy"]', "trusted_proxies"),
        ('trusted_proxies = ["10.0.0.0/33"]', "trusted_proxies"),
    ],
)
def test_what_would_only_fail_once_somebody_comes_is_refused_when_the_settings_are_read(
    tmp_path: Path, line: str, setting: str
) -> None:
    lines = {"host": 'host = "social.school.kz"', "name": 'name = "School"'} | {setting: line}
    (tmp_path / "instance.toml").write_text("\n".join(lines.values()), "utf-8")

    with pytest.raises(Invalid, match=f"instance.toml: {setting}: ") as refused:
        config.load(tmp_path)

    assert refused.value.field == setting


def test_hosts_are_known_in_small_letters_and_proxies_by_network(tmp_path: Path) -> None:
    ours = school(tmp_path, "Social.School.KZ", 'media_host = "Files.School.KZ"', 'trusted_proxies = [" 10.1.2.3/8 "]')

    assert (ours.host, ours.media_host) == ("social.school.kz", "files.school.kz")
    assert config.load(tmp_path).trusted_proxies == ("10.0.0.0/8",)


@pytest.mark.parametrize(
    "name", ["Asia/Atlantis", "Asia", "", "/etc/passwd", "../UTC", "Алматы", "a" * 5000, "\\u0000"]
)
def test_a_time_zone_is_one_that_the_world_knows(tmp_path: Path, name: str) -> None:
    assert school(tmp_path, "almaty.test", 'time_zone = "Asia/Qyzylorda"').zone == ZoneInfo("Asia/Qyzylorda")

    with pytest.raises(Invalid, match="use a name such as Asia/Almaty") as refused:
        school(tmp_path, "almaty.test", f'time_zone = "{name}"')
    assert refused.value.field == "time_zone"


def test_rules_stand_in_one_language_or_in_several(tmp_path: Path) -> None:
    line = 'rules = ["Салем", { ru = "Привет", en = "Hello" }]'
    rules = school(tmp_path, "school.example", 'language = "kk"', line).rules

    assert [(rule.id, sorted(rule.words)) for rule in rules] == [(1, ["kk"]), (2, ["en", "ru"])]
    assert [rule.said("kk").text for rule in rules] == ["Салем", "Привет"]


@pytest.mark.parametrize("rules", ['["a", 7]', '[{ de = "Hallo" }]', '"Be kind"', '[{ kk = ["a"] }]', '[""]', "[{}]"])
def test_what_is_no_rule_is_refused(tmp_path: Path, rules: str) -> None:
    with pytest.raises(Invalid) as refused:
        school(tmp_path, "school.example", f"rules = {rules}")

    assert "rules" in str(refused.value)


def test_schools_that_name_no_schema_get_one_each_that_postgresql_takes() -> None:
    hosts = ("social.school-1.kz", "social.school_1.kz", "almaty.localhost:8000", f"{'x' * 200}.kz", "мектеп.қаз")
    schemas = [schema_of(host) for host in hosts]
    assert len(set(schemas)) == len(hosts)
    assert all(re.fullmatch(r"[a-z][a-z0-9_]{0,62}", schema) for schema in schemas)
