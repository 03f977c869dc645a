"""Antibiotics whose text tells a dose that is usual to prevent, and does not say that it prevents."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from core.catalogue.reading import read_catalogue
from core.catalogue.spelling import fold_words

_AMOUNT = re.compile(r"(?<=\d)(?=[^\W\d_])")  # between "480" and "mg"


@lru_cache(maxsize=4096)
def reads_like_prophylaxis(code: str, detail: str) -> bool:
    """Whether an antibiotic's text tells a preventing dose ("co-trimoxazole 480 mg daily") and never says what for.

    It says nothing of how the antibiotic is judged: without the word it is treatment.
    Source: infection.md 4.1 INF-A. Hazard: an infection that a dose hides.
    """
    words: dict[str, Any] = read_catalogue("statements")["prophylaxis"]
    said = fold_words(_AMOUNT.sub(" ", f"{code} {detail}"))
    if any(word.startswith(words["beginning"]) for word in said):
        return False
    return any(
        not {*one["drug"]}.isdisjoint(said) and {*one["dose"]} <= {*said} and not {*one["often"]}.isdisjoint(said)
        for one in words["regimen"]
    )
