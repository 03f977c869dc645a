"""Blocks of patients judged by several processes at once. Patients are independent, so nothing has to be agreed on."""

from __future__ import annotations

import os
import pickle
import sys
import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

Told = TypeVar("Told")
Work = TypeVar("Work")
#: Where a process can be a copy of this one, the facts need not travel: only what is found does, through shared memory.
CAN_COPY = sys.platform.startswith("linux")
MOST_COPIES = 4  # each holds the findings of its share until they are joined
#: From so many results on, copies of this process pay for what they take to make and to hear.
WORTH_COPIES = 2_000_000


def count_workers(results: int) -> int:
    """How many processes are worth having: one for an ordinary clinic, and wherever others run in this process."""
    if not CAN_COPY or results < WORTH_COPIES or threading.active_count() > 1:
        return 1
    return min(os.cpu_count() or 1, MOST_COPIES)


def judge_together(judge: Callable[[Work], Told], blocks: Sequence[Work], workers: int) -> list[Told]:
    """What `judge` says of each block, in their order, by so many processes.

    Raises: whatever judging a block raises.
    """
    from multiprocessing import get_context, get_start_method, resource_tracker  # only large cohorts need them

    if not CAN_COPY:
        from concurrent.futures import ProcessPoolExecutor

        with ProcessPoolExecutor(workers, mp_context=get_context(get_start_method())) as pool:
            return list(pool.map(judge, blocks))
    context = get_context("fork")
    resource_tracker.ensure_running()  # before the copies are made: one that each started would take its memory away
    running = []
    for place in range(1, min(workers, len(blocks))):
        here, there = context.Pipe(duplex=False)
        process = context.Process(target=_judge_all, args=(judge, blocks[place::workers], there))
        process.start()
        there.close()
        running.append((place, process, here))
    told: list[Told | None] = [None] * len(blocks)
    failed: list[BaseException] = []
    try:
        told[0::workers] = [judge(block) for block in blocks[0::workers]]  # the first share is this process's own
    except Exception as error:  # the others still have to be heard and let go
        failed.append(error)
    for place, process, here in running:
        try:
            answer = _receive(here)
        except Exception as error:
            answer = RuntimeError(f"a process judging patients gave no answer ({error!r}): try again with one worker")
        finally:
            here.close()
        process.join()
        if isinstance(answer, BaseException):
            failed.append(answer)
        else:
            told[place::workers] = answer
    if failed:
        raise failed[0]
    return [one for one in told if one is not None]


def _judge_all(judge: Callable[[Work], Told], blocks: Sequence[Work], out: Connection) -> None:
    """In the other process: judge, and hand the arrays over without copying them through a pipe."""
    from multiprocessing.shared_memory import SharedMemory

    answer: list[Told] | Exception
    try:
        answer = [judge(block) for block in blocks]
    except Exception as error:  # carried to the first process and raised there
        answer = error
    arrays: list[pickle.PickleBuffer] = []
    try:
        frame = pickle.dumps(answer, protocol=5, buffer_callback=arrays.append)
    except Exception as error:  # an error that cannot travel is told in words
        frame, arrays = pickle.dumps(RuntimeError(repr(answer if isinstance(answer, Exception) else error))), []
    sizes = [array.raw().nbytes for array in arrays]
    memory = SharedMemory(create=True, size=max(1, sum(sizes)))
    room, begin = memoryview(memory.buf or b""), 0
    for array, size in zip(arrays, sizes, strict=True):
        room[begin : begin + size] = array.raw()
        begin += size
    room.release()
    out.send((frame, sizes, memory.name))
    memory.close()
    out.close()


def _receive(here: Connection) -> Any:
    from multiprocessing.shared_memory import SharedMemory

    frame, sizes, name = here.recv()
    memory = SharedMemory(name)
    try:
        whole = bytearray(memory.buf or b"")  # one copy: the shared memory is given back at once
    finally:
        memory.close()
        memory.unlink()
    parts, begin = [], 0
    for size in sizes:
        parts.append(memoryview(whole)[begin : begin + size])
        begin += size
    return pickle.loads(frame, buffers=parts)  # noqa: S301 - our own process wrote it a moment ago
