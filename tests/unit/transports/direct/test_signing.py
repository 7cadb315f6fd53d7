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

from dynamo_document_builder.transports.direct.credentials import Credentials
from dynamo_document_builder.transports.direct.signing import CONTENT_TYPE, TARGET, Signer

OPERATIONS = ["PutItem", "GetItem", "TransactWriteItems", "Query", "BatchGetItem"]
CASES = 3_000
KEY_LETTERS = string.ascii_letters + string.digits + "+/"


def botocores(host: str, region: str, operation: str, body: bytes, keys: Credentials, now: datetime) -> str:
    """Return the Authorization header that botocore makes."""
    headers = {"Content-Type": CONTENT_TYPE, "X-Amz-Target": f"{TARGET}.{operation}", "Host": host}
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
        signature = signer.sign(operation, body, keys, now.timestamp())
        assert signature.stamp == now.strftime("%Y%m%dT%H%M%SZ")
        assert signature.authorization == botocores(host, region, operation, body, keys, now)


def test_the_key_of_a_day_is_that_of_amazons_example() -> None:
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-signing-examples.html: the derivation is a chain
    # of HMACs over day, region and service. Two days, two regions and two secrets have different keys.
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
