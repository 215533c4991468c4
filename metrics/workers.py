"""Read many texts on several processors, and give what was said of them back in order. No SQL, no clock.

Each worker is a process of its own with the same tagger; batches go round, two ahead, so that none waits while the
answers are written. A worker ends when its pipe closes: also when the parent was killed and could not say goodbye.
"""

from __future__ import annotations

import gc
import multiprocessing
import signal
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from queue import SimpleQueue
from threading import Thread
from typing import TypeVar

from feeds.errors import HouseError
from feeds.monitor import Monitor
from metrics.lexicon import Lexicon
from metrics.model import Tagged, Text
from metrics.sketch import Asked, Sketch
from metrics.tag import Tagger

AHEAD = 2  # batches a worker holds: one in hand, one waiting
PATIENCE = 5.0  # seconds a worker gets to end by itself

Batch = TypeVar("Batch")


@dataclass(frozen=True, slots=True)
class Task:
    """One text to read; `new`: it has no story yet, so its sketch is wanted too. outlet : name of its publisher."""

    text: Text
    new: bool = False
    outlet: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    tagged: Tagged
    sketch: Sketch | None = None


def answers(tagger: Tagger, tasks: Sequence[Task]) -> list[Answer]:
    """What the tagger says of each text, and its sketch if that is wanted. Pure."""
    tagged = [tagger.tag(task.text) for task in tasks]
    new = [n for n, task in enumerate(tasks) if task.new]
    asked = [Asked(tasks[n].text.title, tasks[n].text.text, tagged[n].language, tasks[n].outlet) for n in new]
    sketches = dict(zip(new, tagger.sketcher.sketches(asked), strict=True))
    return [Answer(one, sketches.get(n)) for n, one in enumerate(tagged)]


def answered(
    tagger: Tagger, batches: Iterable[tuple[Batch, Sequence[Task]]], *, processes: int
) -> Iterator[tuple[Batch, list[Answer]]]:
    """Each batch with the answers to its tasks, in order.

    processes : that read texts; 1 : this one does it itself.
    Raises HouseError when one of them was killed.
    """
    if processes <= 1:
        for batch, tasks in batches:
            yield batch, answers(tagger, tasks)
        return
    with _workers(tagger, processes) as pipes:
        asked: deque[tuple[Batch, Connection]] = deque()
        for number, (batch, tasks) in enumerate(batches):
            pipe = pipes[number % processes]
            _send(pipe, tasks)
            asked.append((batch, pipe))
            if len(asked) == AHEAD * processes:
                yield _received(*asked.popleft())
        while asked:
            yield _received(*asked.popleft())


def _send(pipe: Connection, tasks: Sequence[Task]) -> None:
    try:
        pipe.send(tasks)
    except OSError:
        raise _killed() from None


def _received(batch: Batch, pipe: Connection) -> tuple[Batch, list[Answer]]:
    try:
        return batch, pipe.recv()
    except (EOFError, OSError):
        raise _killed() from None


def _killed() -> HouseError:
    return HouseError("a process that reads texts ended too early (killed, or out of memory); run it again: it goes on")


@contextmanager
def _workers(tagger: Tagger, processes: int) -> Iterator[list[Connection]]:
    context = multiprocessing.get_context("spawn")
    pairs = [context.Pipe() for _ in range(processes)]
    children = [
        context.Process(target=_work, args=(theirs, tagger.monitor, tagger.lexicon), daemon=True) for _, theirs in pairs
    ]
    try:
        for child, (_, theirs) in zip(children, pairs, strict=True):
            child.start()
            theirs.close()  # else nobody sees the end of the pipe when the child dies
        yield [ours for ours, _ in pairs]
    finally:
        for ours, _ in pairs:
            ours.close()
        for child in children:
            _ended(child)


def _ended(child: multiprocessing.context.SpawnProcess) -> None:
    if child.pid is None:
        return
    child.join(PATIENCE)
    if child.exitcode is None:
        child.terminate()
        child.join()


def _work(pipe: Connection, monitor: Monitor, lexicon: Lexicon) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent closes the pipe
    tagger, inbox = Tagger(monitor, lexicon), SimpleQueue[Sequence[Task] | None]()
    # Somebody always reads, so that the parent never blocks in sending while this process blocks in answering.
    Thread(target=_take, args=(pipe, inbox), daemon=True).start()
    while (tasks := inbox.get()) is not None:
        said = answers(tagger, tasks)
        try:
            pipe.send(said)
        except OSError:  # the parent is gone
            return
        if not gc.get_freeze_count():
            gc.freeze()  # the compiled words stay; looking through them again and again cost 5 % of the time


def _take(pipe: Connection, inbox: SimpleQueue[Sequence[Task] | None]) -> None:
    try:
        while True:
            inbox.put(pipe.recv())
    except (EOFError, OSError):
        inbox.put(None)
