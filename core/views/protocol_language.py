"""The protocol language as one Markdown text: every table and field with its type, its meaning and what is refused."""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
import types
import typing
from collections.abc import Iterable, Iterator, Mapping, Sequence

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from core.protocols import conditions, kinds, schema
from core.protocols.language import Meaning
from core.protocols.loader import Protocols
from core.views.rule_book import table
from core.views.text import join_words

_INTRODUCTION = """# The protocol language

Printed from the schema by `python -m core protocols book --out docs`; never edited by hand. A protocol is a TOML file
of data: no expressions, no code. What cannot be said needs a new, named kind of rule. What the rules come to, to the
second, is in [what the rules mean](semantics.md); the rules themselves are in [the rule book](rulebook.md).

A file that does not fit stops the start-up with the file, the line of the rule and the sentence printed here under
“Refused”. An unknown field, a number that is not finite, and a name (of a test, computed value, group of events, drug
or document) that nothing defines are refused everywhere.
"""
_NAMES = {str: "text", int: "whole number", float: "number", bool: "true or false"}
#: How a table inside a rule is written, where it is short enough to stand in braces.
_PIECES = {
    "Reviewed": r"^reviewed = \{[^{}]*\}",
    "Says": r"\{ authority = [^{}]*\}",
    "Band": r"\{ (?:from|above|below|below_or_at) = [^{}]*priority[^{}]*\}",
    "Sustained": r"sustained = \{[^{}]*\}",
    "Every": r"\{ all = \[(?:\{[^{}]*\}(?:, )?)+\] \}",
    "Some": r"\{ any = \[(?:\{[^{}]*\}(?:, )?)+\] \}",
    "Neither": r"\{ none = \[(?:\{[^{}]*\}(?:, )?)+\] \}",
    "Leaf": r"\{ (?:analyte|feature|events|drugs|course) = [^{}]*\}",
    "VisitPhase": r"\{ (?:months|days|from_month) = [^{}]*\}",
    "Lateness": r"\{ times = [^{}]*\}",
    "EventSelector": r"\{ kind = [^{}]*\}",
    "CitedSource": r"source = \{ document = [^{}]*\}",
    "Document": r"\w+ = \{ document = [^{}]*version = [^{}]*\}",
}


def print_language(protocols: Protocols, texts: Mapping[str, str], parts: Sequence[Meaning]) -> str:
    """The whole description. texts: each drug's protocol file as written, for the examples."""
    blocks = [block for text in texts.values() for block in rule_blocks(text)]
    lines = [_INTRODUCTION]
    lines += [f"- [{part.title}](#{part.model.lower()})" for part in parts]
    for part in parts:
        model = find_model(part.model)
        lines += [f'\n<a id="{part.model.lower()}"></a>\n', f"## {part.title}\n", f"{part.about}\n"]
        rows = (
            (f"`{name}`", type_words(info), _default(info), part.fields.get(name, ""))
            for name, info in fields_of(model)
        )
        lines.append(table(("Field", "Type", "If not given", "Means"), rows))
        if said := refusals_of(model):
            lines += ["Refused:\n", *(f"- {one}" for one in said), ""]
        if example := _example(model, blocks) or _fragments(model, texts.values()):
            lines += ["Example:\n", f"```toml\n{example}\n```"]
    return "\n".join(lines).rstrip() + "\n"


def find_model(name: str) -> type[BaseModel]:
    """The table of the schema with this name.

    Raises: KeyError (a developer: the description names a table that is gone).
    """
    return all_models()[name]


def all_models() -> dict[str, type[BaseModel]]:
    """Every table of the language by its name in the schema; the shared root that adds no field is none."""
    return {
        name: found
        for module in (conditions, kinds, schema)
        for name, found in vars(module).items()
        if isinstance(found, type) and issubclass(found, BaseModel) and found not in (BaseModel, conditions.Strict)
    }


def fields_of(model: type[BaseModel]) -> Iterator[tuple[str, FieldInfo]]:
    """A table's own fields under the name a file gives them; inherited ones are described where they are defined."""
    own = inspect.get_annotations(model)
    for name, info in model.model_fields.items():
        if name in own:
            yield info.alias or name, info


