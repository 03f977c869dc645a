"""Rows as a real export has them: bent, doubled, undated. All about one patient who is otherwise well.

Each stands in README.md with what the import must say about it. `OVERFLOW` holds a cell beyond the header's last.
"""

from __future__ import annotations

from making.chart import Chart, Row

OVERFLOW = "overflow"


def tell_story() -> Chart:
    chart = Chart.open(54, "female", "1967-09-09")
    chart.follow("2025-04-28")
    _bend_results(chart)
    chart.treat("soon", drug="hydroxychloroquine", dose="200", route="PO")
    chart.happen("omen", "2026-08-20", detail="a black cat")
    return chart


def _bend_results(chart: Chart) -> None:
    again = next(row for row in chart.results if row["analyte"] == "platelets")
    chart.results.append(dict(again))
    _bend(chart, "2026-04-14", "platelets", "256", **{OVERFLOW: "see comment"})
    _bend(chart, "2026-04-03", "crp", "3.1", collected_at="03/04/2026")
    _bend(chart, "2026-02-28", "crp", "2.8", collected_at="2026-02-30")
    _bend(chart, "2026-05-12", "alt", "19", patient_id="SAMPLE-9999")
    _bend(chart, "2026-06-09", "platelets", "261", unit="blobs/L")
    _bend(chart, "2026-06-16", "alt", "")
    _bend(chart, "2026-07-14", "alt", "22", collected_at="2027-01-12T09:00:00")
    _bend(chart, "2026-07-15", "alt", "21", collected_at="1926-07-15T09:00:00")
    _bend(chart, "2026-07-16", "crp", "2.2", loinc="2823-3")
    _bend(chart, "2026-07-17", "crp", "7", loinc="", analyte="moonstone index")
    _bend(chart, "2026-07-20", "crp", "61", loinc="1989-3", analyte="calcidiol", unit="nmol/L")


def _bend(chart: Chart, day: str, analyte: str, value: str, /, **columns: str) -> Row:
    row = chart.report(day, analyte, value, **columns)
    row["result_id"] += "-bent"
    return row
