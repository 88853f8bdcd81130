"""What the web app does without: whoever has no forms waits for no database."""

import subprocess
import sys

VISIT = """
import sys
from recommender.rulebook import load, shipped
from recommender.web.app import create_app

client = create_app(load(shipped())).test_client()
for address in ("/", "/2", "/guide", "/embed.js"):
    assert client.get(address).status_code == 200, address
assert client.get("/f/kopi/").status_code == 404
print(*sorted({"alembic", "sqlalchemy"} & {*sys.modules}))
"""


def test_an_app_without_forms_answers_and_imports_nothing_of_databases():
    told = subprocess.run([sys.executable, "-c", VISIT], check=True, capture_output=True, text=True)
    assert told.stdout.split() == []
