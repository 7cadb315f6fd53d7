"""
Operands: attributes whose operators build trees.

`attr("balance") >= 100` builds a condition, `attr("balance") - 30` a value for an update. Comparing an operand builds a
condition too, so operands cannot be compared for equality. Trees therefore hold the node of an operand: `node_of`.
"""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any, Final, NoReturn, TypeVar, cast

from dynamo_document_builder.errors import UsageError
from dynamo_document_builder.expressions.tree.changes import Change
from dynamo_document_builder.expressions.tree.conditions import Condition
from dynamo_document_builder.expressions.tree.leaves import Comparison
from dynamo_document_builder.expressions.tree.paths import (
    Arithmetic,
    IfNotExists,
    Node,
    Path,
    Segment,
    SizeOf,
    as_path,
    checked_path,
    parse_path,
)
from dynamo_document_builder.schema.type_guards import is_dict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

T = TypeVar("T")


class Omitted:
    """The type of `OMITTED`."""


OMITTED: Final = Omitted()
"""The default of an optional argument for which `None` is a valid value."""

_FIXED: Final = frozenset({tuple, frozenset})
_CONTAINERS: Final = frozenset({list, dict, set, bytearray, *_FIXED})
_NOT_A_VALUE: Final = (
    "a condition is not a value: give it as condition=, or combine conditions with and_ and or_",
    "a change is not a value: give it as updates=, without another function around it",
)
"""The error texts for a condition and for a change."""


class Operand:
    """
    An attribute in an expression. `attr(...)` and the attributes of `u` in `where` are operands.

    Comparisons such as `>=` return a condition, `+` and `-` a value for an update. Other operators raise `TypeError`.
    """

    __slots__ = ("__node",)

    def __init__(self, node: Node) -> None:
        self.__node = node

    def __getitem__(self, segment: Segment) -> Operand:
        return type(self)(checked_path((*as_path(self.__node).segments, segment)))

    def __eq__(self, other: object) -> Condition:  # type: ignore[override]  # builds a condition
        return _comparison(self, "=", other)

    def __ne__(self, other: object) -> Condition:  # type: ignore[override]  # builds a condition
        return _comparison(self, "<>", other)

    def __lt__(self, other: Any) -> Condition:
        return _comparison(self, "<", other)

    def __le__(self, other: Any) -> Condition:
        return _comparison(self, "<=", other)

    def __gt__(self, other: Any) -> Condition:
        return _comparison(self, ">", other)

    def __ge__(self, other: Any) -> Condition:
        return _comparison(self, ">=", other)

    def __and__(self, other: Any) -> Condition:
        return equals_true(self) & as_condition_part(other)

    def __rand__(self, other: Any) -> Condition:
        return as_condition_part(other) & equals_true(self)

    def __or__(self, other: Any) -> Condition:
        return equals_true(self) | as_condition_part(other)

    def __ror__(self, other: Any) -> Condition:
        return as_condition_part(other) | equals_true(self)

    def __invert__(self) -> Condition:
        return ~equals_true(self)

    def __bool__(self) -> NoReturn:
        raise TypeError(
            f"{self!r} has no value until DynamoDB reads it: compare it, and combine with & | ~ or and_() or_() not_()"
        )

    def __add__(self, other: Any) -> Operand:
        return Operand(Arithmetic(self.__node, "+", as_tree_value(other)))

    def __radd__(self, other: Any) -> Operand:
        return Operand(Arithmetic(as_tree_value(other), "+", self.__node))

    def __sub__(self, other: Any) -> Operand:
        return Operand(Arithmetic(self.__node, "-", as_tree_value(other)))

    def __rsub__(self, other: Any) -> Operand:
        return Operand(Arithmetic(as_tree_value(other), "-", self.__node))

    def __iter__(self) -> Any:
        raise TypeError(f"{self!r} is an attribute in an expression: it cannot be iterated, unpacked or searched")

    __contains__ = None
    __hash__ = object.__hash__

    def __str__(self) -> str:
        raise TypeError(
            f"{self!r} has no text until DynamoDB reads it: pass a plain value, or the attribute itself without str() "
            "or an f-string"
        )

    def __format__(self, _: str) -> str:
        return str(self)

    def __call__(self, *_: Any, **__: Any) -> NoReturn:
        raise TypeError(
            f"{self!r} is an attribute and cannot be called: use functions such as begins_with(...), contains(...) or "
            "size(...)"
        )

    def __mul__(self, *_: object) -> NoReturn:
        raise TypeError(f"{self!r} supports only + and -: DynamoDB has no other arithmetic")

    __rmul__ = __truediv__ = __rtruediv__ = __floordiv__ = __rfloordiv__ = __mod__ = __rmod__ = __mul__
    __pow__ = __rpow__ = __divmod__ = __rdivmod__ = __matmul__ = __rmatmul__ = __xor__ = __rxor__ = __mul__
    __lshift__ = __rlshift__ = __rshift__ = __rrshift__ = __mul__
    __neg__ = __pos__ = __abs__ = __round__ = __mul__

    if not TYPE_CHECKING:  # a type checker would accept len(operand)

        def __len__(self) -> NoReturn:
            raise TypeError(f"{self!r} has no length until DynamoDB reads it: write size(...) instead of len(...)")

        def __int__(self) -> NoReturn:
            raise TypeError(f"{self!r} has no value until DynamoDB reads it: it cannot be converted to a Python number")

        __float__ = __complex__ = __int__

    def __repr__(self) -> str:
        return f"attr({str(self.__node)!r})"

    def __reduce__(self) -> Any:
        return type(self), (self.__node,)


