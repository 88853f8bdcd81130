"""How a process logs: in words for whoever watches it, or a JSON object a line for programs.

Lines of JSON hold nothing that people wrote: what libraries say is logged without its values,
and an error as its kind and the places it came through.
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
        ours = record.name.partition(".")[0] == "recommender" or record.name == "root"
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "message": record.getMessage() if ours else str(record.msg),
        }
        if id_ := request_id.get():
            line["request"] = id_
        line |= getattr(record, "said", {})
        if record.exc_info and record.exc_info[1]:
            line["error"] = _error(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False)


def configure(kind: str) -> None:
    """Have this process log as `kind`, which is one of KINDS, to standard error."""
    if kind == "text":
        logging.basicConfig(format="%(asctime)s %(message)s")
        return
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines())
    logging.basicConfig(handlers=[handler])
    requests.setLevel(logging.INFO)


def _error(error: BaseException) -> dict[str, Any]:
    """Kind and places of an error, and of the one that it came of. Its words may hold values."""
    places = [
        f"{one.filename}:{one.lineno} {one.name}"
        for one in traceback.extract_tb(error.__traceback__)
    ]
    told: dict[str, Any] = {"kind": type(error).__qualname__, "places": places}
    cause = error.__cause__ or error.__context__
    return told | ({"cause": _error(cause)} if cause else {})
