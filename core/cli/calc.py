"""The calculators on the command line."""

from __future__ import annotations

from typing import Any

import click

from core.cli.terminal import json_option, show


@click.command("calc", context_settings={"ignore_unknown_options": True})
@click.argument("words", nargs=-1)
@click.option("--list", "listed", is_flag=True, help="Names, arguments, units.")
@click.option("--batch", "batch_in", default="", metavar="IN.csv")
@click.option("--out", "batch_out", default="", metavar="OUT.csv")
@json_option
def calc_command(words: tuple[str, ...], listed: bool, batch_in: str, batch_out: str, as_json: bool) -> None:
    """One calculator: calc NAME key=value…"""
    from core.calculators import calc

    if listed:
        show(
            {"calculators": [_calculator(one) for one in calc.CALCULATORS]},
            as_json,
            lambda: "\n".join(map(_calculator_text, calc.CALCULATORS)),
        )
        return
    if not words:
        raise click.UsageError("Name a calculator, or use --list to see them")
    name, pairs = words[0], words[1:]
    if batch_in or batch_out:
        if not (batch_in and batch_out) or pairs:
            raise click.UsageError("A batch is `calc NAME --batch IN.csv --out OUT.csv`")
        from core.calculators.batch import run_batch

        rows = run_batch(name, batch_in, batch_out)
        show({"rows": rows, "out": batch_out}, as_json, lambda: f"{rows} rows written to {batch_out}.")
        return
    said = calc.run_calculator(name, _read_pairs(pairs))
    told = {
        "name": name,
        "result": _as_number(said.result),
        "result_unit": said.unit,
        "error": said.error,
        **said.details,
    }
    if said.error and not as_json:
        click.echo(said.error, err=True)
        return
    text = f"{said.result} {said.unit}".strip()
    show(told, as_json, lambda: text)


def _read_pairs(pairs: tuple[str, ...]) -> dict[str, str]:
    given: dict[str, str] = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals or key in given:
            raise click.UsageError(f"Write each argument once, as key=value: {pair!r} is not")
        given[key] = value
    return given


def _as_number(text: str) -> float | int | str:
    """A number where the result is one, so that JSON readers need not parse it."""
    try:
        return int(text) if text.lstrip("-").isdigit() else float(text)
    except ValueError:
        return text


def _calculator(one: Any) -> dict[str, Any]:
    arguments = [{"name": a.name, "unit": a.unit, "required": a.required, "note": a.note} for a in one.arguments]
    return {"name": one.name, "equation": one.equation, "unit": one.unit, "arguments": arguments}


def _calculator_text(one: Any) -> str:
    arguments = ", ".join(
        a.name + (f" ({a.unit})" if a.unit else "") + ("" if a.required else "?") for a in one.arguments
    )
    return f"{one.name}: {arguments} -> {one.unit or 'a grade'}"
