"""Work on foreign bytes in a process that can be killed: within a time, within a memory, and nothing else is lost.

    parent ──[length, length][question, JSON][body, bytes]──▶ stdin   `python -m feeds.child MODULE SECONDS MEGABYTES`
    parent ◀──[length][answer, JSON]───────────────────────── stdout  MODULE.answer(question, body), one at a time

The child lives long and is started again after a death. Its time is CPU time: on a busy machine a slow answer is not
the question's fault, so the parent waits WALL times as long. It ends with its parent: at the end of its stdin,
and while it works by that limit. Only JSON comes back. No clock but a stop-watch, no network, no file.
"""

from __future__ import annotations

import importlib
import json
import os
import selectors
import signal
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO, cast

from feeds.errors import HouseError

ROOT = Path(__file__).resolve().parents[1]
START_SECONDS = 60.0  # to start Python and import a library, on a machine that has much else to do
PATIENCE_SECONDS = 2.0  # for a child to end by itself when it is no longer needed
LARGEST_ANSWER = 64_000_000  # bytes; more is no honest answer
PIECE = 65_536
WALL = 10  # times the CPU seconds, until a child that sleeps or gets no processor is given up
QUESTION, ANSWER = struct.Struct(">II"), struct.Struct(">I")

Answer = Callable[[dict[str, object], bytes], object]


class ChildError(HouseError):
    """The child gave no answer to this question: too slow, too large, or its library failed. The next one may work."""


class Child:
    """A process of ours for one kind of work, started when it is first asked. Use as a context manager, or `close`.

    module : its function `answer(question, body)` gives a JSON value. seconds : of CPU for one answer, then it is
    killed. megabytes : of address space. uses : answers after which it is started afresh: libraries hoard memory.
    """

    def __init__(self, module: str, *, seconds: float, megabytes: int, uses: int = 2_000) -> None:
        self._command = [sys.executable, "-m", "feeds.child", module, f"{seconds:g}", str(megabytes)]
        self._seconds, self._megabytes, self._uses = seconds, megabytes, uses
        self._process: subprocess.Popen[bytes] | None = None
        self._answers = 0

    def __enter__(self) -> Child:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def pid(self) -> int | None:
        """None: it does not run now."""
        return self._process.pid if self._process else None

    def ask(self, question: Mapping[str, object], body: bytes = b"") -> object:
        """The child's answer, a JSON value. Raises ChildError."""
        is_dead = self._process is not None and self._process.poll() is not None  # somebody ended it since
        if is_dead or self._answers >= self._uses:
            self.close()
        process = self._process or self._started()
        head = json.dumps(question).encode()
        try:
            value = self._exchanged(process, QUESTION.pack(len(head), len(body)) + head + body, WALL * self._seconds)
        except BaseException:
            self._kill()
            raise
        self._answers += 1
        if not isinstance(value, dict) or "answer" not in value:
            self._kill()
            raise ChildError(str(value.get("failed", "no answer") if isinstance(value, dict) else "no answer"))
        return cast(object, value["answer"])

    def close(self) -> None:
        """End the child; it is started again when it is asked again."""
        if self._process is None:
            return
        with suppress(OSError):
            _pipe(self._process.stdin).close()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(PATIENCE_SECONDS)
        self._kill()

    def _started(self) -> subprocess.Popen[bytes]:
        self._process = subprocess.Popen(
            self._command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        os.set_blocking(_pipe(self._process.stdin).fileno(), False)
        self._answers = 0
        try:
            self._exchanged(self._process, b"", START_SECONDS)  # it says that it is ready
        except BaseException:
            self._kill()
            raise
        return self._process

    def _exchanged(self, process: subprocess.Popen[bytes], question: bytes, seconds: float) -> object:
        """Write and read at once: neither side can block the other. Raises ChildError."""
        deadline = time.monotonic() + seconds
        stdin, stdout = _pipe(process.stdin), _pipe(process.stdout)
        unsent, received = memoryview(question), bytearray()
        with selectors.DefaultSelector() as selector:
            selector.register(stdout, selectors.EVENT_READ)
            if unsent:
                selector.register(stdin, selectors.EVENT_WRITE)
            while not _is_whole(received):
                ready = [key.fileobj for key, _ in selector.select(max(0.0, deadline - time.monotonic()))]
                if not ready and time.monotonic() >= deadline:
                    raise ChildError(f"gave no answer for {seconds:g} seconds")
                if stdin in ready:
                    unsent = unsent[_written(stdin, unsent) :]
                    if not unsent:
                        selector.unregister(stdin)
                if stdout in ready:
                    received += self._read(process, stdout)
        return json.loads(received[ANSWER.size :])

    def _read(self, process: subprocess.Popen[bytes], stdout: IO[bytes]) -> bytes:
        if piece := os.read(stdout.fileno(), PIECE):
            return piece
        status = process.wait()
        if status == -signal.SIGPROF:
            raise ChildError(f"took more than {self._seconds:g} seconds")
        how = f"was ended by {signal.Signals(-status).name}" if status < 0 else f"ended with status {status}"
        raise ChildError(f"{how}; it may have {self._megabytes} MB")

    def _kill(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            with suppress(OSError):
                _pipe(pipe).close()


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    assert pipe is not None  # all ours are opened with PIPE
    return pipe


def _written(stdin: IO[bytes], data: memoryview) -> int:
    """Bytes taken; a closed pipe takes all: the end of its stdout then tells what happened."""
    try:
        return os.write(stdin.fileno(), data[:PIECE])
    except BlockingIOError:
        return 0
    except BrokenPipeError:
        return len(data)


def _is_whole(received: bytearray) -> bool:
    if len(received) < ANSWER.size:
        return False
    size = int(ANSWER.unpack_from(received)[0])
    if size > LARGEST_ANSWER:
        raise ChildError(f"answered with more than {LARGEST_ANSWER:,} bytes")
    return len(received) >= ANSWER.size + size


# In the child --------------------------------------------------------------------------------------------------------


def work(answer: Answer, questions: IO[bytes], answers: IO[bytes], *, seconds: float) -> None:
    """Answer until the questions end. What the library raises on foreign bytes ends the child, after it was said."""

    def failed(kind: type[BaseException], value: BaseException, _: TracebackType | None) -> None:
        _say(answers, {"failed": f"failed: {kind.__name__}: {str(value)[:200]}".strip(": ")})

    sys.excepthook = failed
    _say(answers, {"ready": True})
    while head := questions.read(QUESTION.size):
        question_size, body_size = QUESTION.unpack(head)
        question = json.loads(questions.read(question_size))
        body = questions.read(body_size)
        _limit_cpu(seconds)
        found = answer(question, body)
        _limit_cpu(0)
        _say(answers, {"answer": found})


def _say(answers: IO[bytes], value: object) -> None:
    data = json.dumps(value).encode()
    answers.write(ANSWER.pack(len(data)) + data)
    answers.flush()


def _limit_memory(megabytes: int) -> None:
    with suppress(ImportError, ValueError, OSError):  # not every system has every limit; the time limit always holds
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))


def _limit_cpu(seconds: float) -> None:
    """Counted from now; the signal ends the process, also when nobody is left who would. 0: no limit."""
    signal.setitimer(signal.ITIMER_PROF, seconds)


def main(module: str, seconds: float, megabytes: int) -> None:
    """Become the child: stdout belongs to the answers alone, whatever a library prints."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent closes the pipe
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    answer = cast(Answer, importlib.import_module(module).answer)
    _limit_memory(megabytes)
    work(answer, sys.stdin.buffer, answers, seconds=seconds)


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]), int(sys.argv[3]))
