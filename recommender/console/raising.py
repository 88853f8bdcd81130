"""What to raise at the next meeting: read from the document as the client saw it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from recommender.agency.sending import in_words
from recommender.engine.model import Answers, Question
from recommender.engine.moves import Change, allowed_values
from recommender.engine.rulebook import Rulebook
from recommender.engine.trial import Trial, first, first_two
from recommender.errors import Text
from recommender.i18n import LANGUAGES, number, words
from recommender.render.phrases import change_clause

MOST_POINTS = 8
MOST_QUESTIONS = 3
LOW = 4
"""From this place on a type counts as ranked low."""

CHANNELS = "existing_channels"
WEIGHTS = {
    "none": 100,
    "weak": 95,
    "tie": 90,
    "ask": 80,
    "capacity": 70,
    "change": 68,
    "warning": 64,
    "narrow": 60,
    "new": 58,
    "low": 56,
    "channels": 54,
    "closed": 52,
}
SECOND = 10
"""By so much less weighs what is said of the second type alone."""

TITLES = {
    "none": "agenda_choose",
    "weak": "agenda_choose",
    "tie": "agenda_choose",
    "narrow": "agenda_choose",
    "ask": "agenda_ask",
    "capacity": "agenda_capacity",
    "change": "change_this",
    "warning": "agenda_risk",
    "closed": "agenda_risk",
    "new": "raise_channels",
    "low": "raise_channels",
    "channels": "agenda_ask",
}

Entry = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Point:
    """One thing to raise, as whole sentences.

    It rests on a `rule`, on a `question`, or, without either, on the ranking.
    """

    kind: str
    said: Text
    weight: int
    rule: str | None = None
    question: str | None = None

    @property
    def title(self) -> str:
        """The key of the word above it."""
        return TITLES[self.kind]


def points(
    document: Mapping[str, Any], book: Rulebook, answers: Answers | None
) -> tuple[Point, ...]:
    """What to raise, what weighs most first.

    `book` gives types and questions their names. `answers` are those of the document as this
    rulebook reads them, if it is the one that made the document: then it is also said which
    types an open question can move.
    """
    held = [entry for entry in document["ranking"] if not entry["excluded"]]
    found = [
        *_leading(document, book, held),
        *_asking(document, book, answers),
        *_capacity(document, book, held[:1]),
        *_risks(book, held[:2]),
        *_channels(document, book, held[:2]),
    ]
    return tuple(sorted(found, key=lambda point: -point.weight)[:MOST_POINTS])


def _point(kind: str, said: Text, less: int = 0, **place: str | None) -> Point:
    return Point(kind, said, WEIGHTS[kind] - less, **place)


def _leading(document: Mapping[str, Any], book: Rulebook, held: Sequence[Entry]) -> Iterator[Point]:
    """No type that fits, or two that are close."""
    if not held:
        yield _point("none", in_words("raise_none"))
        return
    sure = document["confidence"]
    if held[0]["band"] == "weak":
        yield _point("weak", in_words("raise_weak", first=_names(book, held[:1])))
    if sure["label"] not in ("tie", "narrow") or len(held) < 2:
        return
    one, two = (_names(book, [entry]) for entry in held[:2])
    about = {"first": one, "second": two, "points": _points(sure["margin"])}
    about |= {name: _number(sure[name]) for name in ("kept", "tried")}
    level = "_level" if sure["margin"] == 0 and sure["label"] == "tie" else ""
    yield _point(sure["label"], in_words(f"raise_{sure['label']}{level}", **about))


def _asking(
    document: Mapping[str, Any], book: Rulebook, answers: Answers | None
) -> Iterator[Point]:
    """The open questions that matter most, in the words in which they are asked aloud."""
    known = [id_ for id_ in document["next_questions"] if id_ in book.questionnaire.questions]
    for place, id_ in enumerate(known[:MOST_QUESTIONS]):
        key, types = _swaps(book, answers, id_) if answers else ("raise_ask", ())
        label = book.questionnaire.questions[id_].label
        link = "and" if key == "raise_ask_between" else "or"
        said = in_words(key, question=label, types=_types(book, types, link))
        yield _point("ask", said, place, question=id_)


def _swaps(book: Rulebook, answers: Answers, id_: str) -> tuple[str, list[str]]:
    """Which types an answer to this question can bring to the first two places, and the key of
    the sentence that says so."""
    trial, types = Trial(book, answers), list(book.types)
    now = first_two(trial.places)
    question = book.questionnaire.questions[id_]
    after = [trial.after({id_: value}) for value in allowed_values(question)]
    leading = {at for places in after for at in first(places)} - now[0]
    if leading:
        return "raise_ask_first", [types[at] for at in sorted(leading)]
    seconds = {at for places in after for at in first_two(places)[1]} - now[1] - now[0]
    if seconds:
        return "raise_ask_second", [types[at] for at in sorted(seconds)]
    return "raise_ask_between", [types[at] for at in sorted(now[0] | now[1])]


def _capacity(
    document: Mapping[str, Any], book: Rulebook, leading: Iterable[Entry]
) -> Iterator[Point]:
    """What the team lacks for the first type, and which one answer of the team's own would change
    its place."""
    for entry in leading:
        short = [c for c in entry["contributions"] if c["kind"] == "capacity" and c["points"] < 0]
        for worst in sorted(short, key=lambda one: one["points"])[:1]:
            lost = _points(-worst["points"])
            about = {"type": _name(book, entry), "points": lost, "reason": worst["reason"]}
            yield _point("capacity", in_words("raise_capacity", **about), rule=worst["rule"])
        yield from _change(document, book, entry, 0 if short else WEIGHTS["change"] // 2)


def _change(
    document: Mapping[str, Any], book: Rulebook, entry: Entry, less: int
) -> Iterator[Point]:
    questions = book.questionnaire.questions
    for alternative in entry["changes"]:
        if len(alternative) > 1 or not _is_of_team(questions, alternative[0]["question"]):
            continue
        try:
            clause = _clause(book, alternative)
        except KeyError:  # an option that this rulebook does not know
            continue
        taking = [one for one in document["ranking"] if alternative in one["changes"]]
        rest = [one for one in taking if one["type"] != entry["type"]]
        key = "outcome_takes" if rest else "raise_no_longer"
        outcome = in_words(key, first=_names(book, rest[:1] or [entry]))
        said = in_words("change_line", change=clause, outcome=outcome)
        yield _point("change", said, less, question=alternative[0]["question"])
        return


def _is_of_team(questions: Mapping[str, Question], id_: str) -> bool:
    return id_ in questions and questions[id_].control == "team"


def _clause(book: Rulebook, alternative: Iterable[Mapping[str, Any]]) -> Text:
    made = tuple(
        Change(one["question"], _value(one["from"]), _value(one["to"])) for one in alternative
    )
    return {lang: change_clause(book, made, lang) for lang in LANGUAGES}


def _risks(book: Rulebook, front: Sequence[Entry]) -> Iterator[Point]:
    """Every warning of the first two types once, and the platforms that a rule closes."""
    told: set[str] = set()
    for place, entry in enumerate(front):
        closed: dict[str, list[Mapping[str, Any]]] = {}
        for platform in entry["platforms"]:
            if "rule" in platform and not platform["advised"]:
                closed.setdefault(platform["rule"], []).append(platform)
        for rule, platforms in closed.items():
            named = [_platform(book, one["id"]) for one in platforms]
            listed = {lang: words(lang).listed(named) for lang in LANGUAGES}
            about = {"platforms": listed, "type": _names(book, [entry])}
            said = in_words("raise_closed", reason=platforms[0]["reason"], **about)
            if rule not in told:
                yield _point("closed", said, place * SECOND, rule=rule)
        told |= set(closed)
        for note in entry["warnings"]:
            if note["rule"] not in told:
                said = in_words("raise_warning", type=_name(book, entry), reason=note["reason"])
                yield _point("warning", said, place * SECOND, rule=note["rule"])
                told.add(note["rule"])


def _channels(
    document: Mapping[str, Any], book: Rulebook, front: Sequence[Entry]
) -> Iterator[Point]:
    """Where the channels that the client has differ from what is recommended."""
    used = document["answers"].get(CHANNELS)
    if used is None:
        if CHANNELS not in document["next_questions"][:MOST_QUESTIONS]:
            yield _point("channels", in_words("raise_channels_unknown"), question=CHANNELS)
        return
    missing = [entry for entry in front if entry["type"] not in used]
    if missing:
        key = "raise_new" if used else "raise_new_none"
        said = in_words(key, types=_names(book, missing))
        yield _point("new", said, 0 if front[0] in missing else SECOND, question=CHANNELS)
    low = [
        entry
        for entry in document["ranking"]
        if entry["type"] in used and (entry["rank"] >= LOW or entry["excluded"])
    ]
    if low:
        yield _point("low", in_words("raise_low", types=_names(book, low)), question=CHANNELS)


def _value(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _name(book: Rulebook, entry: Entry) -> Text:
    id_ = entry["type"]
    return book.types[id_].name if id_ in book.types else _untold(id_)


def _names(book: Rulebook, entries: Iterable[Entry]) -> Text:
    return _types(book, [entry["type"] for entry in entries])


def _types(book: Rulebook, ids: Sequence[str], link: str = "and") -> Text:
    """Types as a sentence lists them; one that the rulebook does not know by its id."""
    said = [book.types[id_].in_sentence if id_ in book.types else _untold(id_) for id_ in ids]
    return {lang: words(lang).listed([one[lang] for one in said], link) for lang in LANGUAGES}


def _untold(id_: str) -> Text:
    return dict.fromkeys(LANGUAGES, id_)


def _platform(book: Rulebook, id_: str) -> str:
    return book.platforms[id_].name if id_ in book.platforms else id_


def _points(n: int) -> Text:
    return {lang: words(lang).count("points", n) for lang in LANGUAGES}


def _number(n: int) -> Text:
    return dict.fromkeys(LANGUAGES, number(n))
