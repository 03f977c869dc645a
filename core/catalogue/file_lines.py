"""Which line of a TOML file an entry stands on, for whoever has to mend it."""

from __future__ import annotations

import re

_HEADER = re.compile(r"\s*(\[\[?)\s*([^\]]+?)\s*\]\]?\s*(?:#.*)?$")


class FileLines:
    """The lines of a file, to be pointed at. text: the file as it stands."""

    def __init__(self, text: str) -> None:
        self._lines = text.splitlines()

    def of(self, path: tuple[str | int, ...]) -> int:
        """The line of an entry, or of the closest table around it that has one; 1 where there is none.

        Args: path: the names that lead there; a number counts the tables of a list, from 0.
        """
        start, end, rest = self._table(path)
        for name in (part for part in rest if isinstance(part, str)):
            key = re.compile(rf"\s*\"?{re.escape(name)}\"?\s*=")
            within = range(start, end)
            if found := next((number for number in within if key.match(self._lines[number])), None):
                return found + 1
            break
        return max(start, 1)

    def _table(self, path: tuple[str | int, ...]) -> tuple[int, int, tuple[str | int, ...]]:
        """The lines below the header of the deepest table on a path (from, to), and what of the path is left."""
        for depth in range(len(path), 0, -1):
            names = [part for part in path[:depth] if isinstance(part, str)]
            wanted = next((part for part in reversed(path[:depth]) if isinstance(part, int)), 0)
            if isinstance(path[depth - 1], int) or depth == len(path) or not isinstance(path[depth], int):
                headers = [number for number, name in self._headers() if name == ".".join(names)]
                if wanted < len(headers):
                    after = (number for number, _ in self._headers() if number > headers[wanted])
                    return headers[wanted] + 1, next(after, len(self._lines)), path[depth:]
        first = next((number for number, _ in self._headers()), len(self._lines))
        return 0, first, path

    def _headers(self) -> list[tuple[int, str]]:
        found = ((number, _HEADER.match(line)) for number, line in enumerate(self._lines))
        return [(number, match[2].replace('"', "")) for number, match in found if match]
