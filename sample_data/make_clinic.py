"""Write the sample clinic: invented patients as the clinic's four files (patients, results, medications, events).

Run: python sample_data/make_clinic.py [--out DIR]. The same words give the same bytes, on every machine.
"""

from __future__ import annotations

import argparse
import csv
import io
from collections.abc import Iterable
from pathlib import Path

from making import bent, counts, fillers, infections, kidneys, treatment
from making.chart import Chart, Row

COLUMNS = {
    "patients.csv": "patient_id family_name given_name birth_date sex site consultant",
    "results.csv": "result_id patient_id loinc analyte value unit collected_at reported_at status ref_low ref_high",
    "medications.csv": (
        "course_id patient_id drug indication dose dose_unit frequency route start_date end_date status reason"
    ),
    "events.csv": "event_id patient_id kind start_date end_date code detail severity",
}


def make_clinic() -> dict[str, bytes]:
    """The four files by name."""
    charts = sorted(_tell_all(), key=lambda chart: chart.number)
    rows: dict[str, Iterable[Row]] = {
        "patients.csv": [chart.as_patient() for chart in charts],
        # a laboratory sends results in the order they are reported; Python's sort keeps a correction after its first
        "results.csv": sorted((row for chart in charts for row in chart.results), key=lambda row: row["reported_at"]),
        "medications.csv": [row for chart in charts for row in chart.courses],
        "events.csv": sorted((row for chart in charts for row in chart.events), key=lambda row: row["start_date"]),
    }
    return {name: _write_csv(COLUMNS[name].split(), rows[name]) for name in COLUMNS}


def _tell_all() -> Iterable[Chart]:
    for room in (counts, kidneys, infections, treatment, fillers):
        yield from room.tell_stories()
    yield bent.tell_story()


def _write_csv(columns: list[str], rows: Iterable[Row]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        overflow = [row[bent.OVERFLOW]] if bent.OVERFLOW in row else []
        writer.writerow([row.get(column, "") for column in columns] + overflow)
    return text.getvalue().encode()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "clinic", help="folder to write into")
    folder = parser.parse_args().out
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in make_clinic().items():
        (folder / name).write_bytes(content)


if __name__ == "__main__":
    main()
