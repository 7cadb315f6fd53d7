"""Signatures: those of botocore, byte for byte, whatever the keys, the host, the time and the body."""

from __future__ import annotations

import random
import string
from datetime import UTC, datetime
from typing import Any
from unittest import mock

import pytest
from botocore import auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as BotocoreCredentials

from dynamo_document_builder.transports.http.configuration.credentials import Credentials
from dynamo_document_builder.transports.http.signing import CONTENT_TYPE, TARGET, Signer, signing_key

OPERATIONS = ["PutItem", "GetItem", "TransactWriteItems", "Query", "BatchGetItem"]
CASES = 3_000
KEY_LETTERS = string.ascii_letters + string.digits + "+/"


def botocores(
    host: str, region: str, operation: str, body: bytes, keys: Credentials, now: datetime, more: dict[str, str]
) -> str:
    """Return the Authorization header that botocore makes."""
    headers = {"Content-Type": CONTENT_TYPE, "X-Amz-Target": f"{TARGET}.{operation}", "Host": host, **more}
    request = AWSRequest("POST", f"https://{host}/", headers, body)
    signer: Any = auth.SigV4Auth(BotocoreCredentials(keys.access_key, keys.secret_key, keys.token), "dynamodb", region)
    with mock.patch.object(auth, "get_current_datetime", return_value=now.replace(tzinfo=None)):
        signer.add_auth(request)
    return str(request.headers["Authorization"])


def some_text(chance: random.Random, letters: str, *lengths: int) -> str:
    return "".join(chance.choices(letters, k=chance.choice(lengths)))


def test_thousands_of_signatures_are_botocores() -> None:
    chance = random.Random(20260102)
    signers: dict[tuple[str, str], Signer] = {}
    for _ in range(CASES):
        host = chance.choice(["dynamodb.eu-north-1.amazonaws.com", "localhost:8000", "[::1]:8000", "x.example"])
        region = chance.choice(["eu-north-1", "us-east-1", "cn-north-1"])
        token = chance.choice([None, some_text(chance, KEY_LETTERS, 1, 300, 900)])
        keys = Credentials(
            some_text(chance, string.ascii_uppercase, 16, 20), some_text(chance, KEY_LETTERS, 1, 40), token
        )
        now = datetime.fromtimestamp(chance.randrange(1_500_000_000, 2_500_000_000), UTC)
        operation, body = chance.choice(OPERATIONS), chance.randbytes(chance.choice([0, 2, 100, 5000]))
        signer = signers.setdefault((host, region), Signer(host, region))  # with what it keeps from case to case
        more = chance.choice([{}, {}, {"X-Amz-Own": some_text(chance, " ab", 1, 9), "x-amz-account": "1"}])
        signature = signer.sign(operation, body, keys, now.timestamp(), {**more, "X-Own": "not signed"})
        assert signature.stamp == now.strftime("%Y%m%dT%H%M%SZ")
        assert signature.authorization == botocores(host, region, operation, body, keys, now, more)


@pytest.mark.parametrize(
    ("day", "derived"),
    [
        ("20120215", "f4780e2d9f65fa895f9c67b32ce1baf0b0d8a43505a000a1a9e090d414db404d"),
        ("20150830", "c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9"),
    ],
)
def test_keys_are_those_of_amazons_examples(day: str, derived: str) -> None:
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
    assert signing_key("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", day, "us-east-1", "iam").hex() == derived


def test_what_is_kept_is_not_taken_for_another_day_region_or_secret() -> None:
    keys = {
        Signer("h", region).sign("GetItem", b"", Credentials("a", secret), now).authorization
        for region in ("us-east-1", "us-east-2")
        for secret in ("s", "t")
        for now in (0.0, 86_400.0)
    }
    assert len(keys) == 8


@pytest.mark.parametrize("token", [None, "t"])
def test_a_token_is_signed_where_there_is_one(token: str | None) -> None:
    signature = Signer("h", "us-east-1").sign("GetItem", b"{}", Credentials("a", "s", token), 0.0)
    assert ("x-amz-security-token" in signature.authorization) == (token is not None)
    assert signature.stamp == "19700101T000000Z"


def test_credentials_show_no_secret() -> None:
    assert repr(Credentials("AKIA", "secret", "token")) == "Credentials(access_key='AKIA')"


def test_renewed_keys_sign_at_once_within_the_same_second() -> None:
    signer, fresh = Signer("h", "eu-north-1"), Signer("h", "eu-north-1")
    old, new = Credentials("OLD", "old secret", "old"), Credentials("NEW", "new secret", "new")
    signer.sign("GetItem", b"{}", old, 0.0)
    renewed = signer.sign("GetItem", b"{}", new, 0.0)
    assert renewed == fresh.sign("GetItem", b"{}", new, 0.0)
    assert "Credential=NEW/" in renewed.authorization


def test_what_is_begun_in_a_second_is_not_used_in_the_next() -> None:
    signer, keys = Signer("h", "eu-north-1"), Credentials("AKIA", "secret")
    for now in (0.0, 0.9, 1.0):
        for operation in ("GetItem", "PutItem"):
            for more in (None, {"X-Amz-Own": "1"}, {"X-Amz-Own": "2"}):
                fresh = Signer("h", "eu-north-1").sign(operation, b"{}", keys, now, more)
                assert signer.sign(operation, b"{}", keys, now, more) == fresh
