"""Commands that read or fill a clinic's store."""

from __future__ import annotations

import sys
from typing import Any

import click

from core.cli.terminal import json_option, show, store_option, telling
from core.errors import StoreFailed


@click.command("import")
@click.argument("paths", nargs=-1, required=True)
@store_option
@click.option("--source", default="file", help="Who sends the rows; identifiers hold within it.")
@click.option(
    "--mapping", default="", help="Name or file of a saved mapping, for tables that are not the clinic file set."
)
@click.option("--strict", is_flag=True, help="Exit 1 if any row was quarantined.")
@json_option
def import_command(paths: tuple[str, ...], db: str, source: str, mapping: str, strict: bool, as_json: bool) -> None:
    """Read files or folders, store them, evaluate the patients touched, print the import report."""
    from core.clock import read_clock
    from core.services.import_data import import_paths
    from core.settings import read_settings

    settings = read_settings()
    url = db or settings.db_url
    now = read_clock(settings.zone, settings.as_of) if settings.as_of else None
    with telling() as tell:
        report = import_paths(url, paths, source=source, zone=settings.zone, now=now, mapping=mapping, tell=tell)
    show(report.to_json(), as_json, report.to_text)
    if strict and report.total("quarantined"):
        sys.exit(1)


@click.command("evaluate")
@click.option("--as-of", "as_of", required=True, metavar="DATE", help="ISO date; its end counts.")
@store_option
@click.option(
    "--authorities", default="", metavar="A,B", help="Whose published rules speak (default: all); LOCAL always does."
)
@click.option("--patient", default=None, metavar="ID")
@click.option("--all", "closed", is_flag=True, help="Closed alerts too.")
@json_option
def evaluate_command(as_of: str, db: str, authorities: str, patient: str | None, closed: bool, as_json: bool) -> None:
    """Alerts, schedule and cannot-tell findings as they stood at the end of a day."""
    from core.services.answer import answer_evaluate, read_day
    from core.settings import choose_authorities, read_settings

    settings = read_settings()
    url = db or settings.db_url
    chosen = choose_authorities(authorities) if authorities else settings.authorities
    told = answer_evaluate(url, read_day(as_of), chosen, patient_id=patient, closed=closed)
    _note_view(url, f"evaluation as of {told['as_of']}{_whom(told) if patient is None else ''}", patient or "")
    show(told, as_json, lambda: _standing_text(told))


def _note_view(url: str, subject: str, patient_id: str) -> None:
    """Say in the trail what is about to be shown, as the screens do; what it cannot tell of is not shown (P37)."""
    from core.services.trail import record
    from core.store.audit import COMMAND_LINE_USER

    try:
        record(url, COMMAND_LINE_USER, "view", patient_id=patient_id, subject=subject)
    except StoreFailed as error:
        told = str(error).removeprefix("Nothing was stored: ")
        raise StoreFailed(f"Nothing is shown, because the trail cannot say that it was: {told}") from error


def _whom(told: dict[str, Any]) -> str:
    whom = {row["patient_id"] for part in ("alerts", "cannot_tell", "schedule") for row in told[part]}
    return ", 1 patient" if len(whom) == 1 else f", {len(whom)} patients"


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


@click.command("export")
@click.argument("kind")
@store_option
@click.option("--format", "form", default="csv", help="csv or json.")
@json_option
def export_command(kind: str, db: str, form: str, as_json: bool) -> None:
    """What is stored: patients, results, medications, events, quarantine, alerts or schedule."""
    from core.services.answer import clock_of, list_found
    from core.services.export import export, note_export
    from core.settings import read_settings
    from core.store.audit import COMMAND_LINE_USER
    from core.store.connect import open_store

    settings = read_settings()
    url, form = db or settings.db_url, "json" if as_json else form
    store = open_store(url, must_exist=True)
    now = clock_of(store)
    note_export(url, kind, form, by=COMMAND_LINE_USER)
    export(
        store, kind, sys.stdout, form=form,
        standing=lambda _connection, what: list_found(url, what, now, settings.authorities),
    )  # fmt: skip


@click.command("explain")
@click.argument("alert_id")
@store_option
@click.option("--as-of", "as_of", default="", metavar="DATE", help="ISO date (default: the clock in use).")
@json_option
def explain_command(alert_id: str, db: str, as_of: str, as_json: bool) -> None:
    """The full derivation of one alert."""
    from core.services.answer import clock_of, read_day
    from core.services.explain import prove_alert, to_text
    from core.settings import read_settings
    from core.store.connect import open_store

    settings = read_settings()
    url = db or settings.db_url
    at = read_day(as_of) if as_of else clock_of(open_store(url, must_exist=True))
    told = prove_alert(url, alert_id, at, settings.authorities)
    _note_view(url, f"explain {alert_id}", told["alert"]["patient_id"])
    show(told, as_json, lambda: to_text(told))


@click.command("demo")
@store_option
@json_option
def demo_command(db: str, as_json: bool) -> None:
    """Load the sample clinic into an empty store."""
    from core.services.demo import load_demo
    from core.settings import read_settings

    with telling() as tell:
        report = load_demo(db or read_settings().db_url, tell)
    show(report.to_json(), as_json, report.to_text)
