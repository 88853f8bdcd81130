"""What reports say, to whom, and in which language."""

import json
import re
from collections.abc import Iterator

import pytest
from reports import KINDS, cases, inline
from results import BASE, PROFILES, rule, with_rules

from recommender.engine.answers import read
from recommender.i18n import signed, words
from recommender.render.blocks import Line, Lines, Report
from recommender.render.document import document
from recommender.render.markdown import markdown
from recommender.render.report import report
from recommender.render.view import view

each_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: "-".join(kind))
NUMBER = re.compile(r"−?\d+(?:[.,]\d+)*")


def texts(value: object) -> Iterator[str]:
    """Every text within blocks or plain values."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from texts(tuple(value.items()))
    elif isinstance(value, tuple | list):
        for one in value:
            yield from texts(one)
    elif isinstance(value, bool | int | None):
        yield str(value).replace("-", "−")


def numbers(*values: object) -> set[str]:
    return {found for text in texts(values) for found in NUMBER.findall(text)}


# Numbers


@pytest.mark.slow
@each_kind
def test_every_number_of_a_report_stands_in_the_document_or_in_a_text_it_rests_on(rulebook, kind):
    asked = rulebook.questionnaire.questions.values()
    labels = [(q.label, q.hint, q.none, [(o.label, o.phrase) for o in q.options.values()])
              for q in asked]  # fmt: skip
    labels_held = numbers([json.loads(json.dumps(labels, default=dict))])
    for id_, answers in cases().items():
        made = document(rulebook, answers)
        text, _, sources = markdown(rulebook, answers, *kind).partition(
            f"## {words(kind.lang)('sources')}\n"
        )
        text = re.sub(r"^\d+\. ", "", text, flags=re.M)  # the numbers of the agenda's points
        assert numbers(text) - numbers(made) - labels_held == set(), id_
        for line in sources.split("\n---\n")[0].strip().splitlines():
            cited = rulebook.sources[line.split("**")[1].rstrip(":")]
            held = numbers(cited.id, dict(cited.title), dict(cited.place or {}), cited.year)
            assert numbers(line) - numbers(cited.url or "") <= held


@pytest.mark.slow
@each_kind
def test_the_bars_of_a_report_are_the_ranking_of_the_document(rulebook, kind):
    for answers in list(cases().values())[:10]:
        text = markdown(rulebook, answers, *kind)

        shown = re.findall(r"^- \*\*(\d)\\\. (.+?)\*\*: (−?\d+)", text, re.M)
        assert shown == [
            (
                str(entry["rank"]),
                rulebook.types[entry["type"]].name[kind.lang],
                str(entry["points"]).replace("-", "−"),
            )
            for entry in document(rulebook, answers)["ranking"]
        ]


# What each reader is told


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["id", "en"])
def test_the_strategist_sees_every_point_with_its_rule_and_sources(rulebook, lang):
    for answers in list(cases().values())[:10]:
        said = "\n".join(inline(markdown(rulebook, answers, lang, "strategist")))

        for entry in document(rulebook, answers)["ranking"]:
            for one in entry["contributions"]:
                ids = f"({one['rule']}; {', '.join(one['sources'])})"
                assert f"{signed(one['points'])} {one['reason'][lang]} {ids}" in said
            for one in entry["warnings"]:
                assert f"! {one['reason'][lang]} ({one['rule']}; " in said


@pytest.mark.parametrize("lang", ["id", "en"])
def test_the_strategist_sees_first_steps_platforms_and_all_answers(rulebook, lang):
    answers = cases()["example"]
    made = document(rulebook, answers)["ranking"][0]

    said = "\n".join(inline(markdown(rulebook, answers, lang, "strategist")))

    for one in (*made["advice"], *made["platforms"]):
        sentence = one["text"][lang] if "text" in one else one["reason"][lang]
        assert sentence.split(" ", 1)[1] in said  # a platform's name may stand apart
    for question in rulebook.questionnaire.questions.values():
        assert f"{question.short[lang]}:" in said
        for option in answers.options(question.id):
            assert question.options[option].label[lang] in said


def agenda(made: Report) -> list[tuple[str, str]]:
    title = words(made.lang)("report_agenda")
    [lines] = next(section for section in made.sections if section.title == title).blocks
    assert isinstance(lines, Lines)
    return [(line.name, line.words) for line in lines.lines]


def test_the_agenda_asks_what_is_open_and_tells_near_ties_and_warnings(rulebook):
    answers = read(rulebook.questionnaire, PROFILES["warnings"])
    shown, w = view(rulebook, answers, "en"), words("en")

    points = agenda(report(rulebook, answers, "en", "strategist"))

    said = "\n".join(": ".join(point) for point in points)
    assert shown.sharpen
    for id_ in shown.sharpen:
        assert rulebook.questionnaire.questions[id_].label["en"] in said
    for card in shown.cards[:2]:
        for note in card.warnings:
            assert note.reason["en"] in said
    assert points[-1][0] == f"{w('agenda_agree')}:"


def test_the_agenda_names_types_that_lie_close(rulebook):
    book = with_rules(rulebook, rule("a", effects={"blog": 20}), rule("b", effects={"forum": 16}))

    points = agenda(report(book, read(book.questionnaire, BASE), "en", "strategist"))

    close = "These types are close: a blog (20 points) and a forum (16 points)."
    assert [said for name, said in points if name == "Choose:"] == [
        f"{close} Which one can the team keep up best?"
    ]


@pytest.mark.parametrize("lang", ["id", "en"])
def test_the_client_is_told_what_why_steps_certainty_change_and_places(rulebook, lang):
    w = words(lang)
    made = report(rulebook, cases()["example"], lang, "client")

    keys = ("why", "warnings", "first_steps", "report_sure", "change_this", "platforms")
    assert [section.title for section in made.sections] == [w(key) for key in keys]
    said = markdown(rulebook, cases()["example"], lang, "client")
    assert "seed-" not in said  # no ids: a client reads sentences
    assert "`" not in said


def test_where_every_type_is_ruled_out_the_client_is_told_why(rulebook):
    book = with_rules(rulebook, rule("a", exclude=tuple(rulebook.types)))
    answers = read(book.questionnaire, BASE)

    made = report(book, answers, "en", "client")

    assert made.headline == words("en")("headline_none")
    assert made.sections[0].blocks == (Lines((Line("Reason of a."),)),)
    assert len(report(book, answers, "en", "strategist").sections) > 3


@each_kind
def test_no_report_is_made_of_a_draft(rulebook, kind):
    draft = read(rulebook.questionnaire, {"pace": "daily"}, require=())

    with pytest.raises(ValueError, match="draft"):
        report(rulebook, draft, *kind)


# Language


FOREIGN = {
    "en": r"\b(yang|dan|untuk|tidak|Anda|dengan|adalah)\b",
    "id": r"\b(the|and|with|your|which|are|points)\b",
}


@pytest.mark.slow
@each_kind
def test_a_report_keeps_to_its_language_and_leaves_no_brace_open(rulebook, kind):
    for id_, answers in cases().items():
        text = markdown(rulebook, answers, *kind)
        text = re.sub(r"`[^`]*`", "", text.split(f"## {words(kind.lang)('sources')}\n")[0])

        assert re.findall(FOREIGN[kind.lang], text) == [], id_
        assert re.findall(r"[{}]|\bNone\b(?! (of these|yet|of your))", text) == [], id_
