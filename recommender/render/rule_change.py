"""A changed rule in words: what it was and what it is now."""

from collections.abc import Iterable, Iterator, Mapping

from recommender.engine.model import NONE, Conditions, Rule
from recommender.engine.rows import GOAL
from recommender.engine.rulebook import Rulebook
from recommender.i18n import signed, words
from recommender.render.rule import outcome, sentence
from recommender.rulebook.diff import RuleChange

Books = tuple[Rulebook, Rulebook]
"""The old rulebook and the new one."""

TOLD = ("effects", "exclude", "close", "warn", "when", "unless", "kind", "reason", "sources")
"""The fields of a rule whose changes are told in full; others are named."""


def told(books: Books, change: RuleChange, lang: str) -> list[str]:
    """What was changed, a line for each thing; an added or removed rule is told whole."""
    old, new = change.old, change.new
    if old is None or new is None:
        kept = [(book, rule) for book, rule in zip(books, (old, new)) if rule]
        return [line for one in kept for line in _whole(*one, lang)]
    parts = _points(books, old, new, lang), _conditions(books, old, new, lang)
    return [line for part in (*parts, _rest(change, old, new, lang)) for line in part]


def _whole(rulebook: Rulebook, rule: Rule, lang: str) -> list[str]:
    w = words(lang)
    return [
        sentence(rulebook, rule, lang),
        w("diff_says", reason=rule.reason[lang]),
        w("diff_sources", sources=", ".join(rule.sources)),
    ]


def _points(books: Books, old: Rule, new: Rule, lang: str) -> Iterator[str]:
    w = words(lang)
    if old.effects and new.effects:
        for type_ in {**old.effects, **new.effects}:
            before, after = (rule.effects.get(type_, 0) for rule in (old, new))
            if before != after:
                book = books[type_ in new.effects]
                name = book.types[type_].in_sentence[lang]
                yield w("diff_points", type=name, old=signed(before), new=signed(after))
    elif _deeds(old) != _deeds(new):
        before_, after_ = (outcome(book, rule, lang) for book, rule in zip(books, (old, new)))
        yield w("diff_does", old=before_, new=after_)


def _deeds(rule: Rule) -> tuple[object, ...]:
    return rule.effects, rule.exclude, rule.close, rule.warn


def _conditions(books: Books, old: Rule, new: Rule, lang: str) -> Iterator[str]:
    yield from _conditions_of("when", books, old.when, new.when, lang)
    yield from _conditions_of("unless", books, old.unless, new.unless, lang)


def _conditions_of(
    part: str, books: Books, old: Conditions, new: Conditions, lang: str
) -> Iterator[str]:
    """Each question that is read anew, no longer, or for other options, in their labels."""
    before, after = dict(old), dict(new)
    for question in {**before, **after}:
        was, is_ = before.get(question, frozenset()), after.get(question, frozenset())
        hows = ("new", "gone") if not was or not is_ else ("more", "less")
        for how, options, book in zip(hows, (is_ - was, was - is_), reversed(books)):
            if options:
                yield words(lang)(
                    f"diff_{part}_{how}",
                    question=_question(book, question, lang),
                    options=", ".join(_labels(book, question, options, lang)),
                )


def _question(rulebook: Rulebook, id_: str, lang: str) -> str:
    asked = rulebook.questionnaire.questions["primary_goal" if id_ == GOAL else id_]
    short = f"“{asked.short[lang]}”"
    return words(lang)("diff_goal", question=short) if id_ == GOAL else short


def _labels(rulebook: Rulebook, id_: str, options: Iterable[str], lang: str) -> list[str]:
    """The labels of these options, in the order of the question."""
    asked = rulebook.questionnaire.questions["primary_goal" if id_ == GOAL else id_]
    labels = {option.id: option.label for option in asked.options.values()}
    if asked.none:
        labels[NONE] = asked.none
    return [label[lang] for option, label in labels.items() if option in options]


def _rest(change: RuleChange, old: Rule, new: Rule, lang: str) -> Iterator[str]:
    w = words(lang)
    if old.kind != new.kind:
        yield w("diff_kind", old=old.kind, new=new.kind)
    if old.reason[lang] != new.reason[lang]:
        yield w("diff_reason", old=old.reason[lang], new=new.reason[lang])
    elif old.reason != new.reason:
        yield w("diff_rest", fields=", ".join(_languages(old.reason, new.reason)))
    for key, one, other in (
        ("diff_sources_more", new.sources, old.sources),
        ("diff_sources_less", old.sources, new.sources),
    ):
        ids = [source for source in one if source not in other]
        if ids:
            yield w(key, sources=", ".join(ids))
    fields = [field for field in change.differs if field not in TOLD]
    if fields:
        yield w("diff_rest", fields=", ".join(fields))


def _languages(old: Mapping[str, str], new: Mapping[str, str]) -> list[str]:
    return [f"reason.{lang}" for lang in new if old[lang] != new[lang]]
