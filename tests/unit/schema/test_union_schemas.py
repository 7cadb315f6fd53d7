"""Schemas that are unions: an item is stored as its own class has it, and told by a tag; a name means one thing."""

import json
import pickle
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal, NewType, TypedDict, Union

import attrs
import pytest
from attrs import Factory, define, field, frozen
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Raw
from typing_extensions import TypeAliasType

from dynamo_document_builder.errors import DefinitionError
from dynamo_document_builder.schema.failures import MisfitError
from dynamo_document_builder.schema.fields.field_codec import FieldCodec
from dynamo_document_builder.schema.fields.metadata import stored
from dynamo_document_builder.schema.items.registry import Codec, codec_of
from dynamo_document_builder.schema.kinds.scalars import StrKind


@frozen
class Address:
    city: str
    zip: str = ""


@frozen
class Site:
    city: str
    zip: int = 0
    floor: int = 0


@frozen
class Card:
    payment_id: str
    number: str
    kind: Literal["card"] = "card"
    amount: Decimal = Decimal(0)
    note: str | None = None
    place: Address | None = None
    tags: frozenset[str] = frozenset()


@frozen
class Transfer:
    payment_id: str
    iban: str = field(metadata=stored(alias='"IBAN"'))
    kind: Literal["sepa", "swift"] = "sepa"
    amount: int = 0
    note: str = ""
    place: Site | None = None


@frozen
class Voucher:
    kind: Literal["voucher"] = field(default="voucher", init=False)
    payment_id: str
    lines: "list[Card | Transfer]" = Factory(list)


UNION: Any = Union
"""Written with brackets: people write both, and of classes made at run time there is no other way."""


def codec(schema: Any) -> Codec[Any]:
    return codec_of(schema)


PAYMENT = codec(Card | Transfer)
ITEMS = [
    Card("1", "4000", amount=Decimal("1.50"), place=Address("Oslo", "0150"), tags=frozenset({"a"})),
    Card("2", "4000", note="é"),
    Transfer("3", "DE1"),
    Transfer("4", "DE2", "swift", 5, "n", Site("Rome", 185)),
]


def written(item: object, schema: Any = Card | Transfer) -> dict[str, Any]:
    members: dict[str, Any] = json.loads(f"{{{codec(schema).encode(item)}}}")
    return members


def read(members: object, schema: Any = Card | Transfer) -> Any:
    return codec(schema).decode(json.dumps(members).encode())


def unread(members: object, schema: Any = Card | Transfer) -> list[str]:
    with pytest.raises(MisfitError) as caught:
        read(members, schema)
    assert pickle.loads(pickle.dumps(caught.value)).failures == caught.value.failures  # noqa: S301  our own
    return [str(failure) for failure in caught.value.failures]


def refused(call: Any, *arguments: object) -> list[str]:
    with pytest.raises(MisfitError) as caught:
        call(*arguments)
    return [str(failure) for failure in caught.value.failures]


@pytest.mark.parametrize("item", ITEMS, ids=repr)
def test_an_item_is_written_as_by_the_codec_of_its_class_and_read_back(item: object) -> None:
    own: Codec[Any] = codec_of(type(item))
    assert PAYMENT.encode(item) == own.encode(item)
    assert PAYMENT.encode_trusted(item) == own.encode_trusted(item)
    raw = f"{{{PAYMENT.encode(item)}}}".encode()
    for back in (PAYMENT.decode(raw), PAYMENT.decode(Raw(raw)), PAYMENT.decode_trusted(raw)):
        assert (type(back), back) == (type(item), item)


def test_spaces_order_escapes_and_unknown_attributes_do_not_matter() -> None:
    raw = b'{ "number" : {"S":"4"}, "x": {"L":[]}, "\\u006bind": { "S" : "c\\u0061rd" }, "payment_id": {"S":"1"},'
    assert PAYMENT.decode(raw + b'"amount":{"N":"1"}}') == Card("1", "4", amount=Decimal(1))


PaymentAlias = TypeAliasType("PaymentAlias", Card | Transfer)
PaymentType = NewType("PaymentType", Card)


