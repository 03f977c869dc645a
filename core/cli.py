"""The command line: `python -m core …`, exactly as the contract words it. A command loads only what it uses.

Exit codes: 0 done; 1 `import --strict` quarantined something, or `protocols check` found a fault; 2 the user's argument
or file; 3 the store. A refusal is one plain sentence on stderr (with --json: {"error": …} on stdout); never a
traceback.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

import click

from core.errors import NadirError, StoreFailed

_db = click.option(
    "--db", default="", metavar="URL", help="SQLAlchemy URL of the store (default: NADIR_DB_URL, else an SQLite file)."
)
_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON document and nothing else.")


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run one command and leave with the contract's exit code."""
    given = sys.argv[1:] if arguments is None else arguments
    as_json = "--json" in given
    try:
        code = cli.main(args=given, prog_name="python -m core", standalone_mode=False)
    except click.exceptions.Exit as leaving:
        code = leaving.exit_code
    except click.ClickException as error:
        code = _refuse({"error": _sentence(error.format_message())}, 2, as_json)
    except click.Abort:
        code = _refuse({"error": "Interrupted; nothing was stored."}, 3, as_json)
    except NadirError as error:
        told = {"error": str(error), "reason": error.reason, "file": getattr(error, "file", "")}
        code = _refuse({k: v for k, v in told.items() if v}, error.exit_code, as_json)
    except BrokenPipeError:
        sys.stderr.close()
        code = 0
    except Exception as error:  # a fault of ours: the user gets a sentence, a developer the type; never patient data
        where = error.__traceback__
        while where is not None and where.tb_next is not None:
            where = where.tb_next
        place = f"{Path(where.tb_frame.f_code.co_filename).name}:{where.tb_lineno}" if where else "?"
        what = f"Nadir failed unexpectedly ({type(error).__name__} at {place}); nothing was stored."
        code = _refuse({"error": f"{what} Please report this line."}, StoreFailed.exit_code, as_json)
    sys.exit(code if isinstance(code, int) else 0)


def _sentence(text: str) -> str:
    return text if text.endswith((".", "?", "!")) else text + "."


def _refuse(told: dict[str, str], code: int, as_json: bool) -> int:
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False))
    else:
        click.echo(told["error"], err=True)
    return code


def _show(told: Any, as_json: bool, text: Callable[[], str]) -> None:
    click.echo(json.dumps(told, ensure_ascii=False, indent=1) if as_json else text())


@contextmanager
def _telling() -> Iterator[Callable[[str], None]]:
    """Show on one line of a terminal's stderr what is being done; silent where nobody watches."""
    watched, told = sys.stderr.isatty(), []

    def tell(doing: str) -> None:
        if watched:
            told.append(doing)
            click.echo(f"{doing}… ", nl=False, err=True)

    try:
        yield tell
    finally:
        if told:
            click.echo(err=True)


@click.group(context_settings={"help_option_names": ["-h", "--help"]}, no_args_is_help=False)
def cli() -> None:
    """Nadir: lab monitoring for rheumatology clinics."""


@cli.command("import")
@click.argument("paths", nargs=-1, required=True)
@_db
@click.option("--source", default="file", help="Who sends the rows; identifiers hold within it.")
@click.option(
    "--mapping", default="", help="Name or file of a saved mapping, for tables that are not the clinic file set."
)
@click.option("--strict", is_flag=True, help="Exit 1 if any row was quarantined.")
@_json
def import_command(paths: tuple[str, ...], db: str, source: str, mapping: str, strict: bool, as_json: bool) -> None:
    """Read files or folders, store them, evaluate the patients touched, print the import report."""
    from core.clock import read_clock
    from core.services.import_data import import_paths
    from core.settings import read_settings

    settings = read_settings()
    url = db or settings.db_url
    now = read_clock(settings.zone, settings.as_of) if settings.as_of else None
    with _telling() as tell:
        report = import_paths(url, paths, source=source, zone=settings.zone, now=now, mapping=mapping, tell=tell)
    _show(report.to_json(), as_json, report.to_text)
    if strict and report.total("quarantined"):
        sys.exit(1)


