"""Queries of an entity among neighbours, on every engine: exactly the items that are meant come."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Any

from attrs import evolve, frozen
from hypothesis import given
from hypothesis import strategies as st

from dynamo_document_builder import (
    BatchWrite,
    Entity,
    Query,
    Table,
    UsageError,
    begins_with,
    between,
    greater_than,
    greater_than_or_equal,
    less_than,
    less_than_or_equal,
)
from tests.effort import examples

if TYPE_CHECKING:
    from tests.conftest import NewTable

WORDS = ("a", "al", "al b", "al!", "alb", "al\u00e9", "b", "Z", "\ufb00", "\U0001f600", "0")
SORT_KEYS = {
    "Named": "N#{one}",
    "Paired": "P#{one}#{other}",
    "Numbered": "P#{one}${number:02d}",
    "Spaced": "S.{one} {number:02d}~{other}",
    "Ended": "E|{number:02d}|{one}!",
    "Free": "F#{one}#{other:rest}",
}
"""Some begin alike, and a literal sorts before or after what may stand in the field before it."""
OPERATORS: dict[str, Any] = {
    "<": (less_than, lambda stored, asked: stored < asked),
    "<=": (less_than_or_equal, lambda stored, asked: stored <= asked),
    ">": (greater_than, lambda stored, asked: stored > asked),
    ">=": (greater_than_or_equal, lambda stored, asked: stored >= asked),
}


@frozen
class Line:
    page: str
    one: str
    other: str
    number: int


def entities_in(table: Table) -> dict[str, Entity[Line]]:
    return {
        name: Entity(Line, table, partition_key="PAGE#{page}", sort_key=template, name=name)
        for name, template in SORT_KEYS.items()
    }


def stock(entity: Entity[Line], seed: int) -> dict[str, Line]:
    """Return some of an entity's items by their sort keys."""
    chance, found = Random(seed), dict[str, Line]()
    for _ in range(40):
        line = Line("p", chance.choice(WORDS), chance.choice(WORDS), chance.choice((0, 2, 10)))
        try:
            found[entity.key_of(line)["SK"]] = line
        except UsageError:  # its text contains a separator
            continue
    return found


def place(value: Any) -> Any:
    return value.encode() if isinstance(value, str) else value


@frozen
class Asked:
    """A question about one field of a sort key, those before it being given."""

    name: str
    before: dict[str, Any]
    field: str
    operator: str
    low: Any
    high: Any

    @property
    def condition(self) -> Any:
        low, high = ({**self.before, self.field: end} for end in (self.low, self.high))
        if self.operator == "between":
            return between(low, high)
        return begins_with(low) if self.operator == "begins" else OPERATORS[self.operator][0](low)

    def means(self, line: Line) -> bool:
        if any(getattr(line, name) != value for name, value in self.before.items()):
            return False
        stored = place(getattr(line, self.field))
        if self.operator == "between":
            return bool(place(self.low) <= stored <= place(self.high))
        if self.operator == "begins":
            return bool(stored.startswith(place(self.low)) if isinstance(self.low, str) else stored == self.low)
        return bool(OPERATORS[self.operator][1](stored, place(self.low)))


@st.composite
def questions(draw: st.DrawFn, stocks: dict[str, list[Line]]) -> Asked:
    name = draw(st.sampled_from(sorted(SORT_KEYS)))
    fields = [text.split(":")[0].split("}")[0] for text in SORT_KEYS[name].split("{")[1:]]
    *before, last = fields[: draw(st.integers(1, len(fields)))]
    chosen, low, high = (draw(st.sampled_from(stocks[name])) for _ in range(3))
    ends = sorted((getattr(low, last), getattr(high, last)), key=place)
    given_before = {field: getattr(chosen, field) for field in before}
    operator = draw(st.sampled_from([*OPERATORS, "between", "begins"]))
    return Asked(name, given_before, last, operator, *ends)


def test_exactly_what_is_meant_is_found_among_neighbours(new_table: NewTable, client: Any) -> None:
    table = Table(new_table("lines"), client=client)
    entities = entities_in(table)
    assert table.check_keys(*entities.values()) == ()
    stocks = {name: stock(entity, seed) for seed, (name, entity) in enumerate(entities.items())}
    for name, lines in stocks.items():
        entities[name].send(BatchWrite(list(lines.values())))

    @given(questions({name: list(lines.values()) for name, lines in stocks.items()}), st.integers(1, 9) | st.none())
    @examples(20)
    def is_found(asked: Asked, size: int | None) -> None:
        query: Any = Query({"page": "p"}, sort_key_condition=asked.condition, page_size=size)
        meant = {key: line for key, line in stocks[asked.name].items() if asked.means(line)}
        wanted = [meant[key] for key in sorted(meant, key=place)]
        assert list(entities[asked.name].paginate(query).items()) == wanted
        assert list(entities[asked.name].paginate(evolve(query, reverse=True)).items()) == wanted[::-1]
        few = entities[asked.name].send(evolve(query, max_items=2))
        assert few.items == wanted[:2]

    is_found()


def test_a_query_without_a_condition_finds_all_of_an_entity_and_nothing_else(new_table: NewTable, client: Any) -> None:
    table = Table(new_table("lines"), client=client)
    entities = entities_in(table)
    stocks = {name: stock(entity, seed) for seed, (name, entity) in enumerate(entities.items())}
    for name, lines in stocks.items():
        entities[name].send(BatchWrite(list(lines.values())))
    for name, lines in stocks.items():
        wanted = [lines[key] for key in sorted(lines, key=place)]
        assert list(entities[name].paginate(Query({"page": "p"})).items()) == wanted
