"""Papers made on the server: patient report, review pack, letters; and what every file says of itself."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Sequence
from functools import partial
from pathlib import Path

from core.errors import InputRefused
from core.paper.about import About
from core.protocols.loader import load_protocols
from core.services import review, whole_patient
from core.services.list_file import note_file
from core.services.trail import record
from core.store import clinic
from core.store.connect import open_store
from core.views.model import ClinicPicture, PatientPicture
from core.views.recall import Line
from core.views.text import date_text

_PROJECT = Path(__file__).resolve().parents[2] / "pyproject.toml"


def patient_file(url: str, key: int, as_of: int | None = None, *, by: str) -> bytes:
    """One patient as they stand, as PDF, for somebody who takes it away: the trail tells of it first (P37).

    Args:   key: the opaque number of URLs; as_of: instant (None: the clock in use); by: who asks.
    Raises: InputRefused (nobody has this number; the user goes back to the worklist); StoreFailed (then nothing is
            handed out: what the trail cannot tell of is not handed out).
    """
    picture = whole_patient.read_patient(url, key, as_of)
    made = _print_patient(url, picture)
    subject = f"patient report, PDF, 1 patient, as of {date_text(picture.as_of)}"
    record(url, by, "export", patient_id=picture.person.patient_id, subject=subject)
    return made


def _print_patient(url: str, picture: PatientPicture) -> bytes:
    from core.paper.patient_report import patient_report
    from core.services.acts import list_acts, lives

    patient_id, until = picture.person.patient_id, picture.as_of if picture.is_past else None
    about = describe_picture(picture, f"Patient report {patient_id}")
    return patient_report(picture, about, list_acts(url, patient_id, until), lives(url, picture.alerts, until))


def panel_pdf(
    url: str,
    keys: Collection[int] | None = None,
    filters_text: str = "",
    picture: ClinicPicture | None = None,
) -> bytes:
    """The worklist as a pack for a meeting: counts, then one block per patient with an alert, gravest first.

    Args:   keys (whom the filters leave; None: everybody); filters_text (the filters in words); picture (the clinic at
            hand, so that it need not be read anew).
    Raises: StoreFailed.
    """
    from core.paper.review_pack import review_pack
    from core.services.acts import lives

    shown = picture or review.clinic(url)
    told = lives(url, shown.standing.alerts)
    describe = partial(describe_picture, shown, "Panel review pack", filters=filters_text)
    return review_pack(shown, keys, describe, told)


def panel_file(url: str, keys: Collection[int] | None, picture: ClinicPicture, *, filters: str, by: str) -> bytes:
    """The review pack for somebody who takes it away: the trail tells of it before it is handed out (P37).

    Args:   keys (whom the filters leave; None: everybody); filters (in words); by: who asks.
    Raises: StoreFailed (what the trail cannot tell of is not handed out).
    """
    made = panel_pdf(url, keys, filters, picture=picture)
    count = len(picture.people) if keys is None else len(set(keys))
    note_file(url, "Panel review pack", "PDF", count, "patient", filters=filters, by=by)
    return made


def letters_pdf(
    url: str,
    lines: Sequence[Line],
    clinic_name: str = "",
    picture: ClinicPicture | None = None,
    *,
    filters_text: str = "",
    total: int | None = None,
) -> bytes:
    """A letter for each of these patients: which tests are due by when. Its first page is for the clinic alone.

    Args:   lines (of the recall list: `core.views.recall.list_lines`); clinic_name ("" leaves room for a stamp);
            filters_text, total (what they were chosen from; None: everybody of the clinic).
    Raises: InputRefused (nobody chosen; the user chooses patients); StoreFailed.
    """
    from core.paper.letters import letters
    from core.services.acts import lives

    if not lines:
        raise InputRefused("Choose at least one patient to write to.")
    shown = picture or review.clinic(url)
    about = describe_picture(shown, "Letters: tests due", shown=len(lines), total=total, filters=filters_text)
    written_to = {line.patient_id for line in lines}
    told = lives(url, [one for one in shown.standing.alerts if one.patient_id in written_to])
    return letters(shown, lines, about, clinic_name, told)


def recall_ics(
    url: str,
    lines: Sequence[Line],
    *,
    with_names: bool = False,
    filters_text: str = "",
    total: int | None = None,
    picture: ClinicPicture | None = None,
) -> bytes:
    """The draws of these patients as a calendar file. Names leave the clinic only where with_names asks for it.

    Args:   filters_text, total (what they were chosen from; None: everybody of the clinic).
    Raises: StoreFailed.
    """
    from core.paper.calendar_file import to_ics

    shown = picture or review.clinic(url)
    about = describe_picture(shown, "Tests due", shown=len(lines), total=total, filters=filters_text)
    with open_store(url).reading() as connection:
        zone = clinic.read_clinic(connection).zone or "UTC"
    return to_ics(lines, about, people=shown.people if with_names else None, zone=zone)


def describe_picture(
    picture: ClinicPicture | PatientPicture,
    title: str,
    *,
    shown: int | None = None,
    total: int | None = None,
    thing: str = "patient",
    filters: str = "",
    hidden_high: int | None = None,
) -> About:
    """What a paper or file made from a picture says of itself: clock, counts, filters, versions, hashes of the rules.

    Args: shown, total (rows of how many; total None: everybody of the clinic).
    """
    protocols = load_protocols()
    if total is None and isinstance(picture, ClinicPicture):
        total = len(picture.people)
    return About(
        title=title, as_of=picture.as_of, sample=picture.sample, program=f"Nadir {_read_version()}",
        version=picture.version, protocols=dict(protocols.hashes), last_import=picture.last_import,
        signed=bool(protocols.drugs) and all(one.reviewed.signed for one in protocols.drugs.values()),
        shown=shown, total=total, thing=thing, filters=filters, hidden_high=hidden_high,
    )  # fmt: skip


def _read_version() -> str:
    with _PROJECT.open("rb") as file:
        return str(tomllib.load(file)["project"]["version"])