@pytest.mark.parametrize(
    "schema",
    [
        UNION[Card, Transfer],
        PaymentAlias,
        Annotated[Card | Transfer, "payments"],
        UNION[PaymentAlias, Transfer],
        UNION[PaymentType, Annotated[Transfer, "by a bank"]],
    ],
)
def test_every_way_to_write_a_union_has_its_codec(schema: Any) -> None:
    assert codec(schema) is PAYMENT


def test_a_union_is_called_by_its_classes_in_their_order_whoever_asks_first() -> None:
    assert PAYMENT.name == PAYMENT.kind.expected == "Card | Transfer"
    assert codec(Transfer | Card).name == "Transfer | Card"
    assert (PAYMENT.discriminator, PAYMENT.discriminator_values) == ("kind", ("card", "sepa", "swift"))
    assert [member.schema for member in PAYMENT.members] == [Card, Transfer]
    assert codec(Card).members == (codec_of(Card),)
    assert (codec(Card).discriminator, codec(Card).discriminator_values) == (None, ())


def test_a_union_of_three_and_of_unions_is_one_union() -> None:
    schema = UNION[PaymentAlias, Voucher]
    assert codec(schema).name == "Card | Transfer | Voucher"
    for item in (*ITEMS, Voucher("5", [ITEMS[0], ITEMS[2]])):  # type: ignore[list-item]
        assert read(written(item, schema), schema) == item
        assert isinstance(item, codec(schema).schema)
    assert not isinstance(Address("x"), codec(schema).schema)


def test_a_union_of_one_class_under_two_names_is_that_class() -> None:
    assert codec(UNION[Card, PaymentType]) is codec_of(Card)


class Gift(TypedDict):
    kind: Literal["gift"]


@frozen
class Untagged:
    payment_id: str


@frozen
class Copy:
    kind: Literal["card", "copy"] = "card"


@frozen
class ByNull:
    kind: Literal["null", None] = None  # noqa: PYI061  people write both


@frozen
class Coded:
    kind: Literal["coded"] = field(
        default="coded", metadata=stored(codec=FieldCodec(stored_as=int, encode=len, decode=str))
    )


@pytest.mark.parametrize(
    ("schema", "said"),
    [
        (Card | None, r"an item cannot be None: remove None from the schema Card \| None"),
        (UNION[Card, Transfer, None], "an item cannot be None"),
        (UNION[PaymentAlias, TypeAliasType("Maybe", Voucher | None)], "an item cannot be None"),
        (
            Card | int,
            r"int in Card \| int is not a schema: use .* or a TypedDict, or a union of classes",
        ),
        (Card | list[Transfer], r"list\[.*Transfer\] in Card \| .* is not a schema"),
        (UNION[Card, Gift], "Gift in .* is a TypedDict.* define an entity for each"),
        (UNION[Card, "Transfer"], r"ForwardRef\('Transfer'\) in .* is not a schema"),
        (int | str, "int in int | str is not a schema"),
        (
            "Card | Transfer",
            "pydantic or msgspec, or a TypedDict, or a union of classes, not str",
        ),
        (
            int,
            "int is not a schema: use .* or a TypedDict, or a union of classes",
        ),
        (Card | Untagged, r"Card, Untagged cannot be told apart .* give each a field of one name with its own Literal"),
        (Card | Copy, "Card, Copy cannot be told apart"),
        (Card | ByNull, "Card, ByNull cannot be told apart"),
        (Card | Coded, "Card, Coded cannot be told apart"),
        (Card | attrs.make_class("Odd", {"value": field(type=complex)}), "schema 'Odd', field 'value': complex"),
    ],
)
def test_what_is_no_union_of_schemas_is_refused_where_it_is_defined(schema: Any, said: str) -> None:
    with pytest.raises(DefinitionError, match=said):
        codec(schema)


def with_field(tag: str, name: str, annotation: Any, **options: Any) -> Any:
    """Make a schema with a tag and one more field."""
    kind = field(type=Literal[tag], default=tag, kw_only=True)
    return attrs.make_class(tag.title(), {"kind": kind, name: field(type=annotation, **options)}, frozen=True)


def united(*fields: tuple[Any, dict[str, Any]]) -> Codec[Any]:
    """Make the codec of schemas that have one field, `value`, in different ways."""
    schemas = [with_field(f"t{i}", "value", annotation, **given) for i, (annotation, given) in enumerate(fields)]
    return codec(UNION[tuple(schemas)])


