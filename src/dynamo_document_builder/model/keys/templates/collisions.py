"""The search for a key that two templates can both build."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from dynamo_document_builder.model.keys.templates.formats import Chars, Shape

if TYPE_CHECKING:
    from dynamo_document_builder.model.keys.templates.template import KeyTemplate

_Edges: TypeAlias = list[list[tuple[Chars, int]]]
"""For each state, the characters that can follow and the next state."""


def collision(one: KeyTemplate, other: KeyTemplate) -> str | None:
    """Return a key that both templates can build, or `None`."""
    if one.is_number or other.is_number:
        return "1" if one.is_number and other.is_number else None
    (mine, end), (theirs, other_end) = _states(one), _states(other)
    queue, seen = [(0, 0, "")], {(0, 0)}
    for here, there, text in queue:  # the loop appends to the queue
        if (here, there) == (end, other_end):
            return text
        for chars, to in mine[here]:
            for others, to_other in theirs[there]:
                char = chars.shared(others)
                if char is not None and (to, to_other) not in seen:
                    seen.add((to, to_other))
                    queue.append((to, to_other, text + char))
    return None


def _states(template: KeyTemplate) -> tuple[_Edges, int]:
    """Return the transitions of a state machine that reads a key from the left, and its final state."""
    edges: _Edges = [[]]
    here = 0
    for token in template.tokens:
        shape: Shape = (
            (tuple((Chars(char), False) for char in token),) if isinstance(token, str) else token.format.shape
        )
        edges.append([])
        end = len(edges) - 1
        for steps in shape:
            at = here
            for place, (chars, many) in enumerate(steps, 1):
                to = end if place == len(steps) else len(edges)
                if to == len(edges):
                    edges.append([])
                edges[at].append((chars, to))
                if many:
                    edges[to].append((chars, to))
                at = to
        here = end
    return edges, here
