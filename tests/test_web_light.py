"""What the web app does without: whoever has no forms waits for nothing that forms need."""

import subprocess
import sys

import pytest

VISIT = """
import sys
from recommender.rulebook import load, shipped
from recommender.rulebook.files import Form
from recommender.web.api import models
from recommender.web.app import create_app

read_with = [Form, models.Taken, models.Query, models.Given]
for model in read_with:
    read_with += model.__subclasses__()
print(*(model.__name__ for model in read_with if model.__pydantic_complete__))
print(*sorted({"recommender.batch", "recommender.rulebook.coverage"} & {*sys.modules}))
client = create_app(load(shipped())).test_client()
for address in ("/", "/2", "/guide", "/embed.js"):
    assert client.get(address).status_code == 200, address
assert client.get("/f/kopi/").status_code == 404
forms = {"alembic", "sqlalchemy", "recommender.agency", "recommender.store"}
print(*sorted(forms & {*sys.modules}))
"""


@pytest.mark.slow
def test_an_app_without_forms_imports_and_builds_nothing_that_few_pages_need():
    told = subprocess.run([sys.executable, "-c", VISIT], check=True, capture_output=True, text=True)
    assert told.stdout.split() == []


def test_a_request_passes_one_function_before_it_is_answered_and_one_after(app):
    assert [len(app.before_request_funcs[None]), len(app.after_request_funcs[None])] == [1, 1]