def test_a_field_that_is_stored_under_two_names_is_refused() -> None:
    with pytest.raises(
        DefinitionError, match=r"schema 'T0 \| T1': field 'value' is stored as 'value' in T0 and as 'v'"
    ):
        united((str, {}), (str, {"metadata": stored(alias="v")}))


def test_two_fields_that_are_stored_under_one_name_are_refused() -> None:
    one, other = with_field("one", "a", str), with_field("two", "b", str, metadata=stored(alias="a"))
    with pytest.raises(DefinitionError, match=r"schema 'One \| Two': fields 'a' and 'b' are both stored as 'a'"):
        codec(one | other)


def test_a_field_that_the_library_keeps_in_some_classes_only_is_refused_and_so_are_two_with_one_role() -> None:
    version = {"metadata": stored(version=True)}
    with pytest.raises(DefinitionError, match="field 'value' is version=True in T0 and a field without a role in T1"):
        united((int, version), (int, {}))
    one, other = with_field("one", "a", int, **version), with_field("two", "b", int, **version)
    with pytest.raises(DefinitionError, match=r"schema 'One \| Two': fields 'a' and 'b' are both version=True"):
        codec(one | other)
    assert united((int, version), (int, version)).fields["value"].role == "version"


def test_an_item_of_no_class_is_refused_by_the_unions_name() -> None:
    for item in (Voucher("1"), None, "card", Address("x")):
        said = [f"expected Card | Transfer, found {'None' if item is None else type(item).__name__}"]
        assert refused(PAYMENT.encode, item) == refused(PAYMENT.encode_trusted, item) == said


def test_what_does_not_fit_is_said_by_the_class_itself() -> None:
    assert refused(PAYMENT.encode, Card(1, "4", kind="cash")) == [  # type: ignore[arg-type]
        "payment_id: expected str, found int",
        "kind: expected Literal['card'], found str",
    ]
    assert unread({"kind": {"S": "swift"}, "payment_id": {"S": "1"}}) == ["iban: expected str, found nothing stored"]


def test_an_item_of_a_subclass_is_written_as_of_the_nearest_class_unless_a_field_would_be_lost() -> None:
    @define
    class Plain:
        a: str
        kind: Literal["plain"] = "plain"

    @define
    class Rich(Plain):
        b: str = ""
        kind: Literal["rich"] = "rich"  # type: ignore[assignment]

    class Same(Rich):
        pass

    @define
    class More(Rich):
        c: str = ""

    schema = Plain | Rich
    assert written(Same("a"), schema) == written(Rich("a"), schema)
    assert type(read(written(Same("a"), schema), schema)) is Rich
    assert refused(codec(schema).encode, More("a")) == [
        "expected Rich, found More, which has more fields",
    ]


@pytest.mark.parametrize(
    "tag", [{}, {"kind": {"S": "SECRET"}}, {"kind": {"N": "1"}}, {"kind": {"L": []}}, {"kind": "card"}, {"kind": None}]
)
def test_an_unknown_tag_or_none_names_the_field_and_the_known_ones_and_no_value(tag: dict[str, Any]) -> None:
    members = {**written(ITEMS[0]), **tag} if tag else {}
    assert unread(members) == ["kind: expected one of 'card', 'sepa', 'swift', found another tag, or none"]


@pytest.mark.parametrize("raw", [b"", b"[]", b"null", b'{"kind":{"S":"card"}', b'{"kind":' * 5000, b"\xff"])
def test_what_is_no_item_is_named_as_that(raw: bytes) -> None:
    assert refused(PAYMENT.decode, raw) == refused(PAYMENT.decode_trusted, raw)
    assert refused(PAYMENT.decode, raw) == ["expected Card | Transfer, found JSON that is not DynamoDB JSON"]


