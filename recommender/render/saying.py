"""Sentences and lines that both reports share."""

from collections.abc import Iterable

from recommender.engine.content import Service
from recommender.engine.guidance import PlatformNote
from recommender.engine.rulebook import Rulebook
from recommender.i18n import words
from recommender.render.blocks import Line
from recommender.render.view import View


def sure(rulebook: Rulebook, shown: View) -> str:
    """How sure the ranking is: the label, the counts, and what is still open, by name.

    The page counts the open questions; a report names them, so that each of its numbers is one
    of the document's.
    """
    w, found = words(shown.lang), shown.explained.confidence
    if found.label == "tie":
        return f"{shown.confidence}. {shown.confidence_line}"
    margin = w.count("points", found.margin)
    line = w("confidence_line", margin=margin, kept=found.kept, tried=found.tried)
    said = f"{shown.confidence}. {line}"
    if found.label == "early":
        named = question_names(rulebook, shown.explained.open_questions, shown.lang)
        said = f"{said} {w('report_open', questions=named)}"
    return said


def rules_name(rulebook: Rulebook, lang: str) -> str:
    """Which rulebook answers: its name, where it has one, and its version."""
    w = words(lang)
    if rulebook.name:
        return w("rules_named", name=rulebook.name[lang], version=rulebook.version)
    return w("rules_version", version=rulebook.version)


def offering(rulebook: Rulebook) -> str:
    """Who offers the services of a rulebook; nothing where it has none."""
    return next((service.by for service in rulebook.services), "")


def service_lines(services: Iterable[Service], lang: str) -> tuple[Line, ...]:
    """What an agency offers for a type."""
    return tuple(Line(one.text[lang], f"{one.name[lang]}:", url=one.url or "") for one in services)


def question_names(rulebook: Rulebook, questions: Iterable[str], lang: str) -> str:
    """Questions by their short names, as a sentence lists them."""
    asked = rulebook.questionnaire.questions
    return words(lang).listed([f"“{asked[id_].short[lang]}”" for id_ in questions])


def platform_lines(
    rulebook: Rulebook, notes: Iterable[PlatformNote], lang: str, *, cited: bool
) -> tuple[Line, ...]:
    """Platforms with why or why not; `cited` adds the ids of rules and sources."""
    w, lines = words(lang), []
    for note in notes:
        name, reason = rulebook.platforms[note.id].name, note.reason[lang]
        if not note.advised:
            name = f"{name} ({w('not_advised').lower()}):"
        elif len(note.markets) == 1:
            name = f"{name} ({w(f'market_{note.markets[0]}')}):"
        else:
            name, reason = _opened(name, reason)
        rule, sources = (note.rule or "", note.sources) if cited else ("", ())
        lines.append(Line(reason, name, rule=rule, sources=sources))
    return tuple(lines)


def _opened(name: str, reason: str) -> tuple[str, str]:
    """A name and what is said of it, without saying it twice where the sentence begins with it."""
    for end in (" ", ", "):
        if reason.startswith(name + end):
            return name + end.strip(), reason[len(name + end) :]
    return f"{name}:", reason
