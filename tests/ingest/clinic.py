"""A small clinic's files, as a test writes them: a header each, and the rows the test is about."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from zoneinfo import ZoneInfo

from core.ingest.clinic_csv import Reading, read_clinic
from core.ingest.context import PersonKnown
from core.ingest.identity import StoredIndex, settle
from core.ingest.limits import open_inputs
from core.ingest.report import Report
from tests.property.shelf import Shelf

NOW = 1_795_132_799  # 19-Nov-2026, the last second of the day: the clock in use
UTC = ZoneInfo("UTC")

PATIENTS = "patient_id,family_name,given_name,birth_date,sex"
RESULTS = "result_id,patient_id,loinc,analyte,value,unit,collected_at,reported_at,status,ref_low,ref_high"
MEDICATIONS = "course_id,patient_id,drug,indication,dose,dose_unit,frequency,route,start_date,end_date,status,reason"
EVENTS = "event_id,patient_id,kind,start_date,end_date,code,detail,severity"
HEADERS = {"patients.csv": PATIENTS, "results.csv": RESULTS, "medications.csv": MEDICATIONS, "events.csv": EVENTS}
ANNA = "0012345,Alder,Anna,1980-05-17,female"


def file_text(name: str, *lines: str) -> str:
    """A file of the set: its header, then the lines."""
    return "\n".join([HEADERS[name], *lines]) + "\n"


def write_folder(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write files below a folder; what a test does not name is not there."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return folder


def pack(members: dict[str, bytes | str], **attributes: int) -> bytes:
    """A zip archive; external_attr marks every member (a link, say)."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            member = zipfile.ZipInfo(name)
            member.compress_type = zipfile.ZIP_DEFLATED
            member.external_attr = attributes.get("external_attr", 0)
            archive.writestr(member, content)
    return held.getvalue()


def read_folder(
    folder: Path, *, people: Mapping[str, PersonKnown] | None = None, zone: ZoneInfo = UTC, now: int = NOW
) -> Reading:
    """Read a folder as the import does."""
    return read_clinic(open_inputs([folder]), source="lab", zone=zone, now=now, people=people or {})


def report_on(reading: Reading, stored: StoredIndex | None = None) -> Report:
    """The import report of a reading, settled against what is stored (by default nothing)."""
    report = Report("lab", reading.file_names)
    for issue in reading.issues:
        report.remark(issue)
    for settled in settle(reading.rows, stored or Shelf()):
        report.add(settled)
    return report
