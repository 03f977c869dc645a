"""The strip every screen carries: whether this is the sample clinic, the clock in use, and when facts last came in."""

from __future__ import annotations

from core.views.markup import Markup, tag
from core.views.model import ClinicPicture, PatientPicture
from core.views.text import count_text, date_text, moment_text
from core.views.worklist import Shown


def strip(picture: ClinicPicture | PatientPicture, last_files: int | None = None, *, is_now: bool = True) -> Markup:
    """Watermark, clock and last import, in words that hold without colour.

    Args: last_files: when files last came in (wall clock), which a row mended by hand does not put forward. is_now:
          False = the picture is an earlier judgement, told with its time of day.

    Hazard: HAZ-018 (sample patients taken for real ones), HAZ-004 (an old picture taken for today's).
    """
    return tag(
        "div",
        tag("span", "SAMPLE CLINIC", css="n-sample") if picture.sample else None,
        tag("span", "as of ", tag("b", date_text(picture.as_of) if is_now else moment_text(picture.as_of))),
        tag(
            "span",
            "last import ",
            tag("b", moment_text(picture.last_import if last_files is None else last_files, "never")),
        ),
        css="n-strip",
    )


def earlier_line(as_of: int, failed: str = "") -> Markup:
    """That a list is of an earlier judgement, of when, and that now is being judged, or why it was not.

    Args: as_of (instant of that judgement); failed (why now could not be judged, in sentences; "" = it is under way).

    Hazard: HAZ-004.
    """
    judged = tag("b", f"Judged {moment_text(as_of)}.")
    if failed:
        told = (
            " It could not be brought up to now: what became due or overdue since is missing from this list. "
            f"{failed} It is tried again every minute. Open a patient to see them as they stand now."
        )
        return tag("div", judged, told, css="n-card n-refusal", role="alert")
    return tag(
        "div",
        judged,
        " Nothing came in since. Bringing it up to now, in a few seconds: previews, rounds, sign-off and files come "
        "with it. ",
        tag("progress", aria_label="Judging the clinic as it stands now"),
        css="n-card n-earlier",
        role="status",
    )


def shown_line(shown: Shown) -> Markup:
    """How many of how many are listed; hidden patients with a high alert stand out."""
    hidden = (
        tag("b", f"▲ {shown.hidden_high:,} high hidden", css="n-mark n-high") if shown.hidden_high else "0 high hidden"
    )
    return tag(
        "div",
        f"showing {len(shown.rows):,} of {count_text(shown.total, 'patient')} · ",
        hidden,
        css="n-line",
        role="status",
    )


def count_line(shown: int, total: int, thing: str, beside: str = "") -> Markup:
    """How many of how many a list shows, and what else is worth counting."""
    return tag(
        "div",
        f"showing {shown:,} of {count_text(total, thing)}" + (f" · {beside}" if beside else ""),
        css="n-line",
        role="status",
    )


def unnamed_line(count: int) -> Markup | None:
    """How many refused rows no patient of the list can be told of, because nobody knows whose they are."""
    if not count:
        return None
    said = f"{count_text(count, 'row')} of unknown patients {'waits' if count == 1 else 'wait'} in quarantine"
    return tag("div", said, css="n-line", role="status")


def refusal(sentence: str) -> Markup:
    """Why something cannot be done and what to do next, in one sentence that may quote outside names."""
    return tag("div", tag("b", "Not possible. "), sentence, css="n-card n-refusal", role="alert")
