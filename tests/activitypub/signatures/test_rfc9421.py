import hmac
from base64 import b64encode
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from apsig.rfc9421 import RFC9421Signer
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.hashes import SHA1
from http_message_signatures import HTTPMessageSigner, HTTPMessageVerifier, algorithms
from http_message_signatures.resolvers import MappingKeyResolver
from hypothesis import example, given
from hypothesis import strategies as st

from fedi.activitypub.signatures import rfc9421, schemes
from fedi.activitypub.signatures.keys import public_pem
from fedi.activitypub.signatures.message import BadSignature, KeyMismatch, SignedRequest
from tests.activitypub.signatures.messages import (
    CREATED,
    ED25519,
    HOST,
    USUAL,
    by_hand,
    judge,
    message,
    sha_256,
    sha_512,
)
from tests.activitypub.signatures.requests import (
    BODY,
    KEY,
    NOW_MS,
    PRIVATE,
    PUBLIC,
    delivery,
    header_of,
    with_header,
    with_more,
)

HOUR = 3_600_000
KEYID = f'keyid="{KEY.key_id}"'


def refused(request: SignedRequest, why: str, now_ms: int = NOW_MS) -> None:
    with pytest.raises(BadSignature, match=why):
        judge(request, now_ms=now_ms)


# What we send


@pytest.mark.parametrize("target", ["inbox", "inbox?a=b", ""])
def test_a_delivery_we_sign_is_believed(target: str) -> None:
    judge(message(f"https://{HOST}/{target}"))


def test_a_delivery_signs_its_method_target_and_content() -> None:
    parameters = rfc9421.parse(message().headers)

    assert parameters is not None
    assert parameters.components == ("@method", "@target-uri", "content-digest")
    assert (parameters.key_id, parameters.created, parameters.algorithm) == (KEY.key_id, CREATED, "rsa-v1_5-sha256")


def test_a_fetch_signs_its_method_and_target() -> None:
    request = message(method="GET", body=None)

    judge(request)
    assert header_of(request, "signature-input").startswith('sig1=("@method" "@target-uri");')
    assert "content-digest" not in request.by_name()


def test_a_port_of_its_own_is_part_of_the_target() -> None:
    judge(message("https://kostanay.example:8443/inbox"))


# Software of others


class Keys(MappingKeyResolver):
    def __init__(self) -> None:
        super().__init__(public_keys={KEY.key_id: PUBLIC}, private_keys={KEY.key_id: PRIVATE})


def test_a_delivery_we_sign_is_believed_by_software_of_others() -> None:
    sent = SimpleNamespace(
        method="POST", url=f"https://{HOST}/inbox?a=b", headers=dict(message(f"https://{HOST}/inbox?a=b").headers)
    )
    verifier = HTTPMessageVerifier(signature_algorithm=algorithms.RSA_V1_5_SHA256, key_resolver=Keys())
    age = datetime.now(UTC) - datetime.fromtimestamp(CREATED, UTC) + timedelta(days=1)

    (result,) = verifier.verify(sent, max_age=age if age > timedelta(0) else None, body=BODY)

    assert result.body == BODY


@pytest.mark.parametrize(
    "components",
    [
        ("@method", "@target-uri"),
        ("@method", "@authority", "@path", "@query"),
        ("@method", "@authority", "@request-target"),
    ],
)
@pytest.mark.parametrize("with_algorithm", [True, False])
def test_what_software_of_others_signs_is_believed(components: tuple[str, ...], with_algorithm: bool) -> None:
    sent = SimpleNamespace(method="POST", url=f"https://{HOST}/inbox?a=b", headers={"Host": HOST})
    signer = HTTPMessageSigner(signature_algorithm=algorithms.RSA_V1_5_SHA256, key_resolver=Keys())

    signer.sign(
        sent,
        key_id=KEY.key_id,
        created=datetime.fromtimestamp(CREATED, UTC),
        covered_component_ids=components,
        include_alg=with_algorithm,
        body=BODY,
    )

    judge(SignedRequest("POST", "/inbox?a=b", list(sent.headers.items()), BODY))


