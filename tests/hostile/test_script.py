"""Nothing that somebody writes runs, wherever a page shows it."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser

import pytest

from fedi.models.actors import Actor
from fedi.outbound import resolver
from tests.network import Network, TestSchool
from tests.strangers import StrangePerson
from tests.web.browsing import signed_in

pytestmark = pytest.mark.network(1)

EVIL = "x\"'><script>alert(1)</script><img src=x onerror=alert(1)><a href='javascript:alert(1)' onclick=alert(1)>y</a>"
JSON_EVIL = "</script><script>alert(1)</script>"
_PARTS = {
    "name": EVIL,
    "summary": EVIL + JSON_EVIL,
    "content": f"<p onmouseover=alert(1)>{EVIL}</p><svg onload=alert(1)></svg><iframe src=//evil.test></iframe>",
    "description": JSON_EVIL,
    "learningResourceType": "worksheet",
    "license": "https://creativecommons.org/licenses/by/4.0/",
    "about": EVIL,
    "teaches": EVIL + JSON_EVIL,
    "keywords": [EVIL, JSON_EVIL],
    "creator": {"name": EVIL + JSON_EVIL},
    "educationalLevel": ["5"],
    "contentMap": {'en" onload="alert(1)': EVIL},
}


class Page(HTMLParser):
    """What would run on a page: elements, handlers of events, addresses that are programs."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.running: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        data = tag == "script" and given.get("type") == "application/ld+json"
        ours = tag == "script" and (given.get("src") or "").startswith("/static/")
        if tag in ("script", "iframe", "object", "embed", "base", "svg:script") and not data and not ours:
            self.running.append(f"<{tag}>")
        for name, value in attrs:
            if name.startswith("on") or (value or "").strip().lower().startswith(("javascript:", "data:", "vbscript:")):
                self.running.append(f"{name}={value}")


async def test_no_page_runs_what_somebody_of_another_server_wrote(
    almaty: TestSchool, network: Network, aigul: Actor, carol: StrangePerson
) -> None:
    evil = {"type": "PropertyValue", "name": EVIL, "value": EVIL}
    carol.server.documents["/users/carol"] = {
        **carol.document(),
        "name": EVIL,
        "summary": EVIL,
        "attachment": [evil],
        "url": "javascript:alert(1)",
        "tag": [{"type": "Emoji", "name": f":{EVIL}:", "icon": {"url": 'https://mastodon.test/x"><script>.png'}}],
    }
    await resolver.actor(almaty.instance, network.wire, carol.uri, refresh=True)
    files = [
        {
            "type": "Document",
            "mediaType": EVIL,
            "name": EVIL,
            "url": "https://mastodon.test/%3Cscript%3Ealert(1)%22.pdf",
        },
        {
            "type": "Image",
            "mediaType": "image/png",
            "summary": EVIL,
            "url": "https://mastodon.test/a.png",
            "blurhash": EVIL,
        },
    ]
    tags = [{"type": "Hashtag", "name": "#<script>alert(1)</script>"}, {"type": "Hashtag", "name": '#x"onload="a'}]
    material = carol.note("/notes/1", type="Article", attachment=files, tag=tags, **_PARTS)
    options = [{"type": "Note", "name": EVIL}, {"type": "Note", "name": JSON_EVIL}]
    question = carol.note("/notes/2", type="Question", oneOf=options, name=EVIL, tag=tags)
    warned = carol.note("/notes/3", summary=EVIL, content=EVIL, url="javascript:alert(1)")
    for number, each in enumerate((material, question, warned)):
        await almaty.deliver(carol.activity("Create", each, f"/activities/{number}"), carol.key)
    await network.drain()
    posts = [await almaty.has(each["id"]) for each in (material, question, warned)]
    teacher = await signed_in(almaty, aigul)

    paths = ["/home", "/home/network", "/library", "/library?q=alert", "/@carol@mastodon.test", "/notifications"]
    paths += [f"/posts/{post.id}" for post in posts if post is not None]
    pages = {path: await teacher.get(path) for path in paths}

    assert None not in posts
    told = {path: page for path, page in pages.items() if page.status_code == 200}
    assert {"/home", f"/posts/{posts[0].id}"} <= set(told)  # type: ignore[union-attr]
    for path, page in told.items():
        assert Page(page.text).running == [], path
        for data in re.findall(r'<script type="application/ld\+json">(.*?)</script>', page.text, re.DOTALL):
            json.loads(data)


async def test_no_page_runs_what_a_teacher_wrote(almaty: TestSchool, network: Network) -> None:
    aigul = await almaty.teacher(name=EVIL, summary="")
    post = await almaty.post(aigul, EVIL, title=EVIL, summary=JSON_EVIL)
    teacher = await signed_in(almaty, aigul)

    for path in ("/home", "/@aigul", f"/@aigul/{post.id}", f"/@aigul/{post.id}/history"):
        assert Page((await teacher.get(path)).text).running == [], path
