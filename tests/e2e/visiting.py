"""People at a school over plain HTTP: pages are read and forms are sent as a browser would, without one."""

from __future__ import annotations

import html
import re
import ssl
from collections.abc import Mapping, Sequence
from typing import Any, Self
from urllib.parse import urlsplit

import httpx2

from tests.e2e.schools import eventually

PASSWORD = "four words in a row"
Files = Sequence[tuple[str, tuple[str, bytes, str]]]


class Visitor:
    """Somebody's connection to the school at `base`; `local_address` is where she seems to be."""

    def __init__(self, base: str, *, tls: ssl.SSLContext | None = None, local_address: str | None = None) -> None:
        parts = urlsplit(base)
        self.base = base
        # The system knows no `*.localhost` and no `*.test`: the address is given, and the name said beside it.
        self._at = f"{parts.scheme}://127.0.0.1:{parts.port}"
        self._name = {"sni_hostname": parts.hostname}
        self._client = httpx2.Client(
            headers={"Host": parts.netloc, "Accept-Language": "en", "Accept": "text/html"},
            transport=httpx2.HTTPTransport(verify=tls or False, local_address=local_address),
            timeout=30,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def get(self, path: str, **headers: str) -> httpx2.Response:
        return self._client.get(self._url(path), headers=headers, extensions=self._name)

    def send(
        self,
        path: str,
        fields: Mapping[str, Any],
        files: Files | None = None,
        *,
        headers: Mapping[str, str] | None = None,
    ) -> httpx2.Response:
        """Send a form, with the token of this person's pages if she has signed in."""
        data, sent = {**self._token(), **fields}, {"Origin": self.base, **(headers or {})}
        return self._client.post(self._url(path), data=data, files=files, headers=sent, extensions=self._name)

    def _token(self) -> dict[str, str]:
        found = re.search(r'name="csrf" value="([^"]+)"', self.get("/home").text)
        return {"csrf": found[1]} if found else {}

    def _url(self, path: str) -> str:
        return self._at + path.removeprefix(self.base)

    def join(self, link: str, username: str, name: str) -> httpx2.Response:
        """Open an account by its one-time link."""
        joined = self.send(link, {"username": username, "name": name, "password": PASSWORD})
        assert joined.status_code == 303, joined.text
        return joined

    def follow(self, handle: str) -> None:
        """Look somebody up and follow her, until she has said yes."""
        found = self.get(f"/lookup?q={handle}")
        assert found.status_code == 303, found.text
        profile = found.headers["location"]
        assert self.send(f"{profile}/follow", {}).status_code == 303
        self.reads(profile, "You follow")

    def share(self, material: Mapping[str, Any], files: Files) -> str:
        """Share a material with files; gives the path of its page."""
        fields = {"do": "publish", "circle": "public", "licence": "https://creativecommons.org/licenses/by/4.0/"}
        shared = self.send("/materials/new", {**fields, **material}, files)
        assert shared.status_code == 303, shared.text
        return str(shared.headers["location"])

    def reads(self, path: str, words: str) -> str:
        """The page at `path`, as soon as these words stand on it."""

        def look() -> str:
            text = html.unescape(self.get(path).text)
            return text if words in text else ""

        return eventually(look, f"{words!r} at {path} of {self.base}")

    def answer(self, page: str, text: str) -> None:
        """Answer the post of a page."""
        found = re.search(r'name="reply" value="(\d+)"', page)
        assert found
        answered = self.send("/compose", {"reply": found[1], "circle": "public", "text": text, "do": "publish"})
        assert answered.status_code == 303, answered.text

    def file(self, page: str, name: str) -> httpx2.Response:
        """The file of this name that a page links to."""
        found = re.search(rf'href="(/media/\d+/{re.escape(name)})"', page)
        assert found, f"no link to {name}"
        return self.get(found[1])


def page_of(page: str, title: str) -> str:
    """The path that the title of a material in a list leads to."""
    found = re.search(rf'<a class="t" href="([^"]+)">{re.escape(title)}</a>', page)
    assert found, f"no link to {title}"
    return found[1]