def test_what_a_second_software_of_others_signs_is_believed() -> None:
    signer = RFC9421Signer(PRIVATE, KEY.key_id)
    signer.sign_headers = ["@method", "@path", "@authority", "date"]

    headers = signer.sign("GET", "/users/7", HOST, {"host": HOST})

    parameters = rfc9421.parse(list(headers.items()))
    assert parameters is not None
    judge(SignedRequest("GET", "/users/7", list(headers.items())), now_ms=parameters.created * 1000)


# What others send


@pytest.mark.parametrize(
    "names",
    [
        USUAL,
        "content-digest @target-uri @method",
        "@method @target-uri @authority host date content-digest",
        "@method @authority @path content-digest",
        "@method @authority @request-target content-digest",
        "@method @scheme @authority @path @query content-digest content-type",
    ],
)
def test_components_in_other_orders_and_parts_are_believed(names: str) -> None:
    judge(by_hand(names, headers=[("date", "Mon, 21 Sep 2026 14:13:20 GMT")]))


def test_ed25519_is_believed_with_and_without_its_name() -> None:
    for parameters in (f"created={CREATED};{KEYID}", f'created={CREATED};{KEYID};alg="ed25519"'):
        judge(by_hand(key=ED25519, parameters=parameters), ED25519.public_key())


@pytest.mark.parametrize("digest", [sha_512(BODY), f"{sha_256(BODY)}, {sha_512(BODY)}", f"md5=:AAAA:, {sha_256(BODY)}"])
def test_the_content_may_be_digested_in_either_way(digest: str) -> None:
    judge(by_hand(headers=[("content-digest", digest)]))


@pytest.mark.parametrize("more", [';nonce="abc"', ';tag="activitypub"', ";x", ";y=1.5", ";z=token"])
def test_other_parameters_are_signed_and_say_nothing(more: str) -> None:
    judge(by_hand(parameters=f"created={CREATED};{KEYID}{more}"))


def test_white_space_that_means_nothing_is_not_signed() -> None:
    request = by_hand()
    spaced = header_of(request, "signature-input").replace("(", "(  ").replace('" "', '"   "').replace(";", ";  ")

    judge(with_header(with_header(request, "signature-input", f"  {spaced} "), "host", f" {HOST} "))


def test_the_authority_is_the_same_in_upper_case_and_with_the_usual_port() -> None:
    for host in ("Kostanay.Example", f"{HOST}:443"):
        judge(with_header(by_hand("@method @target-uri content-digest"), "host", host))


def test_a_header_in_several_lines_is_signed_joined() -> None:
    request = by_hand(f"{USUAL} cc", headers=[("cc", "a, b")])
    others = [(name, value) for name, value in request.headers if name != "cc"]

    judge(replace(request, headers=[*others, ("CC", "a"), ("cc", " b ")]))


def test_of_several_signatures_the_first_by_a_key_with_an_address_is_judged() -> None:
    request, crawler = by_hand(), by_hand("@authority", parameters=f'created={CREATED};keyid="abc"', label="bot")
    for name in ("signature-input", "signature"):
        request = with_header(request, name, f"{header_of(crawler, name)}, {header_of(request, name)}")

    judge(request)


def test_signatures_in_several_lines_are_read_together() -> None:
    request, proxy = by_hand(), by_hand("@authority", parameters=f'created={CREATED};keyid="abc"', label="proxy")
    for name in ("signature-input", "signature"):
        request = with_more(request, name, header_of(proxy, name))

    judge(request)


# Forgery


def test_another_key_is_refused() -> None:
    with pytest.raises(KeyMismatch):
        judge(by_hand(key=generate_private_key(65537, 2048)))
    with pytest.raises(KeyMismatch):
        judge(by_hand(), ED25519.public_key())


@pytest.mark.parametrize(
    "change",
    [{"method": "PUT"}, {"target": "/other"}, {"target": "/inbox?a=b"}, {"scheme": "http"}],
    ids=lambda change: next(iter(change)),
)
def test_a_changed_request_is_refused(change: dict[str, str]) -> None:
    with pytest.raises(KeyMismatch):
        judge(replace(by_hand(), **change))  # type: ignore[arg-type]


