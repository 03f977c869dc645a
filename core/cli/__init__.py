"""The command line: `python -m core …`, exactly as the contract words it. A command loads only what it uses.

Exit codes: 0 done; 1 `import --strict` quarantined something, or `protocols check` found a fault; 2 the user's argument
or file; 3 the store. A refusal is one plain sentence on stderr (with --json: {"error": …} on stdout); never a
traceback.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

import click

from core.cli.bench import bench_command
from core.cli.calc import calc_command
from core.cli.clinic import demo_command, evaluate_command, explain_command, export_command, import_command
from core.cli.protocols import protocols_group
from core.errors import InputRefused, NadirError, StoreFailed


@click.group(context_settings={"help_option_names": ["-h", "--help"]}, no_args_is_help=False)
def cli() -> None:
    """Nadir: lab monitoring for rheumatology clinics."""


for _command in (
    import_command, evaluate_command, export_command, explain_command, calc_command, protocols_group, demo_command,
    bench_command,
):  # fmt: skip
    cli.add_command(_command)


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run one command and leave with the contract's exit code."""
    given = sys.argv[1:] if arguments is None else arguments
    as_json = "--json" in given
    try:
        _check_text(given)
        code = cli.main(args=given, prog_name="python -m core", standalone_mode=False)
    except click.exceptions.Exit as leaving:
        code = leaving.exit_code
    except click.ClickException as error:
        code = _refuse({"error": _sentence(error.format_message())}, 2, as_json)
    except click.Abort:
        code = _refuse({"error": "Interrupted: an import that had not ended stored nothing."}, 3, as_json)
    except NadirError as error:
        told = {"error": str(error), "reason": error.reason, "file": getattr(error, "file", "")}
        code = _refuse({k: v for k, v in told.items() if v}, error.exit_code, as_json)
    except BrokenPipeError:
        sys.stderr.close()
        code = 0
    except Exception as error:  # a fault of ours: the user gets a sentence, a developer the type; never patient data
        where = error.__traceback__
        while where is not None and where.tb_next is not None:
            where = where.tb_next
        place = f"{Path(where.tb_frame.f_code.co_filename).name}:{where.tb_lineno}" if where else "?"
        what = f"Nadir failed unexpectedly ({type(error).__name__} at {place})"
        what += ": an import that had not ended stored nothing."
        code = _refuse({"error": f"{what} Please report this line."}, StoreFailed.exit_code, as_json)
    sys.exit(code if isinstance(code, int) else 0)


def _check_text(words: Sequence[str]) -> None:
    """Refuse an argument whose bytes are no text: nothing could be stored under it or printed of it."""
    for place, word in enumerate(words, start=1):
        try:
            word.encode()
        except UnicodeEncodeError as error:
            told = f"Word {place} of the command is not text in UTF-8: write it again, or rename the file."
            raise InputRefused(told) from error


def _sentence(text: str) -> str:
    return text if text.endswith((".", "?", "!")) else text + "."


def _refuse(told: dict[str, str], code: int, as_json: bool) -> int:
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False))
    else:
        click.echo(told["error"], err=True)
    return code
