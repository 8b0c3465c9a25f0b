"""Where the files that are not Python live.

In a checkout they are `templates/` and `instances/` beside the package; in a wheel they are mapped into it as
`fedi/_templates`, `fedi/_demo` and `fedi/_example` (`pyproject.toml`, `[tool.hatch.build.targets.wheel]`).
A wheel's files may be read-only: whoever writes copies them first.
"""

from pathlib import Path

_PACKAGE = Path(__file__).parent
_CHECKOUT = _PACKAGE.parent


def templates_dir() -> Path:
    """The Jinja templates: `layouts/`, `pages/`, `components/`, ..."""
    return _installed_or_checked_out("_templates", "templates")


def demo_dir() -> Path:
    """The schools of the demo network, one folder a host, each with an `instance.toml`."""
    return _installed_or_checked_out("_demo", "instances/demo")


def example_dir() -> Path:
    """The instance whose `instance.toml` shows and explains every setting."""
    return _installed_or_checked_out("_example", "instances/example")


def _installed_or_checked_out(in_wheel: str, in_checkout: str) -> Path:
    installed = _PACKAGE / in_wheel
    return installed if installed.is_dir() else _CHECKOUT / in_checkout
