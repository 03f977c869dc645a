"""How two spellings are known to be one: the folding of unit texts and of names before they are looked up."""

from __future__ import annotations

import re
import unicodedata

_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_SUPERSCRIPT_RUN = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹]+")
_POWER_OF_TEN = re.compile(r"(?:[x×*]\s*)?10\s*(?:(?:\^|\*\*|\*|e|exp)\s*\+?\(?|\()(\d+)\)?", re.IGNORECASE)
_INVERSE = re.compile(r"[\s.·∙]+([A-Za-z]+)\^?[-−]1$")  # umol.L-1, mmol l⁻¹
_ANNOTATION = re.compile(r"\{(?!1\.73)[^{}]*\}(?=[/.]|$)")  # UCUM: no meaning; 1.73 m2 is kept
_POWER_SIGN = re.compile(r"(?<=[A-Za-z])[\^*](?=\d)")
_INVISIBLE = re.compile("[\u200b\u200c\u200d\u2060\ufeff\u00ad]")
_MU = str.maketrans({"\u00b5": "u", "\u03bc": "u"})  # NFKC has already turned every other mu into the Greek one
_WORD = re.compile(r"[^\W_]+")
_CLAUSES = re.compile(r"[,;\n]|\.(?=\s|$)|\s[-\u2013\u2014]\s")


def fold_unit(text: str) -> str:
    """A unit text with its accidents removed (blanks, annotations, the sign for micro, how a power is written).

    Capitals are kept: whether they matter is the catalogue's to say.
    """
    text = _SUPERSCRIPT_RUN.sub(lambda run: "^" + run[0].translate(_SUPERSCRIPTS), text.replace("⁻", "-"))
    text = text.replace("-^1", "-1")
    text = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).translate(_MU).strip()
    text = _INVERSE.sub(r"/\1", text)
    text = _POWER_OF_TEN.sub(r"10*\1", text)
    text = _POWER_SIGN.sub("", text)
    bare = _ANNOTATION.sub("", text)
    return "".join((bare or text).split())


def fold_words(text: str) -> tuple[str, ...]:
    """The words of a name in small letters, punctuation gone; % and # keep their meaning as words."""
    text = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).casefold()
    return tuple(_WORD.findall(text.replace("%", " percent ").replace("#", " absolute ")))


def fold_name(text: str) -> str:
    """A name as one key: its words in small letters, one blank between them."""
    return " ".join(fold_words(text))


def split_clauses(text: str) -> list[str]:
    """The parts of a note that commas, semicolons, full stops and dashes set apart; blank ones are left out."""
    return [clause for clause in _CLAUSES.split(text) if clause.strip()]
