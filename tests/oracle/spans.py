"""Spans of time: half-open [start, end) pairs of instants, kept sorted and apart."""

from __future__ import annotations

from collections.abc import Iterable

Span = tuple[int, int]


def unite(spans: Iterable[Span]) -> list[Span]:
    """Join spans that overlap or touch; empty ones vanish."""
    joined: list[Span] = []
    left = [span for span in spans if span[0] < span[1]]
    for start, end in sorted(left) if len(left) > 1 else left:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined


def subtract(spans: Iterable[Span], holes: Iterable[Span]) -> list[Span]:
    """What is left of the spans where no hole lies."""
    left = unite(spans)
    for hole_start, hole_end in unite(holes):
        if not any(start < hole_end and hole_start < end for start, end in left):
            continue
        pieces: list[Span] = []
        for start, end in left:
            pieces += [(start, min(end, hole_start)), (max(start, hole_end), end)]
        left = unite(pieces)
    return left


def common_to(spans: Iterable[Span], others: Iterable[Span]) -> list[Span]:
    """Where a span of the one and a span of the other both lie."""
    theirs = unite(others)
    return unite((max(start, first), min(end, last)) for start, end in unite(spans) for first, last in theirs)


def clip(spans: Iterable[Span], end: int) -> list[Span]:
    """The same spans, nothing from `end` on."""
    return unite((start, min(stop, end)) for start, stop in spans)


def holds(spans: Iterable[Span], at: int) -> bool:
    """Does the instant lie in one of the spans?"""
    return any(start <= at < end for start, end in spans)
