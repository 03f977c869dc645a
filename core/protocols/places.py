"""Where in a protocol file a fault stands and how it is mended, in words for whoever wrote the file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

Location = tuple[str | int, ...]

#: What pydantic calls the ways to join conditions, and the word of the file that says which is meant.
_JOINS = {"Every": "all", "Some": "any", "Neither": "none", "AtLeast": "at_least"}
#: How a fault is mended, by what pydantic calls it. What is not listed says itself what it should be.
_REMEDIES = {
    "missing": "add it",
    "extra_forbidden": "take it out or mend its spelling",
    "string_pattern_mismatch": "use small letters, digits and single hyphens",
    "too_short": "list at least so many",
    "union_tag_invalid": "name one of these kinds",
    "union_tag_not_found": "add kind = ...",
}


class Places:
    """The lines of a file, to be pointed at. text: the file; raw: what it reads as."""

    def __init__(self, text: str, raw: Mapping[str, Any]) -> None:
        self._lines = text.splitlines()
        self._raw = raw

    def of_rule(self, name: str) -> str:
        """ "line 12 (rule x)": the line of the rule's id, the last one if the id is there twice."""
        found = [n for n, line in enumerate(self._lines, 1) if _is_id(line, name)]
        return f"line {found[-1]} (rule {name})" if found else f"rule {name}"

    def of(self, location: Location) -> str:
        """Where a fault stands: the line of the rule's id, else of the entry, else of the table."""
        if location[:1] == ("rule",) and len(location) > 1 and isinstance(location[1], int):
            return self._of_nth_rule(location[1])
        names = [part for part in location if isinstance(part, str)]
        for depth in range(len(names), 0, -1):
            header = self._line_with(rf"\[{re.escape('.'.join(names[:depth]))}\]")
            if header:
                entry = self._line_with(rf"{re.escape(names[depth])}\s*=", header) if depth < len(names) else 0
                return f"line {entry or header}"
        entry = self._line_with(rf"{re.escape(names[0])}\s*=") if names else 0
        return f"line {entry or 1}"

    def _of_nth_rule(self, place: int) -> str:
        headers = [n for n, line in enumerate(self._lines, 1) if line.strip() == "[[rule]]"]
        if place >= len(headers):
            return f"rule number {place + 1}"
        name = self._raw["rule"][place].get("id", "")
        end = headers[place + 1] if place + 1 < len(headers) else len(self._lines) + 1
        found = (n for n in range(headers[place], end) if _is_id(self._lines[n - 1], name))
        return f"line {next(found, headers[place])} (rule {name or 'without an id'})"

    def _line_with(self, pattern: str, after: int = 0) -> int:
        """The first line that begins so, before the next table if one is given; 0 if there is none."""
        for number, line in enumerate(self._lines[after:], after + 1):
            if re.match(rf"\s*{pattern}", line):
                return number
            if after and line.startswith("["):
                return 0
        return 0


def _is_id(line: str, name: str) -> bool:
    return line.replace(" ", "").partition("#")[0] == f'id="{name.replace(" ", "")}"'


def explain(file: str, text: str, raw: Mapping[str, Any], error: ValidationError) -> list[str]:
    """One sentence for each fault: file, line, what is wrong and how to mend it."""
    places = Places(text, raw)
    told = []
    for fault in error.errors():
        location = tuple(_plain(part) for part in fault["loc"])
        if not _is_meant(location, raw):
            continue
        words = str(fault["msg"]).removeprefix("Value error, ")
        if named := re.match(r"rule (\S+): ", words):
            where, words = places.of_rule(named.group(1)), words[named.end() :]
        else:
            where = places.of(location)
        what = ".".join(str(part) for part in _told(location))
        remedy = _REMEDIES.get(fault["type"], "mend it and start again")
        told.append(f"{file}: {where}: {what} {words}; {remedy}".replace(":  ", ": "))
    return list(dict.fromkeys(told))


def _plain(part: str | int) -> str | int:
    """A condition that checks itself is named by its kind alone."""
    checked = re.fullmatch(r"function-after\[.*, (\w+)\]", part) if isinstance(part, str) else None
    return checked.group(1) if checked else part


def _told(location: Location) -> list[str | int]:
    """The place within a rule or table, without pydantic's own names."""
    after = location[3:] if location[:1] == ("rule",) else location
    return [part for part in after if part not in (*_JOINS, "Leaf")]


def _is_meant(location: Location, raw: Any) -> bool:
    """A wrong condition is wrong as every kind of condition; only the kind that was written is told of."""
    node = raw
    for place, part in enumerate(location):
        if part in _JOINS or part == "Leaf":
            written = [join for join, word in _JOINS.items() if isinstance(node, dict) and word in node]
            if (written or ["Leaf"])[0] != part:
                return not written and part == "Every" and "when" in location[place - 1 : place]
        else:
            node = _entry(node, part)
    return True


def _entry(node: Any, name: str | int) -> Any:
    """What stands under a name; the node itself where the name is pydantic's own."""
    if isinstance(node, dict):
        return node.get(name, node)
    if isinstance(node, list) and isinstance(name, int) and name < len(node):
        return node[name]
    return node
