"""How a process logs: in words for whoever watches it, or a JSON object a line for programs.

Neither holds anything that people wrote: what libraries say is logged without its values, and an
error as its kind and the places it came through.
"""

import json
import logging
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

KINDS = ("text", "json")

request_id: ContextVar[str] = ContextVar("request_id", default="")
"""The id of the request that is being answered; empty between requests."""

requests = logging.getLogger("recommender.requests")
"""Hears of every request that was answered, at the level INFO, which lines of JSON alone show."""


class JsonLines(logging.Formatter):
    """A record as one line: time, level and message, and what it brings as `extra={"said": …}`."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "message": _message(record),
        }
        if id_ := request_id.get():
            line["request"] = id_
        line |= getattr(record, "said", {})
        if record.exc_info and record.exc_info[1]:
            line["error"] = _error(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False)


class Words(logging.Formatter):
    """A record as whoever watches a terminal reads it: time and message, and below it its error."""

    def format(self, record: logging.LogRecord) -> str:
        said = [f"{self.formatTime(record)} {_message(record)}"]
        if record.exc_info and record.exc_info[1]:
            said += _lines(_error(record.exc_info[1]))
        return "\n".join(said)


def configure(kind: str) -> None:
    """Have this process log as `kind`, which is one of KINDS, to standard error."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines() if kind == "json" else Words())
    logging.basicConfig(handlers=[handler])
    if kind == "json":
        requests.setLevel(logging.INFO)


def _message(record: logging.LogRecord) -> str:
    """What was said; of what a library says, only the pattern, for its values may be anybody's."""
    ours = record.name.partition(".")[0] == "recommender" or record.name == "root"
    return record.getMessage() if ours else str(record.msg)


def _error(error: BaseException) -> dict[str, Any]:
    """Kind and places of an error, and of the one that it came of. Its words may hold values."""
    places = [
        f"{one.filename}:{one.lineno} {one.name}"
        for one in traceback.extract_tb(error.__traceback__)
    ]
    told: dict[str, Any] = {"kind": type(error).__qualname__, "places": places}
    cause = error.__cause__ or error.__context__
    return told | ({"cause": _error(cause)} if cause else {})


def _lines(error: dict[str, Any]) -> list[str]:
    """An error for a reader, with what it came of."""
    cause = error.get("cause")
    places = [f"    {place}" for place in error["places"]]
    return [f"  {error['kind']}", *places, *(["  came of", *_lines(cause)] if cause else [])]