@cli.command("evaluate")
@click.option("--as-of", "as_of", required=True, metavar="DATE", help="ISO date; its end counts.")
@_db
@click.option(
    "--authorities", default="", metavar="A,B", help="Whose published rules speak (default: all); LOCAL always does."
)
@click.option("--patient", default=None, metavar="ID")
@click.option("--all", "closed", is_flag=True, help="Closed alerts too.")
@_json
def evaluate_command(as_of: str, db: str, authorities: str, patient: str | None, closed: bool, as_json: bool) -> None:
    """Alerts, schedule and cannot-tell findings as they stood at the end of a day."""
    from core.services.answer import answer_evaluate, read_day
    from core.settings import choose_authorities, read_settings

    settings = read_settings()
    chosen = choose_authorities(authorities) if authorities else settings.authorities
    told = answer_evaluate(db or settings.db_url, read_day(as_of), chosen, patient_id=patient, closed=closed)
    _show(told, as_json, lambda: _standing_text(told))


def _standing_text(told: dict[str, Any]) -> str:
    alerts, unknown, visits = told["alerts"], told["cannot_tell"], told["schedule"]
    lines = [f"As of {told['as_of']}: {len(alerts)} alerts, {len(unknown)} cannot-tell, {len(visits)} visits."]
    for a in alerts:
        lines.append(
            f"  {a['priority'].upper():<7}{a['patient_id']}  {a['drug']}  {_title_text(a)}  {_positions_text(a)}  "
            f"{a['alert_id']}"
        )
    lines += [f"  CANNOT TELL  {c['patient_id']}  {c['rule_id']}: {c['reason']}. {c['remedy']}" for c in unknown]
    lines += [
        f"  {v['status'].upper():<9}{v['patient_id']}  {v['test']} due {v['due_date']}"
        for v in visits
        if v["status"] in ("overdue", "due")
    ]
    return "\n".join(lines)


def _title_text(alert: dict[str, Any]) -> str:
    """What was found; a stage of kidney injury with the earlier creatinine it was told by."""
    from core.views.earlier_line import earlier_line

    earlier = earlier_line(alert["basis"]["inputs"])
    return f"{alert['title']} ({earlier})" if earlier else str(alert["title"])


def _positions_text(alert: dict[str, Any]) -> str:
    """Each authority with its own action, its strictest where it has several."""
    actions: dict[str, str] = {}
    for position in alert["positions"]:  # strictest first
        actions.setdefault(position["authority"], position["action"])
    return "[" + "; ".join(f"{who}: {actions[who]}" for who in alert["authority"]) + "]"


@cli.command("export")
@click.argument("kind")
@_db
@click.option("--format", "form", default="csv", help="csv or json.")
@_json
def export_command(kind: str, db: str, form: str, as_json: bool) -> None:
    """What is stored: patients, results, medications, events, quarantine, alerts or schedule."""
    from core.services.answer import clock_of, list_found
    from core.services.export import export, note_export
    from core.services.import_data import COMMAND_LINE_USER
    from core.settings import read_settings
    from core.store.connect import open_store

    settings = read_settings()
    url, form = db or settings.db_url, "json" if as_json else form
    store = open_store(url, must_exist=True)
    now = clock_of(store, settings.as_of)
    note_export(url, kind, form, by=COMMAND_LINE_USER)
    export(
        store, kind, sys.stdout, form=form,
        standing=lambda _connection, what: list_found(url, what, now, settings.authorities),
    )  # fmt: skip


@cli.command("explain")
@click.argument("alert_id")
@_db
@click.option("--as-of", "as_of", default="", metavar="DATE", help="ISO date (default: the clock in use).")
@_json
def explain_command(alert_id: str, db: str, as_of: str, as_json: bool) -> None:
    """The full derivation of one alert."""
    from core.services.answer import clock_of, read_day
    from core.services.explain import prove_alert, to_text
    from core.settings import read_settings
    from core.store.connect import open_store

    settings = read_settings()
    url = db or settings.db_url
    at = read_day(as_of) if as_of else clock_of(open_store(url, must_exist=True), settings.as_of)
    told = prove_alert(url, alert_id, at, settings.authorities)
    _show(told, as_json, lambda: to_text(told))


