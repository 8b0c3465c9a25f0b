"""Build hook: a wheel and an editable install carry compiled message catalogues, which are not tracked."""

from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompileCatalogues(BuildHookInterface):  # type: ignore[type-arg]
    """Compiles every `fedi/locales/**/*.po` that is newer than its `.mo`."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        """Runs before the files of the wheel are collected."""
        for source in Path(self.root, "fedi", "locales").glob("**/*.po"):
            compiled = source.with_suffix(".mo")
            if not compiled.exists() or compiled.stat().st_mtime < source.stat().st_mtime:
                compile_catalogue(source, compiled)


def compile_catalogue(source: Path, compiled: Path) -> None:
    """Writes the binary catalogue beside its source."""
    with source.open("rb") as po:
        catalogue = read_po(po)
    with compiled.open("wb") as mo:
        write_mo(mo, catalogue)
