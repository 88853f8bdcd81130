"""The 90-day sheet measures the first type, by dates that follow from the first day."""

import csv
import io
from datetime import date

import pytest

from recommender.engine import code
from recommender.engine.model import Answers
from recommender.render.sheet import DAYS, as_csv, columns, read_start, sheet


@pytest.fixture
def answers(rulebook):
    return Answers(rulebook.example.answers)


@pytest.mark.parametrize("lang", ["en", "id"])
def test_the_sheet_begins_with_the_engagement_rate_and_its_formula(rulebook, answers, lang):
    made = sheet(rulebook, answers, lang, None)

    assert made.type == "media_sharing"
    assert "÷" in made.measures[0]
    assert "× 100" in made.measures[0]
    assert 2 <= len(made.measures) == len(set(made.measures))


def test_dates_follow_from_the_first_day(rulebook, answers):
    made = sheet(rulebook, answers, "en", date(2026, 12, 1))

    assert [day.isoformat() for day in made.dates] == [
        "2026-12-01",
        "2026-12-31",
        "2027-01-30",
        "2027-03-01",
    ]
    assert columns(made, "en")[1] == "Baseline (2026-12-01)"


def test_without_a_first_day_the_columns_name_days_alone(rulebook, answers):
    heads = columns(sheet(rulebook, answers, "id", None), "id")

    assert len(heads) == 2 + len(DAYS)
    assert not any("(" in head for head in heads)


@pytest.mark.parametrize("text", ["", "tomorrow", "2026-13-01", "9999-12-31", "=1+1", "٢٠٢٦-٠١-٠١"])
def test_what_is_no_usable_date_is_none(text):
    assert read_start(text) is None


def test_the_table_holds_a_row_for_each_measure_with_cells_to_fill_in(rulebook, answers):
    made = sheet(rulebook, answers, "id", date(2026, 12, 1))

    rows = list(csv.reader(io.StringIO(as_csv(made, "id").decode("utf-8-sig"))))

    assert rows[0] == columns(made, "id")
    assert [row[0] for row in rows[1:]] == list(made.measures)
    assert {cell for row in rows[1:] for cell in row[1:]} == {""}


def test_no_cell_of_the_table_is_a_formula(rulebook, answers):
    text = as_csv(sheet(rulebook, answers, "en", None), "en").decode("utf-8-sig")

    cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row if cell]
    assert [cell for cell in cells if cell[0] in "=+-@\t\r"] == []


def test_page_and_download_of_a_result(rulebook, reader, client, answers):
    found = code.encode(rulebook.layouts, answers)

    page = reader.get(f"/r/{found}/sheet?lang=en&start=2026-12-01")
    table = client.get(f"/r/{found}/sheet.csv?lang=en&start=2026-12-01")

    assert "2027-03-01" in page.text
    assert table.mimetype == "text/csv"
    assert "attachment" in table.headers["Content-Disposition"]
    assert "2027-03-01" in table.get_data(as_text=True)


def test_a_date_that_is_none_is_said_and_the_sheet_stays(rulebook, reader, answers):
    found = code.encode(rulebook.layouts, answers)

    page = reader.get(f"/r/{found}/sheet?lang=en&start=soon")

    assert "Enter a date like 2026-12-01" in page.text
    assert "Baseline" in page.text


def test_a_draft_has_no_sheet_yet(rulebook, client):
    draft = code.encode(rulebook.layouts, Answers({"primary_goal": "credibility"}))

    assert client.get(f"/r/{draft}/sheet").status_code == 303
    assert client.get(f"/r/{draft}/sheet.csv").status_code == 422


def test_the_types_stand_beside_the_questions_as_they_are_answered(client):
    part = client.get("/so-far?lang=en&audience_activity=discusses_in_groups&conversation=group")

    assert part.status_code == 200
    assert "Forum" in part.text
    assert "A forum leads so far." in part.text


def test_without_answers_no_type_leads(client):
    assert "are level so far" in client.get("/so-far?lang=en").text