# The getter of the slot. The name of the slot is mangled, so that a `Probe` can have a field of any name.
_NODE: Final[Callable[[Operand], Node]] = vars(Operand)["_Operand__node"].__get__


class Probe(Operand):
    """The argument of the function given to `where` or `changes`: each of its attributes is an operand with a path."""

    __slots__ = ()

    def __getattr__(self, name: str) -> Probe:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)  # copy, pickle and other protocols look up special methods here
        return Probe(Path((*as_path(node_of(self)).segments, name)))


class Reference(Operand):
    """An attribute used as a value, created by `ref`. Functions never take it for their operand."""

    __slots__ = ()


def node_of(operand: Operand) -> Node:
    """Return the node of an operand, which a tree can hold."""
    return _NODE(operand)


def as_tree_value(value: Any) -> Any:
    """Return the node of an operand. Copy any other value, so that later changes of it do not change the tree."""
    if isinstance(value, Operand):
        return node_of(value)
    if isinstance(value, (Condition, Change)):
        raise UsageError(_NOT_A_VALUE[isinstance(value, Change)])
    return _copied(value) if type(value) in _CONTAINERS else value


def _copied(value: Any) -> Any:
    try:
        _check_inside(value)
        return value if type(value) in _FIXED else deepcopy(value)
    except UsageError:
        raise
    except RecursionError:
        raise UsageError("a value is nested too deep; DynamoDB stores 32 levels") from None
    except Exception:  # noqa: BLE001  a value that cannot be copied cannot be stored: rendering refuses it by name
        return value


def _check_inside(value: Any) -> None:
    """Refuse attributes, conditions and changes inside a value: DynamoDB does not evaluate parts of a value."""
    elements: Iterable[Any] = value.values() if is_dict(value) else value
    for element in elements if type(value) is not bytearray else ():
        if isinstance(element, Operand):
            raise UsageError(
                f"{element!r} is inside a {type(value).__name__}: DynamoDB accepts an attribute only as a whole value"
            )
        if isinstance(element, (Condition, Change)):
            raise UsageError(_NOT_A_VALUE[isinstance(element, Change)])
        if type(element) in _CONTAINERS:
            _check_inside(element)


def attr(*segments: Segment) -> Operand:
    """
    Return the attribute with the given path. Each argument is one name or one list index.

    `attr("a.b")` is one name that contains a dot. `attr("m", "a.b", 0)` is the first element of `a.b` in the map `m`.
    The first name, and names inside nested classes, are the Python field names of the schema.

    Raises `UsageError` if a name is empty, or an index negative.
    """
    if not segments:
        raise UsageError("attr() needs at least one attribute name")
    return Operand(checked_path(segments))


def ref(path: str | Operand, *default: Any) -> Any:
    """
    Return another attribute as a value, to compare with it or to copy it.

    *path* is text or `attr(...)`. A second argument is the value for an attribute that does not exist; only updates
    accept it.

    Example:
        >>> condition, updates = {"name": not_equals(ref("email"))}, {"email": ref("name", "unknown")}
        >>> request = users.request(Update({"user_id": "u1"}, updates=updates, condition=condition))
        >>> request.payload["UpdateExpression"], request.payload["ConditionExpression"]
        ('SET #0 = if_not_exists(#1, :0), #2 = if_not_exists(#2, :1)', '#1 <> #0')

    """
    if len(default) > 1:
        raise UsageError(
            "ref() takes a path and at most one default; a path in segments is ref(attr('a', 1)), or ref('a[1]')"
        )
    target = path_from(path)
    return Reference(IfNotExists(target, as_tree_value(default[0])) if default else target)


def path_from(name: object) -> Path:
    """Return the path that a mapping's key names: text is parsed as a document path, `attr(...)` gives its own path."""
    if isinstance(name, Path):
        return name
    if isinstance(name, Operand):
        return as_path(node_of(name))
    if isinstance(name, str):
        return parse_path(name)
    raise UsageError(f"an attribute is named by text or attr(...), not by {type(name).__name__}")


def equals_true(operand: Operand) -> Condition:
    """Return the condition that an attribute is `True`, for an attribute written where a condition is expected."""
    return Comparison(as_operand(node_of(operand)), "=", True)  # noqa: FBT003  the value compared with


def as_condition_part(value: object) -> Condition:
    """Return a condition as it is, and `attribute = True` for an attribute."""
    if isinstance(value, Condition):
        return value
    if isinstance(value, Operand):
        return equals_true(value)
    raise TypeError(f"combine conditions with conditions, not with {type(value).__name__}")


def as_operand(node: object) -> Path | SizeOf:
    """Return a node that can be on the left of a condition. Raises `UsageError` for any other node."""
    if isinstance(node, (Path, SizeOf)):
        return node
    raise UsageError(f"a condition compares an attribute or its size, not {type(node).__name__}")


def present(value: T | None, /) -> T:
    """
    Return the argument unchanged, with `None` removed from its type.

    Type checkers refuse `users.where(lambda u: u.at > now)` if `at` may be `None`, and a field of an object that may be
    `None`. DynamoDB evaluates the condition on the stored item, so both work: write `present(u.at) > now` and
    `present(u.home).city == "Oslo"`.

    Example:
        >>> users.where(lambda u: begins_with(present(u.email), "a")) == begins_with(attr("email"), "a")
        True

    """
    return cast("T", value)


def _comparison(operand: Operand, operator: str, other: object) -> Condition:
    return Comparison(as_operand(node_of(operand)), operator, as_tree_value(other))