def test_a_tag_may_have_an_alias_and_be_stored_as_another_type_in_each_class() -> None:
    def tagged(name: str, of: Any) -> Any:
        kind = field(type=Literal[of], default=of, metadata=stored(alias='"k'))
        return attrs.make_class(name, {"kind": kind}, frozen=True)

    classes = [tagged("Number", 1), tagged("Text", "1"), tagged("Truth", True)]
    schema = UNION[tuple(classes)]
    assert list(map(repr, codec(schema).discriminator_values)) == ["1", "'1'", "True"]
    for cls in classes:
        assert type(read(written(cls(), schema), schema)) is cls
        assert codec(schema).codec_for({"kind": cls().kind}) is codec_of(cls)
    assert unread({"kind": {"S": "1"}}, schema) == ["kind: expected one of '1', '1', True, found another tag, or none"]


def test_every_validator_runs_but_for_trusted_items() -> None:
    one = with_field("one", "a", int, validator=attrs.validators.gt(1))
    schema = one | Transfer
    with attrs.validators.disabled():
        low = one(a=0)
    said = "a: expected a value its validator takes, found one it refuses with ValueError"
    assert refused(codec(schema).encode, low) == [said]
    raw = f"{{{codec(schema).encode_trusted(low)}}}".encode()
    assert codec(schema).decode_trusted(raw) == low
    assert refused(codec(schema).decode, raw) == [said]


def test_the_fields_are_those_of_all_classes_in_order() -> None:
    assert list(PAYMENT.fields) == [
        *("payment_id", "number", "kind", "amount", "note", "place", "tags", "iban"),
    ]
    assert PAYMENT.kind.member_names() == tuple(PAYMENT.fields)
    assert PAYMENT.kind.member("iban") is PAYMENT.fields["iban"]
    assert PAYMENT.fields["iban"].attribute == '"IBAN"'
    assert PAYMENT.kind.member("nope") is None


def test_a_field_that_a_class_lacks_may_be_absent_and_says_which_class_it_is() -> None:
    number, iban, note = (PAYMENT.fields[name] for name in ("number", "iban", "note"))
    assert (number.missing_in, number.may_be_absent, number.optional) == (("Transfer",), True, False)
    assert (iban.missing_in, iban.may_be_absent) == (("Card",), True)
    assert (note.missing_in, note.optional) == ((), True)
    assert not PAYMENT.fields["payment_id"].may_be_absent


def test_every_item_needs_its_tag_whatever_the_defaults() -> None:
    assert codec_of(Card).fields["kind"].may_be_absent
    assert not PAYMENT.fields["kind"].may_be_absent


def test_a_field_that_all_declare_alike_keeps_its_kind() -> None:
    assert PAYMENT.fields["payment_id"].kind is codec_of(Card).fields["payment_id"].kind
    for annotation, other in ((str, str | None), (list[str], list[str]), (Address, Annotated[Address, 1] | None)):
        assert (
            united((annotation, {}), (other, {})).fields["value"].kind.expected
            == codec_of(with_field("t", "value", annotation)).fields["value"].kind.expected
        )
    assert isinstance(united((str, {}), (str, {}), (str, {})).fields["value"].kind, StrKind)


def test_a_field_that_is_declared_differently_takes_what_any_class_takes() -> None:
    kind = united((str, {}), (int, {}), (str, {})).fields["value"].kind
    assert kind.expected == "str | int"
    assert kind.wire_types == {"S", "N"}
    assert (kind.encode("a"), kind.encode(1)) == ('{"S":"a"}', '{"N":"1"}')
    assert (kind.decode_wire({"S": "a"}), kind.decode_wire({"N": "1"})) == ("a", 1)
    assert refused(kind.encode, None) == ["expected str | int, found None"]
    assert refused(kind.encode, "\ud800") == [
        "expected str | int, found str with a lone surrogate, which UTF-8 cannot encode"
    ]
    assert refused(kind.decode_wire, {"L": []}) == ["expected str | int, found stored L"]
    assert refused(kind.decode_wire, {"N": "x"}) == ["expected str | int, found stored N that is not one"]


def test_the_tag_takes_the_tag_of_every_class() -> None:
    assert PAYMENT.encode_field("kind", "swift") == '{"S":"swift"}'
    assert PAYMENT.fields["kind"].kind.wire_types == {"S"}
    assert refused(PAYMENT.encode_field, "kind", "cash") == [
        "kind: expected Literal['card'] | Literal['sepa', 'swift'], found str"
    ]


