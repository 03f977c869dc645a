"""What a creatinine was compared with when a stage of acute kidney injury was told, as a proof says it."""

from __future__ import annotations

from typing import Any

from core.catalogue import analyte
from core.engine.earlier_creatinine import ALGORITHMS, RATIO_DECIMALS, Compared, Earlier, compare_with_earlier
from core.engine.wording import date, iso, number
from core.protocols.kinds import Threshold
from core.services.proof.record import PATIENT, Record


def compare_creatinine(record: Record, rules: list[Threshold]) -> list[dict[str, Any]]:
    """For each algorithm among the rules: the creatinine judged, the earlier one, the ratio or rise, and the window."""
    series = record.measurements.series("creatinine")
    features = dict.fromkeys(rule.feature for rule in rules if rule.feature in ALGORITHMS)
    found = ((one, compare_with_earlier(series, PATIENT, record.at, one)) for one in features)
    return [_tell(feature, compared, record) for feature, compared in found if compared is not None]


def _tell(feature: str, compared: Compared, record: Record) -> dict[str, Any]:
    stage = record.reading(feature=feature)
    return {
        "algorithm": ALGORITHMS[feature], "feature": feature, "value": compared.value,
        "collected_at": iso(compared.at), "stage": None if stage is None else stage.exact, "ratio": compared.ratio,
        "compared_with": _plain(compared.earlier),
        "rise": None if compared.two_days is None else {**_plain(compared.two_days), "rise": compared.rise},
        "sentence": _sentence(feature, compared),
    }  # fmt: skip


def _sentence(feature: str, compared: Compared) -> str:
    earlier, two_days = compared.earlier, compared.two_days
    where = f" on {date(earlier.at)}" if earlier.at is not None else ""
    unit = analyte("creatinine").unit_display
    said = (
        f"{ALGORITHMS[feature]}: creatinine {number(compared.value)} {unit} on {date(compared.at)} is "
        f"{number(compared.ratio, RATIO_DECIMALS)} times {number(earlier.value)}{where}, {earlier.what}"
    )
    if two_days is not None and compared.rise is not None:
        said += f"; {number(compared.rise)} more than {number(two_days.value)}, {two_days.what}"
    return f"{said}."


def _plain(one: Earlier) -> dict[str, Any]:
    return {
        "what": one.what, "window_days": one.days, "count": one.count, "value": one.value,
        "collected_at": None if one.at is None else iso(one.at),
    }  # fmt: skip
