"""The neutrophil count that nobody reported: computed where a white cell count and a differential were.

One derived row stands for each stretch of time in which the same parts could be known, so that a corrected white cell
count leads to a corrected ANC and the old one can still be asked for. A part that is disputed, censored or unreadable
makes the derived count disputed, censored or unreadable: never a number more certain than its parts.

Where any neutrophil count was reported for the sample, even one that cannot be read, nothing is derived.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.calculators.haematology import anc_from_differential
from core.catalogue import ANALYTES
from core.engine.cohort import Bools, Codes, Floats, Ints, Results
from core.engine.kernels import key
from core.records import CANNOT_TELL_REASONS, COMPARATORS, FAR
from core.store.row_numbers import VERSION_STEP

_CODE = {name: code for code, name in enumerate(ANALYTES)}
WBC, PERCENT, FRACTION, BANDS, REPORTED = (
    _CODE[name] for name in ("wbc", "neutrophils_percent", "neutrophils_fraction", "bands_percent", "neutrophils")
)
DISPUTED = CANNOT_TELL_REASONS.index("conflicting_duplicate")
AT_MOST, AT_LEAST = COMPARATORS.index("<="), COMPARATORS.index(">=")
WHOLE = 100.0  # per cent
DECIMALS = 9  # a count of 3 decimals times a percentage of 4: rounding here restores the exact decimal product


@dataclass(frozen=True)
class _Stretches:
    """Stretches [start, end) of knowledge of one sample each: which rows of `rows` hold in which stretch."""

    sample: Ints
    start: Ints
    end: Ints
    of: Ints
    row: Ints


@dataclass(frozen=True)
class _Part:
    """What one analyte of the sample can be in each stretch. given: anything. reason: 0 = readable, undisputed."""

    given: Bools
    low: Floats
    high: Floats
    value: Floats
    reason: Codes
    row: Ints


def derive_neutrophils(results: Results) -> Results:
    """Compute the ANC of each sample that has a white cell count and a differential but no neutrophil count.

    Returns: the derived rows only; known from when the last of their parts was.
    """
    rows, sample = _samples(results)
    if not len(rows):
        return rows  # no column is left to fill
    stretches = _stretches(rows, sample)
    wbc = _part(rows, stretches, WBC)
    percent = _either(_part(rows, stretches, PERCENT), _part(rows, stretches, FRACTION))
    bands = _part(rows, stretches, BANDS)
    reported = _part(rows, stretches, REPORTED)
    some = _plus(percent, bands)
    wanted = wbc.given & percent.given & ~reported.given & ~(some.value > WHOLE) & ~(some.value < 0)
    return _rows_of(rows, stretches, wbc, some, np.flatnonzero(wanted))


def _samples(results: Results) -> tuple[Results, Ints]:
    """The rows of samples that may lead to a derived count, and the number of the sample of each."""
    rows = results.take(np.isin(results.analyte, (WBC, PERCENT, FRACTION, BANDS, REPORTED)))
    keys = key(rows.patient, rows.at)
    chosen = np.isin(keys, _unreported(rows, keys)) & np.isin(keys, keys[rows.analyte == WBC])
    rows, keys = rows.take(chosen), keys[chosen]
    order = np.lexsort((rows.row_id, rows.known, keys))
    rows, keys = rows.take(order), keys[order]
    new = np.ones(len(rows), dtype=np.bool_)
    new[1:] = keys[1:] != keys[:-1]
    return rows, np.cumsum(new) - 1


def _unreported(rows: Results, keys: Ints) -> Ints:
    """Samples with a differential whose neutrophil count was not reported with it, or not for good. Most were."""
    share = np.flatnonzero((rows.analyte == PERCENT) | (rows.analyte == FRACTION))
    counted = np.flatnonzero((rows.analyte == REPORTED) & (rows.superseded == FAR))
    if not len(counted):
        return keys[share]
    counted = counted[np.lexsort((rows.known[counted], keys[counted]))]
    place = np.minimum(np.searchsorted(keys[counted], keys[share]), len(counted) - 1)
    first = counted[place]
    covered = (keys[first] == keys[share]) & (rows.known[first] <= rows.known[share])
    uncovered: Ints = keys[share[~covered]]
    return uncovered


def _stretches(rows: Results, sample: Ints) -> _Stretches:
    ended = rows.superseded < FAR
    moments = np.stack(
        [np.concatenate([sample, sample[ended]]), np.concatenate([rows.known, rows.superseded[ended]])], axis=1
    )
    number, start = np.unique(moments, axis=0).T if len(moments) else (sample, rows.known)
    end = np.full(len(start), FAR)
    same = number[1:] == number[:-1]
    end[:-1][same] = start[1:][same]
    # every stretch with every row of its sample; both are sorted by sample
    first, last = np.searchsorted(sample, number, "left"), np.searchsorted(sample, number, "right")
    of = np.repeat(np.arange(len(number)), last - first)
    row = np.arange(len(of)) - np.repeat(np.cumsum(last - first) - (last - first), last - first) + first[of]
    holds = (rows.known[row] <= start[of]) & (rows.superseded[row] > start[of])
    return _Stretches(number, start, end, of[holds], row[holds])


def _part(rows: Results, stretches: _Stretches, analyte: int) -> _Part:
    """One analyte in each stretch: readable rows outweigh marks of unreadable ones, several values are a dispute."""
    n = len(stretches.start)
    mine = rows.analyte[stretches.row] == analyte
    of, row = stretches.of[mine], stretches.row[mine]
    given, readable, reason = np.zeros(n, np.bool_), np.zeros(n, np.bool_), np.zeros(n, np.int16)
    low, high, value, number = np.full(n, np.inf), np.full(n, -np.inf), np.full(n, np.nan), np.zeros(n, np.int64)
    unread = (rows.reason[row] != 0) & (rows.reason[row] != DISPUTED)
    given[of], readable[of[~unread]] = True, True
    reason[of[unread]], number[of[unread]] = rows.reason[row[unread]], rows.row_id[row[unread]]
    of, row = of[~unread], row[~unread]
    reason[of] = 0
    value[of[::-1]] = rows.value[row[::-1]]  # the first to arrive speaks for a dispute
    number[of[::-1]] = rows.row_id[row[::-1]]
    np.minimum.at(low, of, rows.low[row])
    np.maximum.at(high, of, rows.high[row])
    least_high, most_low = np.full(n, np.inf), np.full(n, -np.inf)
    np.minimum.at(least_high, of, rows.high[row])
    np.maximum.at(most_low, of, rows.low[row])
    reason[of[(least_high != high)[of] | (most_low != low)[of]]] = DISPUTED
    low[given & ~readable], high[given & ~readable] = -np.inf, np.inf
    return _Part(given, low, high, value, reason, number)


def _either(percent: _Part, fraction: _Part) -> _Part:
    """The share of neutrophils in per cent, from the percentage where there is one, else from the fraction."""
    scaled = [np.round(column * WHOLE, DECIMALS) for column in (fraction.low, fraction.high, fraction.value)]
    low, high, value = (
        np.where(percent.given, own, other)
        for own, other in zip((percent.low, percent.high, percent.value), scaled, strict=True)
    )
    reason = np.where(percent.given, percent.reason, fraction.reason)
    row = np.where(percent.given, percent.row, fraction.row)
    return _Part(percent.given | fraction.given, low, high, value, reason, row)


def _plus(share: _Part, bands: _Part) -> _Part:
    """Segmented and band forms together. A sample without a band count has none to add."""
    low = np.clip(np.clip(share.low, 0, None) + np.where(bands.given, np.clip(bands.low, 0, None), 0), 0, WHOLE)
    high = np.clip(share.high + np.where(bands.given, bands.high, 0), 0, WHOLE)
    value = share.value + np.where(bands.given, bands.value, 0)
    reason = np.where(share.reason != 0, share.reason, np.where(bands.given, bands.reason, 0)).astype(np.int16)
    return _Part(share.given, low, high, value, reason, share.row)


def _rows_of(rows: Results, stretches: _Stretches, wbc: _Part, share: _Part, wanted: Ints) -> Results:
    n = len(wanted)
    reason = np.where(wbc.reason != 0, wbc.reason, share.reason)[wanted]
    low = _count(np.clip(wbc.low, 0, None)[wanted], share.low[wanted])
    high = _count(wbc.high[wanted], share.high[wanted])
    value = _count(wbc.value[wanted], share.value[wanted])
    unread = (reason != 0) & (reason != DISPUTED)
    low[unread], high[unread], value[unread] = -np.inf, np.inf, np.nan
    sign = np.where((value == low) & (low < high), AT_LEAST, np.where((value == high) & (low < high), AT_MOST, 0))
    unfinished = np.zeros(len(stretches.start), dtype=np.bool_)
    unfinished[stretches.of[rows.preliminary[stretches.row]]] = True
    member = stretches.row[np.searchsorted(stretches.of, wanted)]  # any row of the stretch: they share patient and time
    return Results(
        row_id=_numbers(wbc.row[wanted], stretches.sample[wanted]),
        patient=rows.patient[member],
        analyte=np.full(n, REPORTED, dtype=np.int16),
        at=rows.at[member],
        low=low,
        high=high,
        value=value,
        comparator=np.where(reason == 0, sign, 0).astype(np.int16),
        reason=reason.astype(np.int16),
        ref_low=np.full(n, np.nan),
        ref_high=np.full(n, np.nan),
        preliminary=unfinished[wanted],
        derived=np.ones(n, dtype=np.bool_),
        known=stretches.start[wanted],
        superseded=stretches.end[wanted],
    )


def _count(wbc: Floats, share: Floats) -> Floats:
    """The count from white cells and a share in per cent; no share, even of an unbounded count, is none."""
    unbounded = np.isinf(wbc)
    count = anc_from_differential(np.where(unbounded, 0.0, wbc), share, np.zeros(len(share)))
    return np.where(unbounded, np.where(share == 0, 0.0, np.inf), np.round(count, DECIMALS))


def _numbers(wbc_row: Ints, sample: Ints) -> Ints:
    """The white cell row's number, negative; of several versions of one sample the last keeps the plain number."""
    same = sample[1:] == sample[:-1]
    ends = np.append(~same, True)[: len(sample)]
    position = np.arange(len(sample))
    last = position[ends][np.cumsum(np.append(False, ends[:-1]))[: len(sample)]] if len(sample) else position
    return -wbc_row - (last - position) * VERSION_STEP
