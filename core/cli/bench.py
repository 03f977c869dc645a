"""The engine timed on the command line."""

from __future__ import annotations

import click

from core.cli.terminal import json_option, show


@click.command("bench")
@click.option("--patients", default=2_000, type=click.IntRange(1, 1_000_000))
@click.option("--results", default=400_000, type=click.IntRange(1, 50_000_000))
@click.option(
    "--store-patients", default=0, type=click.IntRange(0, 100_000), help="Time single arrivals in a store too."
)
@json_option
def bench_command(patients: int, results: int, store_patients: int, as_json: bool) -> None:
    """Make up a cohort and time the engine on it: ratios within one run hold on any machine, seconds do not."""
    from core.services.bench import run_bench

    told = run_bench(patients, results)
    if store_patients:
        from core.services.bench_store import run_store_bench

        told |= run_store_bench(store_patients, store_patients * max(1, results // patients))
    show(told, as_json, lambda: "\n".join(f"{key:<32}{value}" for key, value in told.items()))
