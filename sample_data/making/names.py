"""Made-up names: plants that grow nowhere and given names that nobody bears. Each family name is used once."""

from __future__ import annotations

_PLANTS = (
    "FEN", "SEDGE", "LICHEN", "BRAMBLE", "THISTLE", "ALDER", "TANSY", "BURDOCK", "TEASEL", "VETCH", "SORREL", "MALLOW",
    "QUILLET", "BOGBEAN", "DEWCUP", "RUSHLIGHT",
)  # fmt: skip
_PARTS = ("WORT", "FROND", "BRACT", "SEPAL", "TENDRIL", "STAMEN", "CATKIN", "SPORE")
_FIRST = ("Zeph", "Quill", "Brind", "Orith", "Velm", "Lumb", "Nimm", "Pell", "Thal", "Yssol", "Ist", "Kest", "Mirr")
_LAST = ("yrine", "owen", "ethra", "imor", "andel", "ovar", "isk", "olune", "umbra", "essil", "athy")

RESERVED = "OAKMOSS"  # the falling neutrophils of the first story


def name_patient(number: int) -> tuple[str, str]:
    """Family and given name of the sample patient with this number (1 …), every family name different."""
    place = number * 37 % (len(_PLANTS) * len(_PARTS))  # 37 shares no factor with 128: no name comes twice
    family = _PLANTS[place % len(_PLANTS)] + _PARTS[place // len(_PLANTS)]
    return family, _FIRST[number % len(_FIRST)] + _LAST[number * 5 % len(_LAST)]
