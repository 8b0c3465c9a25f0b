"""`fedi doctor`: looks at one school after the other, and says what to do about what is wrong."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from fedi.cli import options, running
from fedi.cli.checks import Finding, Grade, examine
from fedi.cli.output import print_json
from fedi.config import InstanceConfig
from fedi.errors import Invalid
from fedi.instances import configs_in

_MARKS = {Grade.OK: "ok     ", Grade.WARNING: "warning", Grade.ERROR: "ERROR  "}


@click.command()
@options.school
@options.folder
@click.option("--offline", is_flag=True, help="Do not ask whether the school can be reached from outside.")
@options.as_json
def command(host: str | None, folder: Path, offline: bool, as_json: bool) -> None:
    """Look for what is wrong: settings, keys, clock, database, reachability, queue. Ends with 1 if something is.

    \b
    Example:
      fedi doctor
      fedi doctor --school social.school.kz --json
    """
    running.configure_log(quiet=True)
    findings = _settings(folder, host)
    for config in _chosen(folder, host):
        findings += running.run(examine(config, offline=offline))
    if not findings:
        raise Invalid(options.no_school(folder))
    if as_json:
        print_json([asdict(finding) for finding in findings])
    else:
        _print(findings)
    if any(finding.grade is Grade.ERROR for finding in findings):
        raise SystemExit(1)


def _chosen(folder: Path, host: str | None) -> list[InstanceConfig]:
    return [options.chosen(folder, host)] if host else configs_in(folder)[0]


def _settings(folder: Path, host: str | None) -> list[Finding]:
    """Schools whose settings cannot even be read."""
    if host:
        return []
    todo = "correct the file; instances/example/instance.toml explains every setting"
    return [Finding("?", "settings", Grade.ERROR, running.one_line(error), todo) for error in configs_in(folder)[1]]


def _print(findings: list[Finding]) -> None:
    for school in dict.fromkeys(finding.school for finding in findings):
        click.echo(school)
        for finding in findings:
            if finding.school == school:
                click.echo(f"  {_MARKS[finding.grade]}  {finding.check}: {finding.found}")
                if finding.todo:
                    click.echo(f"           -> {finding.todo}")
