"""What a key builder sees of items that may be of several classes: the tag tells which, or is asked for."""

from __future__ import annotations

from typing import Any, Literal

import pytest
from attrs import frozen

from dynamo_document_builder import key
from dynamo_document_builder.model.keys.views import (
    UNKNOWN,
    MissingFieldError,
    UnknownFieldError,
    View,
    view_of,
)
from dynamo_document_builder.schema.codec import Codec, codec_of


@frozen
class Payment:
    payment_id: str

    @property
    def partition(self) -> str:
        return key("PAYMENT", self.payment_id)

    def prefixed(self, prefix: str) -> str:
        return f"{prefix}{self.payment_id}"


@frozen
class Card(Payment):
    number: str
    kind: Literal["card"] = "card"
    currency: str = "EUR"

    SCHEME = "C"

    @property
    def source(self) -> str:
        return key("CARD", self.number)

    @property
    def last_digits(self) -> str:
        return self.number[-4:]


@frozen
class Transfer(Payment):
    iban: str
    kind: Literal["sepa", "swift"] = "sepa"
    amount: int = 0

    SCHEME = "T"

    @property
    def source(self) -> str:
        return key("IBAN", self.iban)


PAYMENT: Codec[Any] = codec_of(Card | Transfer)


def view(**values: Any) -> Any:
    return view_of(PAYMENT, values, set())


def missing(build: Any, **values: Any) -> str:
    with pytest.raises(MissingFieldError) as caught:
        build(view(**values))
    return caught.value.field


def by_class(item: Any) -> str:
    return item.number if isinstance(item, Card) else item.iban


def by_match(item: Any) -> str:
    match item:
        case Card(number=number):
            return number
        case Transfer(iban=iban):
            return iban
        case _:
            return ""


def test_fields_of_any_class_can_be_read_without_the_tag() -> None:
    assert (view(number="4").number, view(iban="DE").iban, view(payment_id="1").payment_id) == ("4", "DE", "1")
    assert missing(lambda item: item.iban, number="4") == "iban"


def test_what_all_classes_inherit_can_be_read_without_the_tag() -> None:
    assert view(payment_id="1").partition == "PAYMENT#1"
    assert view(payment_id="1").prefixed("P") == "P1"
    with pytest.raises(AttributeError, match="no attribute 'nope'"):
        view(payment_id="1").nope  # noqa: B018


def test_what_each_class_has_of_its_own_needs_the_tag() -> None:
    for build in (lambda item: item.source, lambda item: item.last_digits, lambda item: item.SCHEME):
        assert missing(build, number="4", iban="DE") == "kind"
    assert view(kind="card", number="4").source == "CARD#4"
    assert view(kind="swift", iban="DE").source == "IBAN#DE"
    assert (view(kind="card").SCHEME, view(kind="sepa").SCHEME) == ("C", "T")
    assert view(kind="card", number="12345").last_digits == "2345"
    assert missing(lambda item: item.source, kind="card", iban="DE") == "number"


@pytest.mark.parametrize("build", [by_class, by_match])
def test_a_builder_that_asks_for_the_class_needs_the_tag(build: Any) -> None:
    assert missing(build, number="4", iban="DE") == "kind"
    assert build(view(kind="card", number="4")) == "4"
    assert build(view(kind="sepa", iban="DE")) == "DE"
    assert missing(build, kind="sepa", number="4") == "iban"


def test_a_view_with_a_tag_has_the_fields_of_its_class_only() -> None:
    item = view(kind="sepa", number="4", iban="DE")
    assert isinstance(item, Transfer)
    assert isinstance(item, View)
    assert getattr(item, "number", None) is None
    assert (item.__class__, type(item).__name__) == (Transfer, "Transfer")


def test_a_tag_that_only_dynamodb_will_know_or_that_tells_nothing_is_missing() -> None:
    with pytest.raises(UnknownFieldError):
        by_class(view(kind=UNKNOWN))
    assert missing(by_class, kind="cash") == "kind"
    assert missing(by_class, kind=[]) == "kind"
    assert view(kind="cash").kind == "cash"


def number_of(item: Any) -> str:
    return str(item.number)


def iban_of(item: Any) -> str:
    return str(item.iban)
