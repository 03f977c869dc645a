"""`make mutants`: change every number, limit and name of the rules, one at a time, and see that a story objects."""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace

from tools.mutants.beside import REFUSED, list_broken
from tools.mutants.reviewed import EQUIVALENT
from tools.mutants.trial import list_mutants, list_unevaluated
from tools.mutants.witnesses import drop_broken, gather_witnesses


def try_share(share: tuple[int, int, str, frozenset[str]]) -> list[tuple[str, str]]:
    """Every so manyth mutant: its name and what contradicted it."""
    first, step, only, broken = share
    known = gather_witnesses()
    witnesses = replace(
        known,
        rows=tuple(row for row in known.rows if row.name not in broken),
        stories=tuple(story for story in known.stories if story.name not in broken),
    )
    mutants = [m for m in list_mutants() if only in m.place]
    return [(mutant.name, mutant.killed_by(witnesses)) for mutant in mutants[first::step]]


def describe_run(tried: list[tuple[str, str]], survivors: list[str], equivalent: int, seconds: float) -> str:
    """The score: of the changes that could be made and make a difference, those that a written answer contradicts."""
    refused = sum(killer == REFUSED for _, killer in tried)
    counted = len(tried) - refused - equivalent
    killed = counted - len(survivors)
    return (
        f"{killed} of {counted} changes are contradicted by a written answer ({100 * killed / max(counted, 1):.1f} %); "
        f"besides, {refused} refused by the schema, {equivalent} reviewed as equivalent; "
        f"{len(list_unevaluated())} rules and cards that are never evaluated are not changed; {seconds:.0f} s"
    )


def main() -> int:
    """Print the score and every survivor; 1 if a survivor is not among the reviewed ones, or a reviewed one dies."""
    parser = argparse.ArgumentParser(prog="python -m tools.mutants", description=__doc__)
    parser.add_argument("--only", default="", help="rules whose id holds this word")
    parser.add_argument("--workers", type=int, default=2)
    asked = parser.parse_args()
    begun = time.perf_counter()
    _, broken = drop_broken(gather_witnesses())
    broken += list_broken()
    shares = [(first, asked.workers, asked.only, frozenset(broken)) for first in range(asked.workers)]
    if asked.workers > 1:
        with ProcessPoolExecutor(asked.workers) as pool:
            tried = [one for part in pool.map(try_share, shares) for one in part]
    else:
        tried = try_share(shares[0])
    order = {mutant.name: place for place, mutant in enumerate(list_mutants())}
    alive = sorted((name for name, killer in tried if not killer), key=lambda name: order.get(name, 0))
    survivors = [name for name in alive if name not in EQUIVALENT]
    stale = [name for name in EQUIVALENT if asked.only in name.partition(":")[0] and name not in alive]
    for name in survivors:
        print(f"survives: {name}")
    for name in broken:
        print(f"no witness, it fails as the rules are: {name}")
    for name in stale:
        print(f"in EQUIVALENT, yet it does not survive: {name}")
    for rule, number in Counter(name.partition(":")[0] for name in survivors).most_common(15):
        print(f"{number:5} survive in {rule}")
    print(describe_run(tried, survivors, len(alive) - len(survivors), time.perf_counter() - begun))
    return 1 if survivors or stale or broken else 0


if __name__ == "__main__":
    sys.exit(main())
