"""The only place where HTML is put together: what is not `Markup` already is escaped, so a name stays a name."""

from __future__ import annotations

from html import escape

from core.views.text import plain

_VOID = frozenset(("br", "hr", "col"))


class Markup(str):
    """Text that is HTML already, because `tag` or `text` made it."""

    __slots__ = ()


def text(value: str) -> Markup:
    """Any text as HTML that shows exactly its letters.

    Hazard: HAZ-015 (a patient's name must never act as HTML, a link or a script).
    """
    return value if isinstance(value, Markup) else Markup(escape(plain(value), quote=True))


def tag(name: str, *children: str | None, **attributes: str | int | None) -> Markup:
    """One element. Children that are not Markup are escaped, so are attribute values; `css` stands for class.

    Args: name and the attributes' names are literals of this program, never data; underscores become hyphens.
    """
    pairs = {("class" if key == "css" else key.replace("_", "-")): value for key, value in attributes.items()}
    opening = name + "".join(f' {key}="{text(str(value))}"' for key, value in pairs.items() if value not in (None, ""))
    if name in _VOID:
        return Markup(f"<{opening}>")
    return Markup(f"<{opening}>{join(children)}</{name}>")


def join(children: tuple[str | None, ...] | list[Markup], between: str = "") -> Markup:
    """Several pieces one after the other; None is nothing."""
    return Markup(text(between).join(text(child) for child in children if child is not None))