@cli.command("calc", context_settings={"ignore_unknown_options": True})
@click.argument("words", nargs=-1)
@click.option("--list", "listed", is_flag=True, help="Names, arguments, units.")
@click.option("--batch", "batch_in", default="", metavar="IN.csv")
@click.option("--out", "batch_out", default="", metavar="OUT.csv")
@_json
def calc_command(words: tuple[str, ...], listed: bool, batch_in: str, batch_out: str, as_json: bool) -> None:
    """One calculator: calc NAME key=value…"""
    from core.calculators import calc

    if listed:
        _show(
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
        _show({"rows": rows, "out": batch_out}, as_json, lambda: f"{rows} rows written to {batch_out}.")
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
    _show(told, as_json, lambda: text)


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


@cli.group("protocols")
def protocols_group() -> None:
    """The rules."""


@protocols_group.command("check")
@_json
def protocols_check(as_json: bool) -> None:
    """Validate every protocol and catalogue file and run every case."""
    from dataclasses import asdict

    from core.clock import read_clock
    from core.services.check_protocols import check_protocols
    from core.services.rule_book import day_of
    from core.settings import read_settings

    settings = read_settings()
    checked = check_protocols(today=day_of(read_clock(settings.zone, settings.as_of)))
    both = checked.boundaries + checked.leaf_boundaries
    counts = f"{checked.files} files, {checked.rules} rules, {checked.cases} cases, {both} boundaries"
    lines = [f"{counts}: {len(checked.faults)} faults."]
    lines += [f"  awaiting clinical sign-off: {drug}" for drug in checked.unsigned]
    lines += [f"  REVIEW OVERDUE: {drug}" for drug in checked.overdue]
    lines += [f"  {fault}" for fault in checked.faults]
    _show({**asdict(checked), "ok": not checked.faults}, as_json, lambda: "\n".join(lines))
    if checked.faults:
        sys.exit(1)


@protocols_group.command("book")
@click.option("--out", default="", metavar="FOLDER", help="Write every paper there (default: print the rule book).")
@_json
def protocols_book(out: str, as_json: bool) -> None:
    """The rule book, the protocol language and the coverage tables, from the protocol files."""
    from core.clock import read_clock
    from core.protocols.loader import load_protocols
    from core.services.rule_book import day_of, print_papers, print_rule_book, write_papers
    from core.settings import read_settings

    settings = read_settings()
    today, protocols = day_of(read_clock(settings.zone, settings.as_of)), load_protocols()
    if out:
        papers = print_papers(protocols, today)
        write_papers(papers, Path(out))
        _show({"written": list(papers), "out": out}, as_json, lambda: f"Written to {out}: {', '.join(papers)}.")
        return
    book = print_rule_book(protocols, today)
    _show({"rulebook": book}, as_json, lambda: book)


@cli.command("demo")
@_db
@_json
def demo_command(db: str, as_json: bool) -> None:
    """Load the sample clinic into an empty store."""
    from core.services.demo import load_demo
    from core.settings import read_settings

    with _telling() as tell:
        report = load_demo(db or read_settings().db_url, tell)
    _show(report.to_json(), as_json, report.to_text)


@cli.command("bench")
@click.option("--patients", default=2_000, type=click.IntRange(1, 1_000_000))
@click.option("--results", default=400_000, type=click.IntRange(1, 50_000_000))
@click.option(
    "--store-patients", default=0, type=click.IntRange(0, 100_000), help="Time single arrivals in a store too."
)
@_json
def bench_command(patients: int, results: int, store_patients: int, as_json: bool) -> None:
    """Make up a cohort and time the engine on it: ratios within one run hold on any machine, seconds do not."""
    from core.services.bench import run_bench

    told = run_bench(patients, results)
    if store_patients:
        from core.services.bench_store import run_store_bench

        told |= run_store_bench(store_patients, store_patients * max(1, results // patients))
    _show(told, as_json, lambda: "\n".join(f"{key:<32}{value}" for key, value in told.items()))
