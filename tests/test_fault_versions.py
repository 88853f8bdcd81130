"""A server of this version beside tables of a later one, as while servers are updated in turn."""

import pytest
from consoles import console_app, signed_in
from sends import ASKING, SRI, at_send, erase_address, only_one, press

from recommender.store import migrations
from recommender.store.database import Database
from recommender.store.tables import metadata


@pytest.mark.slow
def test_this_version_serves_on_tables_that_a_later_one_has_added_to(database: Database) -> None:
    """Every table has a column more, there is a table more, and the step is one of later."""
    app = console_app(database, **ASKING)
    page = at_send(app)
    with database.writing() as connection:
        for name in metadata.tables:
            connection.exec_driver_sql(f"ALTER TABLE {name} ADD COLUMN later VARCHAR(9)")
        connection.exec_driver_sql("CREATE TABLE later_still (id VARCHAR(32) PRIMARY KEY)")
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    database.engine.dispose()  # as a server that starts

    assert migrations.made_ready(database, upgrading=True)
    assert app.test_client().get("/readyz").status_code == 200
    press(page, **SRI)
    stored = only_one(database)
    member = signed_in(app)
    for address in ("/console/submissions", f"/console/submissions/{stored.listed.id}"):
        assert member.get(address).response.status_code == 200
    page.get(erase_address(page))
    assert page.submit().response.status_code == 200