def test_what_stands_inside_says_where_it_does_not_fit() -> None:
    assert refused(PAYMENT.encode_field, "place", Site("x", "y")) == ["place.zip: expected int, found str"]  # type: ignore[arg-type]
    kind = PAYMENT.fields["place"].kind
    assert refused(kind.decode_wire, {"M": {}})[0] == "city: expected str, found nothing stored"


def test_anything_in_one_class_is_anything_in_the_union() -> None:
    kind = united((Any, {}), (int, {})).fields["value"].kind
    assert kind.wire_types == frozenset()
    assert kind.encode([1]) == '{"L":[{"N":"1"}]}'


def test_numbers_of_different_types_are_one_number() -> None:
    kind = PAYMENT.fields["amount"].kind
    assert kind.is_number
    assert kind.encode(1) == kind.encode(Decimal("1.0")) == '{"N":"1"}'
    assert kind.decode_wire({"N": "1"}) == 1


def test_a_value_that_two_classes_would_store_differently_is_refused() -> None:
    codec = united((datetime, {}), (datetime, {"metadata": stored(epoch=True)}))
    assert codec.fields["value"].kind.wire_types == {"S", "N"}
    assert refused(codec.encode_field, "value", datetime.now(UTC)) == [
        "value: expected datetime with a timezone, found datetime, which the schemas would store differently"
    ]


def test_paths_go_on_into_what_different_classes_keep_under_one_name() -> None:
    place = PAYMENT.fields["place"].kind
    assert place.is_map
    assert place.member_names() == ("city", "zip", "floor")
    found = {name: place.member(name) for name in ("city", "zip", "floor", "nope")}
    assert [info and info.kind.expected for info in found.values()] == ["str", "str | int", "int", None]
    assert found["floor"] is not None
    assert found["floor"].missing_in == ("Address",)


def test_elements_are_of_any_of_the_kinds() -> None:
    kind = united((list[str], {}), (tuple[int, ...], {})).fields["value"].kind
    element = kind.element()
    assert kind.is_list
    assert element is not None
    assert element.expected == "str | int"
    assert united((set[str], {}), (frozenset[str], {})).fields["value"].kind.is_set
    assert united((str, {}), (int, {})).fields["value"].kind.element() is None


def test_what_is_stored_under_two_names_inside_is_no_path() -> None:
    one = attrs.make_class("One", {"a": field(type=str)})
    other = attrs.make_class("Two", {"a": field(type=str, metadata=stored(alias="b"))})
    kind = united((one, {}), (other, {})).fields["value"].kind
    assert (kind.member("a"), kind.member_names()) == (None, ())


def test_some_fields_tell_the_class_if_the_tag_is_among_them() -> None:
    assert PAYMENT.codec_for({"kind": "card"}) is codec_of(Card)
    assert PAYMENT.codec_for({"kind": "swift", "number": "4"}) is codec_of(Transfer)
    for values in ({}, {"number": "4"}, {"kind": "cash"}, {"kind": []}, {"kind": None}):
        assert PAYMENT.codec_for(values) is PAYMENT
    assert codec_of(Card).codec_for({"kind": "sepa"}) is codec_of(Card)


texts = st.text().filter(lambda text: text.isascii() or not any("\ud800" <= char <= "\udfff" for char in text))
places = st.none() | st.builds(Address, texts, texts)
cards = st.builds(Card, texts, texts, note=st.none() | texts, place=places, tags=st.frozensets(texts.filter(len)))
transfers = st.builds(Transfer, texts, texts, st.sampled_from(["sepa", "swift"]), st.integers(-(10**30), 10**30), texts)
vouchers = st.builds(Voucher, texts, st.lists(cards | transfers))


@given(cards | transfers | vouchers, st.randoms())
def test_any_item_is_read_back_as_it_was_written(item: object, random: Any) -> None:
    members = list(written(item, Card | Transfer | Voucher).items())
    random.shuffle(members)
    back = read(dict(members), Card | Transfer | Voucher)
    assert (type(back), back) == (type(item), item)
    for name, value in attrs.asdict(item, recurse=False).items():  # type: ignore[arg-type]
        info = codec(Card | Transfer | Voucher).fields[name]
        if value is not None and value != frozenset():
            assert json.loads(info.kind.encode(value)) == dict(members)[info.attribute]
