"""Reading the cells of one row and collecting every problem at once, so that a person mends a row in one go."""

from __future__ import annotations

from collections.abc import Mapping

from core.ingest.context import PersonKnown, ReadContext
from core.ingest.dates import DateUnread, Moment, read_moment
from core.ingest.messages import remark
from core.records import Fact, Issue, Kind, Origin, ReadRow, Trace


class RowReading:
    """One row on its way to a fact. `refuse` quarantines the row, `note` leaves a remark on a row that is stored."""

    __slots__ = ("_origin", "context", "fields", "is_refused", "issues", "kind")

    def __init__(self, kind: Kind, origin: Origin, fields: Mapping[str, str], context: ReadContext) -> None:
        self.kind = kind
        self.fields = fields
        self.context = context
        self.issues: list[Issue] = []
        self.is_refused = False
        self._origin = origin

    def text(self, column: str) -> str:
        """The cell without surrounding blanks; an absent column is a blank cell."""
        return self.fields.get(column, "").strip()

    def refuse(self, column: str, reason: str, value: str, sentence: str = "") -> None:
        """Record a problem for which the row cannot be stored."""
        self.is_refused = True
        self.issues.append(remark(self._origin, column, reason, value, "quarantined", sentence))

    def note(self, column: str, reason: str, value: str, sentence: str = "") -> None:
        """Record a remark; the row is stored all the same."""
        self.issues.append(remark(self._origin, column, reason, value, "noted", sentence))

    def required(self, column: str) -> str:
        """The cell, or "" and a missing_value problem."""
        text = self.text(column)
        if not text:
            self.refuse(column, "missing_value", "")
        return text

    def known_person(self) -> PersonKnown | None:
        """Whom the row is about; None, with the problem recorded, if nobody certain."""
        patient_id = self.required("patient_id")
        person = self.context.people.get(patient_id)
        if person is not None and not person.ambiguous:
            return person
        if patient_id:
            self.refuse("patient_id", "unknown_patient" if person is None else "ambiguous_patient", patient_id)
        return None

    def moment(self, column: str) -> Moment | None:
        """The date in a cell; None if blank, or, with the problem recorded, if unread."""
        text = self.text(column)
        if not text:
            return None
        try:
            return read_moment(text, self.context.zone, self.context.date_order)
        except DateUnread as problem:
            self.refuse(column, problem.reason, text, problem.sentence)
            return None

    def required_moment(self, column: str) -> Moment | None:
        """The date in a cell that must have one."""
        return self.moment(column) if self.required(column) else None

    def keep(self, fact: Fact) -> ReadRow:
        """The row as a fact."""
        return ReadRow(self.kind, self._origin, "fact", fact, tuple(self.issues), None, self._given())

    def quarantine(self, trace: Trace | None = None) -> ReadRow:
        """The row as a refusal, with what it leaves behind."""
        return ReadRow(self.kind, self._origin, "quarantined", None, tuple(self.issues), trace, self._given())

    def ignore(self, column: str, reason: str, value: str) -> ReadRow:
        """The row as recognised and out of scope."""
        issue = remark(self._origin, column, reason, value, "ignored")
        return ReadRow(self.kind, self._origin, "ignored", None, (issue,), None, self._given())

    def _given(self) -> tuple[tuple[str, str], ...]:
        return tuple([item for item in self.fields.items() if item[1]])
