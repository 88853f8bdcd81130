"""An earlier submission under today's rules: what differs, and which rules did it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from recommender.engine import code
from recommender.engine.answers import read
from recommender.engine.rulebook import Rulebook
from recommender.engine.scoring import standings
from recommender.errors import AnswersError
from recommender.i18n import words
from recommender.render.rule_change import Books, told
from recommender.render.since import since
from recommender.rulebook.diff import RuleChange

MOST_NAMED = 3
"""So many rules the sentence names; the list below it has all."""


@dataclass(frozen=True, slots=True)
class Cause:
    """A rule that gives these answers something else than before, and how it was changed.

    `what` is `added`, `removed` or `changed`.
    """

    rule: str
    what: str
    said: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Moved:
    """A type that has other points or another place; each pair is then and now."""

    type: str
    rank: tuple[int, int]
    points: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Reread:
    """`code` carries the answers under today's rules; None where these cannot read them."""

    said: str
    moved: tuple[Moved, ...] = ()
    causes: tuple[Cause, ...] = ()
    code: str | None = None


def reread(
    document: Mapping[str, Any], then: Rulebook | None, today: Rulebook, lang: str
) -> Reread:
    """What today's rules say of a document's answers, in sentences of one language.

    `then` is the rulebook that made the document, where it is still kept; without it the causes
    are not known.
    """
    w, version = words(lang), today.version
    if document["rules"]["digest"] == today.digest:
        return Reread(w("today_none", version=version), code=document["code"])
    try:
        now = read(today.questionnaire, document["answers"])
    except AnswersError:
        return Reread(w("today_unread", version=version))
    moved = _moved(document, today, standings(today, now))
    text = code.encode(today.layouts, now)
    if then is None:
        key = "today_moved_unkept" if moved else "today_same_unkept"
        return Reread(w(key, version=version, then=document["rules"]["version"]), moved, (), text)
    found = since(then, today, read(then.questionnaire, document["answers"]), now)
    causes = tuple(_cause((then, today), change, lang) for change in found.changes)
    first = w.listed([today.types[type_].in_sentence[lang] for type_ in found.leaders])
    named = [cause.said for cause in causes[:MOST_NAMED]]
    if more := len(causes) - len(named):
        named.append(w.count("since_more", more))
    said = w(found.key, version=version, types=first, changes=w.listed(named))
    return Reread(said, moved, causes, text)


def _cause(books: Books, change: RuleChange, lang: str) -> Cause:
    said = words(lang)(f"since_{change.what}", rule=change.id)
    return Cause(change.id, change.what, said, tuple(told(books, change, lang)))


def _moved(document: Mapping[str, Any], today: Rulebook, now: list[Any]) -> tuple[Moved, ...]:
    then = {entry["type"]: entry for entry in document["ranking"]}
    pairs = [(then[one.type], one) for one in now if one.type in then]
    return tuple(
        Moved(one.type, (entry["rank"], one.rank), (entry["points"], one.points))
        for entry, one in pairs
        if (entry["rank"], entry["points"]) != (one.rank, one.points)
    )
