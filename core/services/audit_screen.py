"""The audit screen as a use case: the trail read, verified and taken away. Opening and exporting it are told in it.

Hazard: HAZ-017 (P37, P38).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from core.clock import read_utc
from core.errors import InputRefused
from core.paper.tables import Column, Row
from core.services import reports
from core.services.list_file import make_list, name_files
from core.services.trail import record, verify_trail
from core.store import acts, audit, clinic
from core.store.audit import Head, Verdict
from core.store.connect import open_store
from core.views.audit import Choice, Line, Told, make_lines, narrow, read_head_text
from core.views.audit_subject import name_alerts
from core.views.model import ClinicPicture
from core.views.people import full_name
from core.views.text import plain

#: What may be asked for: file name and media type.
FORMS: Mapping[str, tuple[str, str]] = name_files("audit-trail")
_COLUMNS = (
    Column("number", "No.", "number"), Column("when", "When", "moment"), Column("utc", "When (UTC)", "moment"),
    Column("who", "Who"), Column("what", "What"), Column("patient", "Patient"), Column("subject", "Exactly"),
    Column("before", "Before"), Column("after", "After"), Column("why", "Why"),
)  # fmt: skip

#: What stands for free text about a patient: it may hold a name.
_KEPT_BACK = "text kept back: your role shows no patients"


@dataclass(frozen=True)
class Trail:
    """The trail as it stands. entries: newest first; zone: IANA name of the clinic's clock; alerts: what those are
    about that somebody acted on, by their id.
    """

    entries: tuple[Told, ...]
    head: Head
    zone: str
    alerts: Mapping[str, str] = field(default_factory=dict)

    def wall(self, utc: int) -> int:
        """A moment of the trail as the clinic's clock showed it (instant)."""
        moment = datetime.fromtimestamp(utc, ZoneInfo(self.zone))
        return int(moment.replace(tzinfo=UTC).timestamp())

    def first_moment(self, day: date) -> int:
        """When a day began on the clinic's clock, in UTC seconds."""
        return int(datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(self.zone)).timestamp())


@dataclass(frozen=True)
class Verified:
    """A verdict and when it was reached (instant on the clinic's clock). anchored: a head kept elsewhere was held
    against it; without one nobody can tell whether its end was cut off.
    """

    verdict: Verdict
    at: int
    anchored: bool


def read_trail(url: str) -> Trail:
    """Every entry with its number, and the end of the trail.

    Raises: StoreFailed (the administrator acts).
    """
    with open_store(url).reading() as connection:
        zone = clinic.read_clinic(connection).zone or "UTC"
        head = audit.read_head(connection)
        entries = tuple(
            Told(number, one.recorded_at, one.by, one.what, one.patient_id, one.subject, one.before, one.after, one.why)
            for number, one in audit.list_entries(connection)
        )
        alerts = name_alerts(acts.list_acts(connection))
    return Trail(entries, head, zone, alerts)


def note_opening(url: str, by: str) -> None:
    """Say in the trail that somebody opened it.

    Raises: StoreFailed (then it must not be shown).
    """
    record(url, by, "view", subject="audit trail")


def verify(url: str, kept_head: str = "") -> Verified:
    """Compute the chain anew. kept_head: the trail's end as it was kept elsewhere ("number:hash"), "" = none.

    Raises: InputRefused (no such head can be: the user pastes it again), StoreFailed.
    """
    anchored = None
    if kept_head.strip():
        told = read_head_text(kept_head)
        if told is None:
            raise InputRefused("A head is written number:hash, as this screen shows it: paste the whole line.")
        anchored = Head(*told)
    with open_store(url).reading() as connection:
        zone = clinic.read_clinic(connection).zone or "UTC"
    verdict = verify_trail(url, anchored)
    moment = datetime.fromtimestamp(read_utc(), ZoneInfo(zone))
    return Verified(verdict, int(moment.replace(tzinfo=UTC).timestamp()), anchored is not None)


def choose(
    trail: Trail,
    who: frozenset[str],
    what: frozenset[str],
    patient_id: str | None,
    days: tuple[date | None, date | None],
) -> Choice:
    """Filters as asked on the clinic's calendar. days: the first and the last one, both inside; None = open, as is the
    last day there is.
    """
    first, last = days
    chosen = Choice(who, what, patient_id)
    return Choice(
        who, what, patient_id, chosen.since if first is None else trail.first_moment(first),
        chosen.until if last is None or last == date.max else trail.first_moment(last + timedelta(days=1)),
    )  # fmt: skip


def tell(trail: Trail, entries: Sequence[Told], picture: ClinicPicture, *, may_name: bool) -> list[Line]:
    """These entries in words. may_name: whoever asks may see who the patients are; else only their number."""
    people = picture.people

    def name(patient_id: str) -> tuple[int | None, str]:
        person = people.get(patient_id)
        if person is None:
            return None, "not on file" + (f": {patient_id}" if may_name else "")
        return person.key, f"{full_name(person)} · {plain(patient_id)}" if may_name else f"patient {person.key}"

    lines = make_lines(entries, trail.wall, name)
    return lines if may_name else [replace(one, why=_KEPT_BACK) if one.patient and one.why else one for one in lines]


def make_file(
    url: str, form: str, choice: Choice, picture: ClinicPicture, *, filters: str, by: str, may_name: bool
) -> bytes:
    """The entries a choice keeps as a file, which the trail tells of before it is handed out.

    Args:   form: a key of FORMS; by: who asks; may_name: as for `tell`.
    Raises: InputRefused (nothing matches, or more than a sheet holds), StoreFailed.
    """
    trail = read_trail(url)
    kept = narrow(trail.entries, choice)
    if not kept:
        raise InputRefused("No entry matches: clear a filter first.")
    about = reports.describe_picture(
        picture, "Audit trail", shown=len(kept), total=len(trail.entries), thing="line", filters=filters
    )
    told = tell(trail, kept, picture, may_name=may_name)
    rows: list[Row] = [
        {
            "number": line.number, "when": line.at, "utc": one.at, "who": line.by, "what": line.what,
            "patient": line.patient, "subject": line.subject, "before": line.before, "after": line.after,
            "why": line.why,
        }
        for one, line in zip(kept, told, strict=True)
    ]  # fmt: skip
    return make_list(url, form, _COLUMNS, rows, about, filters=filters, by=by)
