"""Elements that stand above others on a page and are sent after them: what a reader waits for comes first.

Streamlit sends every element when it is made. The controls of a page must be made before its chart, whose question they
are, and cost the browser more than the chart. Here their messages are held; the container around them keeps the place.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from streamlit.runtime.scriptrunner_utils.script_run_context import get_script_run_ctx

if TYPE_CHECKING:
    from streamlit.proto.ForwardMsg_pb2 import ForwardMsg


class Later:
    """Messages of elements, in their order. Whoever holds some has to send them, whatever happens in between."""

    def __init__(self) -> None:
        self._held: list[ForwardMsg] = []

    @contextmanager
    def held(self) -> Iterator[None]:
        """What is put on the page within is not sent yet."""
        context = get_script_run_ctx()
        if context is None:  # not run by Streamlit: nothing is sent at all
            yield
            return
        send = context._enqueue
        context._enqueue = self._held.append
        try:
            yield
        finally:
            context._enqueue = send

    def send(self) -> None:
        context = get_script_run_ctx()
        while context is not None and self._held:
            context._enqueue(self._held.pop(0))