def test_another_host_is_refused() -> None:
    refused(with_header(by_hand(), "host", "shymkent.example"), "does not match")
    refused(with_more(by_hand(), "host", "shymkent.example"), "more than once")


def test_a_changed_body_is_refused() -> None:
    changed = replace(by_hand(), body=b"{}")

    refused(changed, "not that of the body")
    refused(with_header(changed, "content-digest", sha_256(b"{}")), "does not match")


@pytest.mark.parametrize("algorithm", ["hmac-sha256", "rsa-pss-sha512", "ecdsa-p256-sha256", "rsa-sha256", "none", ""])
def test_other_algorithms_are_refused(algorithm: str) -> None:
    refused(by_hand(parameters=f'created={CREATED};{KEYID};alg="{algorithm}"'), "the algorithm is not")


def test_the_public_key_as_the_secret_of_an_hmac_is_refused() -> None:
    request = by_hand(parameters=f'created={CREATED};{KEYID};alg="hmac-sha256"')
    forged = hmac.digest(public_pem(PUBLIC).encode(), b"anything", "sha256")

    refused(with_header(request, "signature", f"sig1=:{b64encode(forged).decode()}:"), "algorithm")


def test_an_algorithm_that_does_not_fit_the_key_is_refused() -> None:
    refused(by_hand(parameters=f'created={CREATED};{KEYID};alg="ed25519"'), "does not fit")
    with pytest.raises(BadSignature, match="does not fit"):
        judge(by_hand(key=ED25519, parameters=f'created={CREATED};{KEYID};alg="rsa-v1_5-sha256"'), ED25519.public_key())


def test_a_sha1_signature_is_refused() -> None:
    refused(by_hand(hash_=SHA1()), "does not match")


@pytest.mark.parametrize("more", [";created=1790000000", ';keyid="https://evil.example/key"', ";expires=1990000000"])
def test_parameters_cannot_be_added(more: str) -> None:
    request = by_hand()

    refused(
        with_header(request, "signature-input", header_of(request, "signature-input") + more), "repeated|match|own|old"
    )


# Coverage


@pytest.mark.parametrize(
    ("names", "missing"),
    [
        ("@target-uri content-digest", "@method"),
        ("@method content-digest", "@target-uri"),
        ("@method @path content-digest", "@target-uri"),
        ("@method @authority content-digest", "@target-uri"),
        ("@method host @path content-digest", "@target-uri"),
        ("@method @target-uri", "content-digest"),
        ("content-type", "@method, @target-uri, content-digest"),
        ("", "@method, @target-uri, content-digest"),
    ],
)
def test_a_delivery_must_sign_its_method_target_and_content(names: str, missing: str) -> None:
    refused(by_hand(names), f"does not cover {missing}$")


def test_a_query_must_be_signed_where_there_is_one() -> None:
    refused(by_hand("@method @authority @path content-digest", target="/inbox?a=b"), "does not cover @target-uri")
    judge(by_hand("@method @authority @path @query content-digest", target="/inbox?a=b"))


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_fetch_need_not_sign_any_content(method: str) -> None:
    judge(by_hand("@method @target-uri", method=method, body=b""))
    refused(
        by_hand("@method @target-uri content-digest", method=method, headers=[("content-digest", sha_256(b"x"))]),
        "body",
    )


@pytest.mark.parametrize(
    "digest", ["", "md5=:AAAA:", "sha-256=AAAA", "sha-256", "sha-256=:AAAA:", "sha-256=:%:", "SHA-256=:AAAA:", "ж"]
)
def test_a_digest_that_is_not_that_of_the_content_is_refused(digest: str) -> None:
    refused(by_hand(headers=[("content-digest", digest)]), "Content-Digest")


def test_two_digests_must_both_be_right() -> None:
    refused(by_hand(headers=[("content-digest", f"{sha_256(BODY)}, {sha_512(b'{}')}")]), "not that of the body")


