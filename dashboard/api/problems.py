"""What is wrong with a request, in words: which parameter, what is wrong, what would be right. RFC 9457."""

from __future__ import annotations

from dataclasses import dataclass

TITLES = {
    400: "A parameter is wrong",
    404: "There is no such thing",
    405: "This API only reads",
    406: "Not in that format",
    503: "The archive does not answer",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One parameter that cannot be understood."""

    parameter: str
    wrong: str
    right: str


@dataclass(frozen=True, slots=True)
class Problem:
    """The body of every answer with a status of 400 or more. errors : of parameters, all that were found."""

    title: str
    status: int
    detail: str
    errors: tuple[Fault, ...] = ()
    type: str = "about:blank"


class Refused(Exception):
    """A request that gets no answer; caught by the server, which sends the problem."""

    def __init__(self, status: int, detail: str, *, faults: tuple[Fault, ...] = ()) -> None:
        super().__init__(detail)
        self.problem = Problem(TITLES[status], status, detail, faults)


def faulty(*faults: Fault) -> Refused:
    """Parameters that are wrong: all of them in one answer."""
    return Refused(400, "; ".join(f"{one.parameter}: {one.wrong}; {one.right}" for one in faults), faults=faults)
