"""The readers that are fuzzed. Each takes any bytes; the errors named are answers, all else is a fault of ours."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from fedi import text
from fedi.activitypub import activities, discovery, jsonld, remote_actors, remote_posts, uris
from fedi.activitypub.decoding import decode_object
from fedi.activitypub.signatures import keys, multikey, proofs, schemes
from fedi.activitypub.signatures.message import BadSignature, SignedRequest
from fedi.errors import Malformed, Unauthenticated
from fedi.media import types
from fedi.outbound import page_heads

NOW_MS = 1_790_000_000_000
_POST = {"id": "https://a.test/1", "attributedTo": "https://a.test/users/1", "type": "Note"}
_PERSON = {"id": "https://a.test/users/1", "type": "Person", "preferredUsername": "carol", "inbox": "https://a.test/i"}
_MOST_PER_BYTE = 40
_MOST_SAID = 600
_KEY = keys.load_public(keys.public_pem(keys.load_private(keys.generate_ed25519())))


def activity(raw: bytes) -> None:
    """An activity, and the post or person it carries."""
    read = activities.parse(decode_object(raw))
    jsonld.time_ms(read.json.get("published"))
    for parse in (remote_posts.parse, remote_actors.parse):
        try:
            parse(read.object)
        except Malformed:
            continue


def post(raw: bytes) -> None:
    """A post of whatever type."""
    read = remote_posts.parse({**_POST, **decode_object(raw)})
    if len(read.content) > _MOST_PER_BYTE * len(raw) + 1_000:
        raise AssertionError("a post grew")


def actor(raw: bytes) -> None:
    """An actor."""
    document = decode_object(raw)
    remote_actors.handle(document)
    remote_actors.parse({**_PERSON, **document})


def signature(raw: bytes) -> None:
    """The headers of a signed request, in both schemes."""
    lines = [line.partition(b":") for line in raw.split(b"\n")]
    headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, _, value in lines]
    request = SignedRequest("POST", "/inbox", headers, b"{}")
    schemes.verify(request, schemes.parse(headers), _KEY, NOW_MS)


def proof(raw: bytes) -> None:
    """The integrity proof of a document."""
    document = decode_object(raw)
    found = proofs.read(document)
    if found is not None:
        proofs.verify(document, found, _KEY, NOW_MS)


def key(raw: bytes) -> None:
    """A public key as PEM and as multibase."""
    written = raw.decode("latin-1")
    for read in (keys.load_public, multikey.decode):
        try:
            read(written)
        except keys.BadKey:
            continue


def markup(raw: bytes) -> None:
    """HTML: what comes out runs nothing, grows in bounds, and is left alone when it is cleaned again."""
    written = raw.decode("utf-8", "replace")
    shown = text.sanitise(written)
    text.plain(written)
    if "<script" in shown.lower() or len(shown) > _MOST_PER_BYTE * len(raw) + 1_000:
        raise AssertionError("hostile HTML came through")


def markdown(raw: bytes) -> None:
    """Markdown, and plain text with handles and hashtags."""
    written = raw.decode("utf-8", "replace")
    for render in (text.render_markdown, text.render_note):
        if "<script" in render(written, lambda _: None, lambda tag: f"/tags/{tag}").lower():
            raise AssertionError("hostile Markdown came through")


def webfinger(raw: bytes) -> None:
    """A WebFinger answer, and the resource it is asked for."""
    discovery.parse_resource(raw.decode("utf-8", "replace"))
    discovery.read_webfinger(decode_object(raw))


def address(raw: bytes) -> None:
    """An address: what is one has one host, and a form on the wire that names the same."""
    uri = raw.decode("utf-8", "replace")
    if uris.host_of(uris.wire_form(uri)) != uris.host_of(uri):
        raise AssertionError("two hosts in one address")
    uris.normalise(uri)
    uris.canonical_host(uri)


def file(raw: bytes) -> None:
    """A file: no bytes lead to a type that a browser would run."""
    with tempfile.NamedTemporaryFile() as kept:
        kept.write(raw)
        kept.flush()
        found = types.sniff(Path(kept.name), "lesson.docx")
    if any(word in found.media_type for word in ("html", "svg", "json", "xml+", "javascript")):
        raise AssertionError("a type that runs")


Target = Callable[[bytes], None]


def page(raw: bytes) -> None:
    """The head of a page that a post links to: what it says is text, and short."""
    facts = page_heads.read("https://a.test/", "text/html", raw)
    if facts is not None and max(len(facts.title), len(facts.description), len(facts.site)) > _MOST_SAID:
        raise AssertionError("a page said too much")


TARGETS: dict[str, Target] = {
    "activity": activity,
    "actor": actor,
    "address": address,
    "file": file,
    "key": key,
    "markdown": markdown,
    "markup": markup,
    "page": page,
    "post": post,
    "proof": proof,
    "signature": signature,
    "webfinger": webfinger,
}
REFUSALS = (Malformed, BadSignature, Unauthenticated)


def run(name: str, raw: bytes) -> None:
    """Read these bytes; whatever is raised is a fault of ours."""
    try:
        TARGETS[name](raw)
    except REFUSALS:
        return


def seeds(name: str) -> list[bytes]:
    """Where fuzzing begins: the documents of the tests, and what stands here for readers of other things."""
    tests = Path(__file__).parents[1] / "tests"
    documents = [path.read_bytes() for path in sorted((tests / "golden").glob("*.json"))]
    return [*documents, *_SEEDS.get(name, ())]


_CAVAGE = (
    b'Signature: keyId="https://a.test/1#main-key",algorithm="rsa-sha256",headers="(request-target) host date digest",'
    b'signature="YQ=="\nHost: a.test\nDate: Sun, 20 Sep 2026 12:26:40 GMT\nDigest: SHA-256=YQ=='
)
_RFC_9421 = (
    b'Signature-Input: sig1=("@method" "@target-uri" "content-digest");created=1790000000;keyid="https://a.test/1#k"\n'
    b"Signature: sig1=:YQ==:\nContent-Digest: sha-256=:YQ==:\nHost: a.test"
)
_PROOF = (
    b'{"id":"https://a.test/1","proof":{"type":"DataIntegrityProof","cryptosuite":"eddsa-jcs-2022","proofValue":"z1",'
    b'"verificationMethod":"https://a.test/u#k","proofPurpose":"assertionMethod","created":"2026-01-01T00:00:00Z"}}'
)
_HTML = b"<p>a<br>b</p><ul><li>x</ul><table><tr><td><a href='javascript:x'>y</a></table>"
_SEEDS: dict[str, tuple[bytes, ...]] = {
    "address": (b"https://a.test:8443/users/1?a=b#main-key", "https://қазақ.test/ә".encode(), b"http://[::1]/"),
    "file": (b"%PDF-1.7", b"PK\x03\x04word/document.xml", b"\x89PNG\r\n\x1a\n", b"<svg/>"),
    "key": (b"z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK", b"-----BEGIN PUBLIC KEY-----\nMCo=\n-----END PUBLIC"),
    "markdown": (b"# a\n\n- @aigul@a.test #tag https://a.test\n\n|a|b|\n|-|-|\n|*c*|`d`|",),
    "markup": (_HTML, _HTML * 30, b"<img src=x onerror=alert(1)><script>x</script>"),
    "proof": (_PROOF,),
    "signature": (_CAVAGE, _RFC_9421),
    "webfinger": (b'{"subject":"acct:a@b.test","links":[{"rel":"self","href":"https://b.test/1"}]}', b"acct:a@b.test"),
}
