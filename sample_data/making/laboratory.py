"""The tests the sample laboratory runs: code, unit, printed range and digits, and how a person's values scatter.

The printed ranges are the laboratory's own, as a report carries them; no rule of Nadir rests on them.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Drawn:
    """One test. male, female: printed range, "" for an open side. cv: scatter within a person, percent."""

    loinc: str
    unit: str
    male: tuple[str, str] = ("", "")
    female: tuple[str, str] = ("", "")
    digits: int = 0
    cv: float = 0.0

    def range_for(self, sex: str) -> tuple[str, str]:
        """The range as printed; where sex is unknown, the widest that covers both."""
        if sex == "unknown":
            return self.female[0], self.male[1]
        return self.female if sex == "female" else self.male


def _both(low: str, high: str) -> tuple[tuple[str, str], tuple[str, str]]:
    return (low, high), (low, high)


DRAWN: dict[str, Drawn] = {
    "wbc": Drawn("6690-2", "10*9/L", *_both("4.0", "11.0"), 2),
    "neutrophils": Drawn("751-8", "10*9/L", *_both("2.0", "7.5"), 2, 8),
    "lymphocytes": Drawn("731-0", "10*9/L", *_both("1.0", "4.0"), 2, 8),
    "neutrophils_percent": Drawn("770-8", "%", *_both("40", "75"), 0),
    "bands_percent": Drawn("764-1", "%", *_both("0", "6"), 0),
    "haemoglobin": Drawn("718-7", "g/L", ("130", "170"), ("120", "150"), 0, 2.2),
    "platelets": Drawn("777-3", "10*9/L", *_both("150", "400"), 0, 6),
    "creatinine": Drawn("14682-9", "umol/L", ("59", "104"), ("45", "84"), 0, 4),
    "alt": Drawn("1742-6", "U/L", ("", "50"), ("", "35"), 0, 9),
    "ast": Drawn("1920-8", "U/L", ("", "40"), ("", "35"), 0, 9),
    "crp": Drawn("1988-5", "mg/L", *_both("", "5"), 1, 20),
    "urine_acr": Drawn("", "mg/mmol", *_both("", "3"), 1, 20),
    "weight": Drawn("29463-7", "kg", digits=1, cv=0.6),
    "height": Drawn("8302-2", "cm", digits=0),
    "temperature": Drawn("8310-5", "Cel", digits=1),
    "igra": Drawn("", ""),
    "hbsag": Drawn("5195-3", ""),
    "anti_hbc": Drawn("13952-7", ""),
    "hcv_antibody": Drawn("16128-1", ""),
}

#: What one blood round holds. The white count is added up from its parts, so it is not drawn on its own.
ROUND = ("neutrophils", "lymphocytes", "haemoglobin", "platelets", "creatinine", "alt", "crp")
SCREENS = ("igra", "hbsag", "anti_hbc", "hcv_antibody")
