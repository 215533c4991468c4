"""What a child of the tests does when it is asked: answer, or die in one of many ways."""

from __future__ import annotations

import os
import signal
import time


def answer(question: dict[str, object], body: bytes) -> object:
    """`do`: length, echo, print, sleep, spin, hoard, exit, kill, raise."""
    match question["do"]:
        case "length":
            return len(body)
        case "echo":
            return question["text"]
        case "print":
            print("a library chats", flush=True)
            os.write(1, b"past the buffer too")
            return "printed"
        case "sleep":
            time.sleep(60)
        case "spin":
            while True:
                pass
        case "hoard":
            return len(bytes(2_000_000_000))
        case "exit":
            os._exit(3)
        case "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        case "raise":
            return [][0]
    return None
