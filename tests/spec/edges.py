"""The last value on one side of every number of every rule, and the first on the other, as facts and the answer.

Days count from D. A change of any number by its smallest step contradicts a row (tests/cases/test_mutants.py).
"""

from __future__ import annotations

from dataclasses import dataclass

from core.protocols.loader import Protocols
from tests.spec.clinic import days_after, tell

D = "2026-02-20"
TAKEN = "2026-01-01 anakinra"
PLANNED = "2026-03-10 anakinra"
KIDNEYS = "man born 1966-01-02\n2025-03-05 anakinra\n2025-03-05 weight 54"  # clearance 30 at 176.8, 60 at 88.4
SPARED = "man born 1966-01-02\n2025-03-05 anakinra alternate days\n2025-03-05 weight 54"
TESTED = f"{TAKEN}\n2025-12-20 neutrophils 3\n2025-12-20 creatinine 80"

#: rule: who it is about, facts (days from D, none = D itself) and the answer; "answer: words" gives the advice too.
EDGES = {
    "neutrophils-contraindication": (PLANNED, {
        "neutrophils 1.49": "high do_not_start",
        "neutrophils 1.50": "silent",
    }),
    "neutrophils-stop": (TAKEN, {
        "neutrophils 1.49": "high stop",
        "neutrophils 1.50": "silent",
        "-365 neutrophils 3": "silent",
        "-366 neutrophils 3": "cannot tell: stale_result",
    }),
    "neutrophils-review": (TAKEN, {
        "neutrophils 0.99": "high review",
        "neutrophils 1.00": "medium review",
        "neutrophils 1.49": "medium review",
        "neutrophils 1.50": "silent",
    }),
    "neutrophils-guideline": (TAKEN, {
        "neutrophils 1.59": "medium review",
        "neutrophils 1.60": "silent",
    }),
    "neutrophils-low": (TAKEN, {
        "neutrophils 0.49": "high stop: Consider immediate contact",
        "neutrophils 0.50": "high stop: Consider stopping",
        "neutrophils 0.99": "high stop: Consider stopping",
        "neutrophils 1.00": "medium repeat_test: Consider a repeat count within 1 week",
        "neutrophils 1.49": "medium repeat_test: Consider a repeat count within 1 week",
        "neutrophils 1.50": "medium repeat_test: Consider a repeat count in 1-2 weeks",
        "neutrophils 1.59": "medium repeat_test: Consider a repeat count in 1-2 weeks",
        "neutrophils 1.60": "low inform",
        "neutrophils 1.99": "low inform",
        "neutrophils 2.00": "silent",
    }),
    "neutropenic-fever": (TAKEN, {
        "neutrophils 1.49; temperature 38.0": "high withhold",
        "neutrophils 1.50; temperature 38.0": "silent",
        "neutrophils 1.49; temperature 37.9": "silent",
    }),
    "neutropenic-emergency": (TAKEN, {
        "neutrophils 0.49; temperature 38.0": "high stop",
        "neutrophils 0.50; temperature 38.0": "silent",
        "neutrophils 0.49; temperature 37.9": "silent",
        "-14 neutrophils 1.2; neutrophils 0.96; temperature 38.0": "high stop",
        "-14 neutrophils 1.2; neutrophils 0.97; temperature 38.0": "silent",
        "-15 neutrophils 1.2; neutrophils 0.96; temperature 38.0": "silent",
        "-14 neutrophils 1.3; neutrophils 0.99; temperature 38.0": "high stop",
        "-14 neutrophils 1.3; neutrophils 1.00; temperature 38.0": "silent",
    }),
    "fever-without-count": (TAKEN, {
        "-7 neutrophils 3; temperature 38.0": "silent",
        "-8 neutrophils 3; temperature 38.0": "high request_test",
        "-8 neutrophils 3; temperature 37.9": "silent",
    }),
    "fever-at-start": (PLANNED, {
        "temperature 38.0": "high do_not_start",
        "temperature 37.9": "silent",
    }),
    "infection-fever": (TAKEN, {
        "temperature 38.0": "high withhold",
        "temperature 37.9": "silent",
        "-6 temperature 38.0": "high withhold",
        "-7 temperature 38.0": "silent",
    }),
    "infection-reported": (TAKEN, {
        "-13 antibiotic": "high withhold",
        "-14 antibiotic": "silent",
        "-13 positive_culture": "high withhold",
        "-14 positive_culture": "silent",
        "-6 symptom chills": "high withhold",
        "-7 symptom chills": "silent",
    }),
    "renal-frequency": (KIDNEYS, {
        "creatinine 176.801": "medium reduce_frequency",
        "creatinine 176.8": "silent",
        "-365 creatinine 90": "silent",
        "-366 creatinine 90": "cannot tell: stale_result",
    }),
    "renal-confirm": (KIDNEYS, {
        "creatinine 176.801": "medium repeat_test",
        "creatinine 176.8": "silent",
    }),
    "renal-caution": (KIDNEYS, {
        "creatinine 176.801": "silent",
        "creatinine 176.8": "low inform",
        "creatinine 88.401": "low inform",
        "creatinine 88.4": "silent",
    }),
    "renal-dialysis": (KIDNEYS, {"-3 dialysis": "medium reduce_frequency"}),
    "renal-restore": (SPARED, {
        "-7 creatinine 176.8; creatinine 176.8": "medium restore_frequency",
        "-7 creatinine 176.8; creatinine 176.801": "silent",
        "-6 creatinine 176.8; creatinine 176.8": "silent",
    }),
    "aki-nhse": (TAKEN, {
        "-30 creatinine 80; creatinine 119.9": "silent",
        "-30 creatinine 80; creatinine 120": "medium repeat_test",
        "-30 creatinine 80; creatinine 159.9": "medium repeat_test",
        "-30 creatinine 80; creatinine 160": "high review",
        "-365 creatinine 90; creatinine 91": "silent",
        "-366 creatinine 90; creatinine 91": "cannot tell: missing_baseline",
        "-2 creatinine 100; creatinine 127": "medium repeat_test",
        "-3 creatinine 100; creatinine 127": "silent",
    }),
    "aki-kdigo": (TAKEN, {
        "-7 creatinine 80; creatinine 119.9": "silent",
        "-7 creatinine 80; creatinine 120": "medium repeat_test",
        "-7 creatinine 80; creatinine 159.9": "medium repeat_test",
        "-7 creatinine 80; creatinine 160": "high review",
        # Beyond the week the lowest of the year is the baseline.
        "-200 creatinine 100; -7 creatinine 110; creatinine 155": "silent",
        "-200 creatinine 100; -8 creatinine 110; creatinine 155": "medium repeat_test",
    }),
    "creatinine-high-first": (TAKEN, {
        "creatinine 84, limit 84": "silent",
        "creatinine 84.1, limit 84": "low repeat_test",
        "-365 creatinine 140; creatinine 140": "silent",
        "-366 creatinine 140; creatinine 140": "low repeat_test",
    }),
    "weight-out-of-date": (TAKEN, {
        "-365 weight 54; -9 creatinine 80": "silent",
        "-366 weight 54; -9 creatinine 80": "low request_test",
    }),
    "neutrophils-baseline": (f"{D} anakinra", {
        "-28 neutrophils 3": "silent",
        "-29 neutrophils 3": "medium request_test",
    }),
    "creatinine-baseline": (f"{D} anakinra", {
        "-28 creatinine 80": "silent",
        "-29 creatinine 80": "low request_test",
    }),
}  # fmt: skip
#: The same rules of somebody else.
MORE_EDGES = {
    "renal-frequency": (SPARED, {"creatinine 176.801": "silent"}),
    "renal-confirm": (SPARED, {"creatinine 176.801": "silent"}),
    "renal-dialysis": (SPARED, {"-3 dialysis": "silent"}),
    "renal-restore": (KIDNEYS, {"-7 creatinine 176.8; creatinine 176.8": "silent"}),
}
#: Overdue: the day, and what is said of a visit due on 2026-02-01 with 14 days of tolerance.
LATENESS = {
    "neutrophils-overdue": {
        "2026-02-15": "silent", "2026-02-16": "medium request_test", "2026-03-01": "medium request_test",
        "2026-03-02": "high request_test",
    },
    "creatinine-overdue": {"2026-02-15": "silent", "2026-02-16": "low request_test"},
}  # fmt: skip
#: Every visit a rule asks for in the first years after 2026-01-01, and its window.
GRIDS = {
    ("EMA", "neutrophils"): """
        2026-01-01: 2025-12-04 to 2026-01-01
        2026-02-01: 2026-01-18 to 2026-02-15
        2026-03-01: 2026-02-15 to 2026-03-15
        2026-04-01: 2026-03-18 to 2026-04-15
        2026-05-01: 2026-04-17 to 2026-05-15
        2026-06-01: 2026-05-18 to 2026-06-15
        2026-07-01: 2026-06-17 to 2026-07-15
        2026-10-01: 2026-09-01 to 2026-10-31
        2027-01-01: 2026-12-02 to 2027-01-31
        2027-04-01: 2027-03-02 to 2027-05-01
        2027-07-01: 2027-06-01 to 2027-07-31
        2027-10-01: 2027-09-01 to 2027-10-31
        2028-01-01: 2027-12-02 to 2028-01-31
        """,
    ("FDA", "neutrophils"): """
        2026-01-01: 2025-12-04 to 2026-01-01
        2026-02-01: 2026-01-18 to 2026-02-15
        2026-03-01: 2026-02-15 to 2026-03-15
        2026-04-01: 2026-03-18 to 2026-04-15
        2026-07-01: 2026-06-01 to 2026-07-31
        2026-10-01: 2026-09-01 to 2026-10-31
        2027-01-01: 2026-12-02 to 2027-01-31
        """,
}
GRIDS["BSR", "neutrophils"] = GRIDS["EMA", "neutrophils"]
GRIDS["FDA", "creatinine"] = GRIDS["FDA", "neutrophils"]
RULE_OF_GRID = {
    ("EMA", "neutrophils"): "neutrophils-visits-ema", ("FDA", "neutrophils"): "neutrophils-visits-fda",
    ("BSR", "neutrophils"): "neutrophils-visits-bsr", ("FDA", "creatinine"): "creatinine-visits",
}  # fmt: skip
#: Days without the drug after 2026-02-28, and when the first visit of the schedule is due.
PAUSES = {1: "2026-01-01", 27: "2026-01-01", 28: "2026-03-29", 60: "2026-04-30"}


