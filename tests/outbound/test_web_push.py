"""How messages to programs are encrypted, against the example of the RFC and a library of others."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey, derive_private_key

from fedi.errors import Invalid
from fedi.outbound import web_push
from tests.push_service import Program, Sealed, decode, decrypted, encode


def key(private: str) -> EllipticCurvePrivateKey:
    return derive_private_key(int.from_bytes(decode(private), "big"), SECP256R1())


def test_the_example_of_the_standard_comes_out_byte_for_byte() -> None:
    """RFC 8291, section 5 and appendix A."""
    to = web_push.receiver(
        "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
        "BTBZMqHH6r4Tts7J_aSIgg",
    )
    once, salt = key("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"), decode("DGv6ra1nlYgDCS1FRnbzlw")

    sent = web_push.aes128gcm(b"When I grow up, I want to be a watermelon", to, once, salt)

    assert encode(sent.body) == (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_"
        "yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )
    assert sent.headers == {"Content-Encoding": "aes128gcm"}


@pytest.mark.parametrize(
    "message", ["Сәлем, Айгүл", "", "x" * 1025, "x" * web_push.MOST_BYTES], ids=["short", "empty", "long", "longest"]
)
def test_a_library_of_others_reads_both_encodings(message: str) -> None:
    program = Program("https://push.test/x")
    to = web_push.receiver(*(program.subscription()["keys"][name] for name in ("p256dh", "auth")))
    new = web_push.encrypt(message.encode(), to, standard=True)
    old = web_push.encrypt(message.encode(), to, standard=False)
    salt, dh = old.headers["Encryption"].removeprefix("salt="), old.sender_key.removeprefix("dh=")
    keys = (program.private, program.auth)

    opened = decrypted([Sealed(new.body, *keys), Sealed(old.body, *keys, decode(salt), decode(dh))])

    assert opened == [message] * 2
    assert max(len(new.body), len(old.body)) <= 4096


def test_the_length_of_a_message_tells_hardly_anything() -> None:
    """RFC 8291, section 2.3: a push service must not tell a like from an answer."""
    program = Program("https://push.test/x")
    to = web_push.receiver(*(program.subscription()["keys"][name] for name in ("p256dh", "auth")))

    for standard in (True, False):
        bodies = [web_push.encrypt(b"x" * length, to, standard=standard).body for length in range(0, 3901, 50)]
        assert len({len(body) for body in bodies}) == 3
        assert len({len(body) for body in bodies[: 1024 // 50]}) == 1
        assert len(bodies[-1]) <= 4096
    assert [web_push.padding(length) for length in (0, 1024, 1025, web_push.MOST_BYTES)] == [1024, 0, 1023, 0]


def test_no_message_is_encrypted_like_another() -> None:
    program = Program("https://push.test/x")
    to = web_push.receiver(*(program.subscription()["keys"][name] for name in ("p256dh", "auth")))

    bodies = {web_push.encrypt(b"x", to, standard=standard).body for standard in (True, False) for _ in range(3)}

    assert len(bodies) == 6


def test_keys_of_another_curve_or_length_are_none() -> None:
    good = Program("https://push.test/x").subscription()["keys"]
    outside = bytearray(decode(good["p256dh"]))
    outside[-1] ^= 1

    for p256dh, auth in ((encode(bytes(outside)), good["auth"]), (good["p256dh"], "AAAA"), ("", good["auth"])):
        with pytest.raises(Invalid):
            web_push.receiver(p256dh, auth)