def test_a_signed_header_that_is_missing_is_named() -> None:
    refused(by_hand(f"{USUAL} date"), "header date is missing")


@pytest.mark.parametrize("name", ["@status", "@query-param", "@signature-params", "@x", "Host", "host;sf"])
def test_components_that_we_do_not_know_are_refused(name: str) -> None:
    request = by_hand()
    known = header_of(request, "signature-input")
    spelt = f'"{name}"' if ";" not in name else '"host";sf'

    refused(
        with_header(request, "signature-input", known.replace('"@method"', f'"@method" {spelt}')),
        "not one that we know",
    )


def test_a_component_is_signed_once() -> None:
    refused(by_hand(f"{USUAL} @method"), "cannot be read")
    refused(by_hand(f"{USUAL} " + " ".join(f"x{number}" for number in range(40))), "cannot be read")


# Time


@pytest.mark.parametrize("late", [-HOUR, 0, HOUR + 300_000])
def test_a_time_within_the_window_is_believed(late: int) -> None:
    judge(by_hand(), now_ms=NOW_MS + late)


@pytest.mark.parametrize(("late", "why"), [(-HOUR - 1000, "future"), (HOUR + 301_000, "too old")])
def test_a_time_outside_the_window_is_refused(late: int, why: str) -> None:
    refused(by_hand(), why, NOW_MS + late)


def test_expires_ends_a_signature_and_stretches_it_to_twelve_hours_at_most() -> None:
    short = by_hand(parameters=f"created={CREATED};expires={CREATED + 1};{KEYID}")
    long = by_hand(parameters=f"created={CREATED};expires={CREATED + 7 * 24 * 3600};{KEYID}")

    refused(short, "too old", NOW_MS + HOUR + 2000)
    judge(long, now_ms=NOW_MS + 12 * HOUR)
    refused(long, "too old", NOW_MS + 12 * HOUR + 1000)


def test_a_signature_without_its_time_is_refused() -> None:
    refused(by_hand(parameters=KEYID), "when it was created")


@pytest.mark.parametrize("value", ["-1", "1.5", "?1", '"1790000000"', "soon", "@1790000000"])
@pytest.mark.parametrize("name", ["created", "expires"])
def test_a_time_that_is_no_number_of_seconds_is_refused(name: str, value: str) -> None:
    other = f"created={CREATED};" if name == "expires" else ""
    refused(by_hand(parameters=f"{other}{name}={value};{KEYID}"), "not a number of seconds")


# Which signature


@pytest.mark.parametrize(
    "keyid", ["", ';keyid="abc"', ";keyid=7", ';keyid="did:key:z6Mk"', ';keyid="acct:a@b.example"']
)
def test_a_key_without_an_address_is_refused(keyid: str) -> None:
    refused(by_hand(parameters=f"created={CREATED}{keyid}"), "names a key by its address")


@pytest.mark.parametrize("name", ["signature-input", "signature"])
def test_a_signature_that_is_there_twice_is_refused(name: str) -> None:
    request = by_hand()

    refused(with_more(request, name, header_of(request, name)), "sig1 is repeated")


@pytest.mark.parametrize("name", ["signature-input", "signature"])
def test_half_a_signature_is_refused(name: str) -> None:
    request = by_hand()
    others = [header for header in request.headers if header[0] != name]

    refused(replace(request, headers=others), "address|cannot be read|not signed")


def test_a_signature_under_another_label_is_refused() -> None:
    request = by_hand()

    refused(with_header(request, "signature", header_of(request, "signature").replace("sig1", "sig2")), "address")


def both(request: SignedRequest, draft: SignedRequest) -> SignedRequest:
    """A request that is signed in both ways."""
    there = request.by_name().keys() - {"signature"}
    merged = replace(
        request, headers=[*request.headers, *(each for each in draft.headers if each[0].lower() not in there)]
    )
    assert sum(name.lower() == "signature" for name, _ in merged.headers) == 2
    return merged