def refusals_of(model: type[BaseModel]) -> tuple[str, ...]:
    """What the table's own checks refuse, in the words a user reads; "…" stands for what the file says."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(model)))
    raised = [
        (node.lineno, _message(node.exc.args[0]))
        for node in ast.walk(tree)
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and node.exc.args
    ]
    return tuple(dict.fromkeys(said for _, said in sorted(raised)))


def rule_blocks(text: str) -> list[str]:
    """The rules of a file as they are written, one text each."""
    blocks = text.split("\n[[rule]]\n")[1:]
    return ["[[rule]]\n" + block.split("\n\n")[0].split("\n#")[0].strip() for block in blocks]


def _message(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(str(one.value) if isinstance(one, ast.Constant) else "…" for one in node.values)
    return "…"


def type_words(info: FieldInfo) -> str:
    """A field's type and its bounds in words."""
    bounds = []
    for one in info.metadata:
        if (least := getattr(one, "ge", None)) is not None:
            bounds.append(f"{least} or more")
        if (shortest := getattr(one, "min_length", None)) is not None:
            bounds.append(f"at least {shortest}")
        if getattr(one, "pattern", None):
            bounds.append("lower-case words joined by hyphens")
    return ", ".join([_type(info.annotation), *bounds])


_CONDITION = "a [condition](#leaf) or a join"
_CONDITIONS = f"list, each {_CONDITION}"


def _type(given: object) -> str:
    origin, inside = typing.get_origin(given), typing.get_args(given)
    if isinstance(given, type) and given in _NAMES:
        return _NAMES[given]
    if isinstance(given, type) and issubclass(given, BaseModel):
        return f"[{given.__name__}](#{given.__name__.lower()})"
    if origin is typing.Annotated:
        return "an indication" if inside[0] is str else _type(inside[0])
    if origin is typing.Literal:
        return join_words([f"`{one}`" for one in inside if one != ""], "or")
    if origin in (typing.Union, types.UnionType):
        said = [_type(one) for one in inside if one is not type(None)]
        return _CONDITION if "Leaf" in str(inside) else join_words(said, "or")
    if origin is tuple:
        one = _type(inside[0])
        return {"an indication": "list of indications", _CONDITION: _CONDITIONS}.get(one, f"list of {one}")
    if origin is dict:
        return f"table of {_type(inside[1])}"
    if "tuple[Condition" in str(given):  # named before it was defined, and not looked up yet
        return _CONDITIONS
    return _CONDITION if "Condition" in str(given) else "text"


def _default(info: FieldInfo) -> str:
    if info.is_required():
        return "must be given"
    if info.default in (None, "", ()) or info.default_factory is not None:
        return "nothing"
    return {True: "true", False: "false"}.get(info.default, str(info.default)) if (
        isinstance(info.default, bool)
    ) else str(info.default)  # fmt: skip


def _example(model: type[BaseModel], blocks: Sequence[str]) -> str:
    """The shortest rule of this kind that a protocol really holds."""
    kind = model.model_fields.get("kind")
    names = typing.get_args(kind.annotation) if kind else ()
    found = [block for block in blocks if names and f'\nkind = "{names[0]}"\n' in block]
    return min(found, key=_by_length, default="")


def _by_length(text: str) -> tuple[int, str]:
    """The shortest first; of two as short always the same."""
    return len(text), text


def _fragments(model: type[BaseModel], texts: Iterable[str]) -> str:
    """What protocols really write for a table inside a rule: for each of its fields the shortest piece that uses it."""
    pattern = _PIECES.get(model.__name__)
    pieces = (
        sorted({found for text in texts for found in re.findall(pattern, text, re.M)}, key=_by_length)
        if pattern
        else []
    )
    chosen = [
        next((one for one in pieces if re.search(rf"\b{name} = ", one)), "") for name, _ in fields_of(model)
    ]  # fmt: skip
    return "\n".join(dict.fromkeys(filter(None, chosen)))
