"""Two members write of the same submission: the second one learns of it, and loses nothing."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from agencies import WHEN
from consoles import console_app, desk_of, signed_in
from desks import desk_of as desk_with_form
from desks import send
from forms import BOOK
from page import Page, form_fields
from profiles import PLAIN

from recommender.agency.sending import made
from recommender.engine.answers import read, to_fields
from recommender.store import practice, remarks
from recommender.store.database import Database
from recommender.store.practice import Followup, Learning, Overrule
from recommender.store.putting import Moved
from recommender.store.seen import seen_of

ANSWERS = read(BOOK.questionnaire, PLAIN)
MADE = made(BOOK, ANSWERS)
[FIRST] = MADE.first
OTHER, THIRD = [type_ for type_ in BOOK.types if type_ != FIRST][:2]
ANI, BUDI = "ani@studio.example", "budi@studio.example"
LATER = WHEN + timedelta(minutes=1)

FORM = "form[action$='/%s']"
WRITTEN = {
    "overrule": (
        {"type": OTHER, "reason": "Mine <b>"},
        {"type": THIRD, "reason": "Hers <i>"},
        ["Mine <b>", "Hers <i>", BOOK.types[THIRD].name["en"]],
    ),
    "followup": (
        {"used": [FIRST], "went": "well", "done": "Mine <b>"},
        {"used": [OTHER], "went": "badly", "done": "Hers <i>", "after_rate": "2"},
        ["Mine <b>", "Hers <i>", BOOK.types[OTHER].name["en"], "after 2 %"],
    ),
    "learning": (
        {"agreed": "yes", "how": "Mine <b>"},
        {"agreed": "yes", "how": "Hers <i>"},
        ["Hers <i>"],
    ),
}


@pytest.fixture
def two(store: Database) -> tuple[Page, Page, str]:
    """Two members who are signed in, and a submission."""
    app = console_app(store)
    id_ = send(desk_of(store), "one", made=MADE).id
    return signed_in(app), signed_in(app, "member@studio.example"), id_


def save(page: Page, kind: str, given: dict | None = None, status: int = 200) -> None:
    """Press the button of the form as it stands on the page, with this written in."""
    form = page.one(FORM % kind)
    fields = {**form_fields(form), **(given or {})}
    page.post(form.attributes["action"], fields, status=status)


@pytest.mark.slow
@pytest.mark.parametrize("kind", WRITTEN)
def test_who_saves_second_sees_both_versions_and_decides(two, kind: str) -> None:
    mine, hers, id_ = two
    desk = desk_of(mine.client.application.extensions["recommender"].database)
    address, (given, meanwhile, told) = f"/console/submissions/{id_}/{kind}", WRITTEN[kind]
    mine.get(address)
    save(hers.get(address), kind, meanwhile)
    save(mine, kind, given, status=409)
    assert mine.title.startswith("Error")
    assert "Somebody else saved this meanwhile" in mine.text
    held = mine.text + "".join(
        str(fields) for fields in form_fields(mine.one(FORM % kind)).values()
    )
    assert [text for text in told if text not in held] == []
    assert "<i>" not in mine.response.get_data(as_text=True)
    kept = getattr(practice.of_one(desk, id_), kind)
    assert kept.author == "member@studio.example"
    save(mine, kind)  # once more, as it is filled in
    assert getattr(practice.of_one(desk, id_), kind).author == "owner@studio.example"


@pytest.mark.slow
def test_own_answers_that_somebody_else_saved_meanwhile_stand_beside_mine(two) -> None:
    mine, hers, id_ = two
    database = mine.client.application.extensions["recommender"].database
    address = f"/console/submissions/{id_}/own"
    for page in (mine, hers):
        page.get(address)
    hers.submit(to_fields(read(BOOK.questionnaire, PLAIN | {"pace": "daily"})))
    theirs = remarks.opinion(desk_of(database), id_)
    mine.submit(to_fields(read(BOOK.questionnaire, PLAIN | {"pace": "weekly"})), status=409)
    assert remarks.opinion(desk_of(database), id_) == theirs
    pace = BOOK.questionnaire.questions["pace"]
    labels = [pace.options[one].label["en"] for one in ("daily", "weekly")]
    assert mine.texts("#problems td") == labels
    assert mine.chosen("pace") == ["weekly"]
    mine.submit({}, form="form[action$='/own']")
    assert remarks.opinion(desk_of(database), id_).author == "owner@studio.example"


@pytest.mark.slow
def test_what_somebody_changed_meanwhile_is_not_taken_away_unseen(two) -> None:
    mine, hers, id_ = two
    for kind in WRITTEN:
        hers.post(f"/console/submissions/{id_}/{kind}", WRITTEN[kind][0])
        mine.get(f"/console/submissions/{id_}/{kind}")
        hers.post(f"/console/submissions/{id_}/{kind}", WRITTEN[kind][1])
        mine.submit({}, form="form[action$='/remove']")
        assert "nothing was taken away" in mine.text
        mine.submit({}, form="form[action$='/remove']")
        assert "nothing was taken away" not in mine.text
    for pace in ("daily", "weekly"):
        fields = to_fields(read(BOOK.questionnaire, PLAIN | {"pace": pace}))
        hers.post(f"/console/submissions/{id_}/own", fields)
        if pace == "daily":
            mine.get(f"/console/submissions/{id_}/own")
    mine.submit({}, form="form[action$='/remove']")
    assert "nothing was taken away" in mine.text


@pytest.mark.slow
def test_a_slip_does_not_hide_that_somebody_saved_meanwhile(two) -> None:
    mine, hers, id_ = two
    address = f"/console/submissions/{id_}/overrule"
    mine.get(address)
    hers.post(address, WRITTEN["overrule"][1])
    save(mine, "overrule", {"type": OTHER}, status=422)
    save(mine, "overrule", {"reason": "Now with one"}, status=409)


@pytest.mark.slow
def test_of_two_at_the_same_moment_one_is_told(database: Database) -> None:
    desk = desk_with_form(database)
    for number in range(4):
        id_ = send(desk, str(number), made=MADE).id

        def write(who: str, id_: str = id_) -> bool:
            try:
                return practice.keep(desk, id_, Overrule(who, OTHER, who, WHEN), WHEN, "")
            except Moved:
                return False

        with ThreadPoolExecutor(2) as pool:
            assert sorted(pool.map(write, (ANI, BUDI))) == [False, True]


@pytest.mark.slow
def test_what_was_seen_is_checked_for_each_kind_on_both_databases(database: Database) -> None:
    desk = desk_with_form(database)
    id_ = send(desk, "one", made=MADE).id
    for value in (
        Overrule(ANI, OTHER, "", WHEN),
        Followup(ANI, (), "", None, None, "well", WHEN),
        Learning(ANI, "", WHEN),
    ):
        assert practice.keep(desk, id_, value, WHEN, "")
        for seen in ("", "never", seen_of(value).replace("2026", "2025")):
            with pytest.raises(Moved):
                practice.keep(desk, id_, value, WHEN, seen)
            with pytest.raises(Moved):
                practice.drop(desk, id_, type(value), ANI, WHEN, seen)
        assert practice.keep(desk, id_, value, WHEN, seen_of(value))
        assert practice.drop(desk, id_, type(value), ANI, WHEN, seen_of(value))
    assert remarks.keep_opinion(desk, id_, "C", ANI, WHEN, "")
    with pytest.raises(Moved):
        remarks.keep_opinion(desk, id_, "D", BUDI, LATER, "")
    with pytest.raises(Moved):
        remarks.remove_opinion(desk, id_, BUDI, LATER, "")
    seen = seen_of(remarks.opinion(desk, id_))
    assert remarks.remove_opinion(desk, id_, BUDI, LATER, seen)