def test_of_both_schemes_rfc_9421_is_judged_and_nothing_else() -> None:
    good, draft = by_hand(), delivery()
    bad = by_hand(key=generate_private_key(65537, 2048))

    assert isinstance(schemes.parse(both(good, draft).headers), rfc9421.SignatureParameters)
    judge(both(good, draft))
    refused(both(bad, draft), "does not match")


def test_a_signature_of_somebody_elses_beside_a_draft_says_nothing() -> None:
    crawler = by_hand("@authority", parameters=f'created={CREATED};keyid="abc";tag="web-bot-auth"')

    judge(both(crawler, delivery()))


# Whatever else comes


@pytest.mark.parametrize(
    "header",
    [
        "",
        "sig1",
        "sig1=",
        "sig1=()",
        "sig1=(a",
        'sig1=("@method"',
        "SIG=()",
        "sig1=:AAAA:",
        "ж=()",
        "sig1=(" + '"a" ' * 5000,
    ],
)
def test_a_header_that_cannot_be_read_is_refused(header: str) -> None:
    refused(with_header(by_hand(), "signature-input", header), "signature|component")


@pytest.mark.parametrize("value", ["sig1=AAAA", "sig1=:A:", "sig1=?1", 'sig1="x"', "sig1=()"])
def test_a_signature_that_is_not_bytes_is_refused(value: str) -> None:
    refused(with_header(by_hand(), "signature", value), "cannot be read|does not match")


@pytest.mark.parametrize("value", ["a\nb", "a\rb", "қостанай"])
def test_a_signed_header_with_line_breaks_or_other_letters_is_refused(value: str) -> None:
    refused(by_hand(f"{USUAL} content-type", headers=[("content-type", value)]), "line break|ASCII")


PIECES = st.lists(
    st.sampled_from(
        [
            "sig1=",
            '("@method"',
            '"@target-uri"',
            ")",
            ";created=1790000000",
            f";{KEYID}",
            ":AAAA:",
            ",",
            " ",
            "?1",
            "é",
            '"',
            "(",
        ]
    )
    | st.text(max_size=3)
).map("".join)
CHANGES: st.SearchStrategy[Callable[[str], str]] = st.tuples(st.integers(0, 400), st.text(max_size=2)).map(
    lambda change: lambda text: text[: change[0]] + change[1] + text[change[0] + 1 :]
)


@given(st.lists(st.tuples(st.sampled_from(["Signature-Input", "Signature"]), PIECES), max_size=4))
@example([("Signature-Input", f'sig1=("@method");created=1;{KEYID}'), ("Signature", "sig1=:\ud800:")])
def test_any_header_is_read_or_refused(headers: list[tuple[str, str]]) -> None:
    try:
        parameters = schemes.parse(headers)
    except BadSignature:
        return
    assert parameters.key_id


@given(st.sampled_from(["signature-input", "signature", "host", "content-digest"]), CHANGES)
def test_a_changed_header_is_believed_only_if_it_means_the_same(name: str, change: Callable[[str], str]) -> None:
    request = by_hand()
    changed = with_header(request, name, change(header_of(request, name)))
    try:
        judge(changed)
    except BadSignature:
        return
    assert _meaning(changed) == _meaning(request)


def _meaning(request: SignedRequest) -> object:
    parameters = rfc9421.parse(request.headers)
    assert parameters is not None
    return replace(parameters), header_of(request, "host").lower().removesuffix(":443")


NAMES = st.lists(st.sampled_from([*rfc9421.DERIVED, "host", "date", "content-digest", "x"]), unique=True).map(tuple)


@given(
    st.text(),
    st.text(),
    st.lists(st.tuples(st.sampled_from(["host", "date", "content-digest", "x"]), st.text())),
    NAMES,
)
def test_any_request_is_refused_without_the_key(
    method: str, target: str, headers: list[tuple[str, str]], names: tuple[str, ...]
) -> None:
    parameters = rfc9421.SignatureParameters(KEY.key_id, None, names, b"\0" * 256, CREATED, None, "()")

    with pytest.raises(BadSignature):
        rfc9421.verify(SignedRequest(method, target, headers), parameters, PUBLIC, NOW_MS)