def first_due_after_a_pause(days: int, rules: Protocols | None = None) -> str:
    again = days_after("2026-02-28", days + 1)
    return tell(f"2026-01-01 to 2026-02-28 anakinra\n{again} anakinra", again, rules=rules).visits("neutrophils")[0][
        :10
    ]


@dataclass(frozen=True)
class Edge:
    """One row: a story and the one answer of one rule that it must come to."""

    rule: str
    story: str
    expected: str
    on: str = D
    grid: tuple[str, str] | None = None

    @property
    def name(self) -> str:
        facts = " ".join(self.story.rpartition("| ")[2].split())
        return f"{self.rule}: {facts} on {self.on}" if not self.grid else f"{self.rule}: {' '.join(self.grid)}"

    def ask(self, rules: Protocols | None = None) -> str:
        """What the rules say, in the words of the row."""
        story = self.story.replace("| ", "\n")
        if self.grid is not None:
            authority, test = self.grid
            windows = tell(story, self.on, authorities=(authority,), rules=rules).windows(test)
            return "\n".join(f"{due}: {window}" for due, window in windows.items())
        said = tell(story, self.on, rules=rules)
        answer = said.answer(self.rule)
        if ": " not in self.expected or "cannot tell" in self.expected:
            return answer
        advice = [p.advice for a in said.standing.alerts for p in a.positions if p.rule_id.endswith(f".{self.rule}")]
        words = self.expected.partition(": ")[2]
        return f"{answer}: {advice[0][: len(words)]}" if advice else answer


def _lines(facts: str) -> str:
    told = []
    for fact in facts.split("; "):
        days, _, what = fact.partition(" ") if fact.startswith("-") else ("0", "", fact)
        told.append(f"{days_after(D, int(days))} {what}")
    return "\n".join(told)


ROWS = [
    *(
        Edge(rule, f"{who}| {_lines(facts)}", answer)
        for table in (EDGES, MORE_EDGES) for rule, (who, rows) in table.items() for facts, answer in rows.items()
    ),
    *(Edge(rule, f"{TESTED}| ", answer, on) for rule, days in LATENESS.items() for on, answer in days.items()),
    *(
        Edge(RULE_OF_GRID[grid], f"{TAKEN}| ", "\n".join(line.strip() for line in lines.split("\n") if line.strip()),
             "2027-11-30", grid)
        for grid, lines in GRIDS.items()
    ),
]  # fmt: skip
