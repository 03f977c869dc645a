"""Make up what a trial export leaves out: patients.csv (names, birth dates) and medications.csv (an anakinra course).

    python docs/walkthrough/make_companions.py EXPORT --out FOLDER

EXPORT is the folder of a clinsight export or the CSV file of a CDISC LB table. Nobody gets a real name: family names
are plants that grow nowhere, the given name is Sample, the site is SAMPLE. What the export does say is kept: sex, age
on the day it was recorded (the birth date is that many years before that day) and the date of death. Where it gives no
sex, the sex is unknown; where it gives no age, one is made up from the identifier, so that every run writes the same
bytes.

Everybody is given anakinra 100 mg once daily from the day of their first visit in the export, until they die.
"""

from __future__ import annotations

import argparse
import csv
import sys
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import product
from pathlib import Path

ROOTS = ("AMBER", "BRAMBLE", "COPPER", "DAPPLE", "EMBER", "FLINT", "GINGER", "HOLLOW", "INDIGO", "JUNIPER", "KESTREL")
ENDS = ("BELL", "CUP", "FERN", "LACE", "SPUR", "WEED")
COURSE = ("anakinra", "RA", 100, "mg", "once daily", "SC")
YOUNGEST, OLDEST = 45, 84  # made-up ages: adults, since nothing in the export says otherwise


@dataclass
class Subject:
    """What an export says about one person."""

    first_visit: date
    sex: str = "unknown"
    age: int | None = None
    age_on: date | None = None
    died: date | None = None


def read_rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        yield from csv.DictReader(stream)


def read_clinsight(folder: Path) -> dict[str, Subject]:
    """One row per item; a second header line stands among the rows."""
    rows = [row for path in sorted(folder.glob("*.csv")) for row in read_rows(path) if row["subjectid"] != "SubjectId"]
    subjects: dict[str, Subject] = {}
    for row in rows:
        visit = date.fromisoformat(row["eventdate"])
        subject = subjects.setdefault(row["subjectid"], Subject(visit))
        subject.first_visit = min(subject.first_visit, visit)
        if row["itemid"] == "DM_SEX":
            subject.sex = row["itemvalue"].lower()
        elif row["itemid"] == "DM_AGE":
            subject.age, subject.age_on = int(row["itemvalue"]), visit
        elif row["itemid"] == "AE_DTHDAT":
            subject.died = date.fromisoformat(row["itemvalue"])
    return subjects


def read_cdisc(path: Path) -> dict[str, Subject]:
    """One row per result; neither age nor sex."""
    subjects: dict[str, Subject] = {}
    for row in read_rows(path):
        visit = date.fromisoformat(row["LBDTC"][:10])
        subject = subjects.setdefault(row["USUBJID"], Subject(visit))
        subject.first_visit = min(subject.first_visit, visit)
    return subjects


def birth_date(identifier: str, subject: Subject) -> date:
    made_up = YOUNGEST + zlib.crc32(identifier.encode()) % (OLDEST - YOUNGEST + 1)
    age = made_up if subject.age is None else subject.age
    day = subject.age_on or subject.first_visit
    return date(day.year - age, day.month, min(day.day, 28))


def write(path: Path, header: str, rows: list[tuple[object, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(header.split(","))
        writer.writerows(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description="Write made-up patients.csv and medications.csv for a trial export.")
    parser.add_argument("export", type=Path, help="a clinsight folder, or a CDISC LB file")
    parser.add_argument("--out", type=Path, required=True, help="the folder to write to")
    given = parser.parse_args()
    if not given.export.exists():
        sys.exit(f"{given.export} does not exist: give the folder or the file of the export.")
    subjects = read_clinsight(given.export) if given.export.is_dir() else read_cdisc(given.export)
    names = [root + end for end, root in product(ENDS, ROOTS)]
    if not given.export.is_dir():
        names.reverse()  # so that both exports can live in one store without two people of one name
    if len(subjects) > len(names):
        sys.exit(f"{len(subjects)} subjects, but only {len(names)} made-up names: add to ROOTS.")
    patients: list[tuple[object, ...]] = []
    courses: list[tuple[object, ...]] = []
    for name, (identifier, subject) in zip(names, sorted(subjects.items()), strict=False):
        end = subject.died or ""
        status, reason = ("stopped", "died") if subject.died else ("active", "")
        patients.append((identifier, name, "Sample", birth_date(identifier, subject), subject.sex, "SAMPLE", "", end))
        courses.append((f"{identifier}/anakinra", identifier, *COURSE, subject.first_visit, end, status, reason))
    given.out.mkdir(parents=True, exist_ok=True)
    write(
        given.out / "patients.csv",
        "patient_id,family_name,given_name,birth_date,sex,site,consultant,deceased_date",
        patients,
    )
    write(
        given.out / "medications.csv",
        "course_id,patient_id,drug,indication,dose,dose_unit,frequency,route,start_date,end_date,status,reason",
        courses,
    )
    print(f"{len(patients)} made-up patients, each with a course of anakinra, in {given.out}")


if __name__ == "__main__":
    main()
