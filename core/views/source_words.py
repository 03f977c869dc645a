"""Where a value comes from, in words a reader of a card understands: the place in a document, and how it was checked.

The protocol files keep short codes; what each means is defined once in the rule book and said in full here.
"""

from __future__ import annotations

import re

#: Code of the protocol files -> what a reader is told.
CHECKED_WORDS = {
    "checked": "read at the source",
    "checked via reproduction": "read in a reproduction of the source",
    "unchecked": "not yet read at the source",
    "unchecked, low confidence": "not yet read at the source, low confidence",
    "choice": "Nadir's own choice, no document gives it",
    "seed": "from the clinic's own sheets, not traced further",
}
_CHAPTER = re.compile(r"(?:docs/)?([a-z][a-z_]*)\.md(?=[ ,;)]|$)")


def checked_words(code: str) -> str:
    """How a value was checked: "value read at the source"; "" where nobody said."""
    return f"value {CHECKED_WORDS.get(code, code)}" if code else ""


def section_words(section: str) -> str:
    """A place in a document; a chapter of the clinical reference is named, not its file."""
    said = _CHAPTER.sub(lambda found: found.group(1).replace("_", " "), section)
    return f"clinical reference: {said}" if said != section else section


def place_words(document: str, section: str = "", version: str = "") -> str:
    """Document, section and version, as far as they are stated."""
    return ", ".join(part for part in (document, section_words(section), version) if part)
