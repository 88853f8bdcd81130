"""What programs of an agency can do by the API, and that they meet no other agency."""

from datetime import timedelta

import pytest
from agencies import WHEN, live_form
from apis import MADE, asking, key_for, world_of
from desks import NOBODY, UNKNOWN, invitation, send
from flask.testing import FlaskClient
from forms import BOOK

from recommender.agency.form import plain, settings_of
from recommender.engine.answers import read
from recommender.engine.code import decode
from recommender.render.document import canonical
from recommender.store import endpoints, front
from recommender.store.audit import deeds
from recommender.store.database import Database
from recommender.store.desk import Desk
from recommender.store.keys import SCOPES

MINUTE = timedelta(minutes=1)


@pytest.fixture
def world(store: Database):
    return world_of(store)


@pytest.fixture
def program(world) -> FlaskClient:
    """A program with a key for everything."""
    return asking(world, key_for(world, *SCOPES)[1])


@pytest.fixture
def other(world) -> FlaskClient:
    """A program of another agency."""
    form = live_form(world.desk.database, "teh", "other")
    desk = Desk(world.desk.database, form.agency_id)
    return asking(world, key_for(world, *SCOPES, desk=desk)[1])


def codes(response) -> dict[str, str]:
    """The code of each problem, by where it is."""
    assert response.status_code == 422, response.text
    assert response.mimetype == "application/problem+json"
    return {one["question"]: one["code"] for one in response.json["problems"]}


# Forms


@pytest.mark.slow
def test_forms_come_with_their_settings_and_address(program, world) -> None:
    [listed] = program.get("/api/v1/forms").json["forms"]

    record = world.desk.form("kopi")
    assert listed == program.get("/api/v1/forms/kopi").json
    assert listed["address"] == "http://localhost/f/kopi"
    assert (listed["state"], listed["version"]) == ("live", 1)
    assert listed["settings"] == dict(record.settings)


# Invitations


def test_an_invitation_brings_the_link_and_its_words(program, world) -> None:
    sent = {"form": "kopi", "client": "Sri", "email": "sri@a.example", "ref": "P-1", "days": 7}
    response = program.post("/api/v1/invitations", json=sent | {"answers": {"pace": "daily"}})

    made = response.json
    assert response.status_code == 201
    assert made["link"] in made["letters"]["id"]["mail"]
    assert made["link"] in made["letters"]["en"]["whatsapp"]
    token = made["link"].rpartition("/")[2]
    found = front.invitation(world.desk.database, token)
    assert (found.id, found.client, found.email, found.ref) == (
        made["id"],
        "Sri",
        "sri@a.example",
        "P-1",
    )
    assert decode(BOOK.layouts, found.code) == {"pace": "daily"}
    assert program.get(f"/f/kopi/i/{token}").status_code == 303
    assert deeds(world.desk)[0].what == "invited"
    assert deeds(world.desk)[0].who.startswith("CRM (rc_")


def test_everything_wrong_with_an_invitation_is_said_at_once(program, world) -> None:
    sent = {"form": "kopi", "klient": "Sri", "days": 366, "ref": 5, "answers": []}
    assert codes(program.post("/api/v1/invitations", json=sent)) == {
        "client": "required",
        "klient": "unknown_key",
        "days": "large",
        "ref": "type_text",
        "answers": "type_object",
    }

    sent = {"form": "kopi", "client": "a\u202eb", "email": "nowhere", "answers": {"pace": "x"}}
    found = codes(program.post("/api/v1/invitations", json=sent))
    assert found.keys() == {"client", "email", "answers"}
    assert world.desk.invitations() == []


def test_a_misspelt_key_comes_with_the_one_that_was_meant(program) -> None:
    answer = program.post("/api/v1/invitations", json={"form": "kopi", "klient": "Sri"})

    message = answer.json["problems"][-1]["message"]
    assert message["en"].endswith("Did you mean “client”?")
    assert message["id"].endswith("Apakah maksud Anda “client”?")


@pytest.mark.slow
@pytest.mark.parametrize("state", ["draft", "closed"])
def test_a_form_that_nobody_can_answer_invites_nobody(program, world, state) -> None:
    record = world.desk.form("kopi")
    settings = plain(settings_of(record)) | {"state": state}
    world.desk.put_form("kopi", state, settings, WHEN)

    sent = {"form": "kopi", "client": "Sri"}
    assert codes(program.post("/api/v1/invitations", json=sent)) == {"form": "not_live"}


@pytest.mark.slow
def test_the_list_of_invitations_is_read_page_by_page(program, world) -> None:
    made = [
        invitation(world.desk, str(n), created_at=WHEN + n // 2 * MINUTE, client=str(n))
        for n in range(5)
    ]

    pages, page = [], {"next": ""}
    while page["next"] is not None:
        query = {"limit": 2} | ({"after": page["next"]} if page["next"] else {})
        page = program.get("/api/v1/invitations", query_string=query).json
        pages.append([one["id"] for one in page["invitations"]])

    assert [len(page) for page in pages] == [2, 2, 1]
    newest = sorted(made, key=lambda one: (one.created_at, one.id), reverse=True)
    assert [id_ for page in pages for id_ in page] == [one.id for one in newest]
    assert "link" not in page["invitations"][0]


# Submissions


@pytest.mark.slow
def test_the_list_of_submissions_is_read_page_by_page(program, world) -> None:
    for n in range(5):
        send(world.desk, f"more-{n}", WHEN + n * MINUTE, made=MADE)

    first = program.get("/api/v1/submissions?limit=4").json
    rest = program.get(f"/api/v1/submissions?limit=4&after={first['next']}").json

    assert [len(first["submissions"]), len(rest["submissions"])] == [4, 2]
    assert rest["next"] is None
    times = [one["created_at"] for one in first["submissions"] + rest["submissions"]]
    assert times == sorted(times, reverse=True)
    assert len({one["id"] for one in first["submissions"] + rest["submissions"]}) == 6


@pytest.mark.slow
def test_submissions_are_chosen_by_form_and_time(program, world) -> None:
    world.desk.put_form("susu", "live", {}, WHEN)
    send(world.desk, "b", WHEN + MINUTE, "susu", made=MADE)
    send(world.desk, "c", WHEN + 2 * MINUTE, made=MADE, test=True)

    def found(query: str) -> list[str]:
        listed = program.get(f"/api/v1/submissions?{query}").json["submissions"]
        return [f"{one['form']} {one['created_at'][14:16]}" for one in listed]

    assert found("") == ["susu 31", "kopi 30"]
    assert found("tests=1") == ["kopi 32", "susu 31", "kopi 30"]
    assert found("form=kopi") == ["kopi 30"]
    assert found("since=2026-11-24T09:31:00Z") == ["susu 31"]
    assert found("since=2026-11-24T16:31:00%2B07:00") == ["susu 31"]
    assert found("until=2026-11-24T09:31:00Z") == ["kopi 30"]
    assert found("since=9999-12-31T23:59:59-12:00") == []
    assert found("since=0001-01-01T00:00:00%2B14:00") == ["susu 31", "kopi 30"]


def test_everything_wrong_with_an_address_is_said_at_once(program) -> None:
    query = "since=yesterday&until=2026-11-24&limit=0&after=zz"

    assert codes(program.get(f"/api/v1/submissions?{query}")) == {
        "since": "moment",
        "until": "moment",
        "limit": "small",
        "after": "value",
    }
    assert codes(program.get("/api/v1/submissions?limit=ten")) == {"limit": "type_number"}
    assert codes(program.get("/api/v1/submissions?limit=201")) == {"limit": "large"}


def test_a_submission_comes_with_the_document_as_the_client_saw_it(program, world) -> None:
    one = program.get(f"/api/v1/submissions/{world.sent.id}").json

    assert canonical(one["recommendation"]) == MADE.body
    assert one["contact"] == {
        "name": "Sri",
        "email": "sri@kopi.example",
        "organisation": "Kopi Sri",
    }
    assert (one["id"], one["form"], one["revision"]) == (world.sent.id, "kopi", 1)
    assert read(BOOK.questionnaire, one["recommendation"]["answers"])


def test_a_submission_of_nobody_has_no_contact(program, world) -> None:
    sent = send(world.desk, "k", made=MADE, **NOBODY)

    one = program.get(f"/api/v1/submissions/{sent.id}").json
    [listed] = [
        each
        for each in program.get("/api/v1/submissions").json["submissions"]
        if each["id"] == sent.id
    ]
    assert one["contact"] is None
    assert listed["contact"] is None


@pytest.mark.slow
def test_an_erased_submission_is_gone_and_the_deed_is_written_down(program, world) -> None:
    where = f"/api/v1/submissions/{world.sent.id}"

    gone = program.delete(where)

    assert (gone.status_code, gone.data) == (204, b"")
    assert program.get(where).status_code == program.delete(where).status_code == 404
    done = deeds(world.desk)[0]
    assert (done.what, done.about) == ("erased", {"submission": world.sent.id})
    assert done.who.startswith("CRM (rc_")


# Webhooks


@pytest.mark.slow
def test_a_webhook_is_added_tried_and_removed(program, world) -> None:
    made = program.post("/api/v1/webhooks", json={"url": "https://crm.example/hook"})

    assert made.status_code == 201
    [kept] = endpoints.listed(world.desk)
    assert (kept.id, kept.secret) == (made.json["id"], made.json["secret"])
    [listed] = program.get("/api/v1/webhooks").json["webhooks"]
    assert listed == {key: value for key, value in made.json.items() if key != "secret"}
    where = f"/api/v1/webhooks/{kept.id}"
    assert program.post(f"{where}/test").status_code == 202
    assert [one.event for one in endpoints.log(world.desk, kept.id)] == ["test"]
    assert program.delete(where).status_code == 204
    assert program.delete(where).status_code == program.post(f"{where}/test").status_code == 404


@pytest.mark.slow
@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://crm.example/", "hook_https"),
        ("https://crm.example:8443/", "hook_port"),
        ("javascript:alert(1)", "hook_url"),
        ("", "empty"),
        ("https://crm.example/" + "x" * 2000, "long"),
    ],
)
def test_an_endpoint_that_may_not_be_is_refused_with_the_reason(program, world, url, code) -> None:
    answer = program.post("/api/v1/webhooks", json={"url": url})

    assert codes(answer) == {"url": code}
    message = answer.json["problems"][0]["message"]
    assert message["en"] != message["id"]
    assert endpoints.listed(world.desk) == []


# The wall


@pytest.mark.slow
def test_what_another_agency_has_is_as_what_is_not_there(program, other, world) -> None:
    hook = program.post("/api/v1/webhooks", json={"url": "https://crm.example/"}).json["id"]
    for method, path, own, unknown in (
        ("GET", "/api/v1/forms/{}", "kopi", "not-there"),
        ("GET", "/api/v1/invitations?form={}", "kopi", "not-there"),
        ("GET", "/api/v1/submissions?form={}", "kopi", "not-there"),
        ("GET", "/api/v1/submissions/{}", world.sent.id, UNKNOWN),
        ("DELETE", "/api/v1/submissions/{}", world.sent.id, UNKNOWN),
        ("DELETE", "/api/v1/webhooks/{}", hook, UNKNOWN),
        ("POST", "/api/v1/webhooks/{}/test", hook, UNKNOWN),
    ):
        mine = other.open(path.format(own), method=method)
        nothing = other.open(path.format(unknown), method=method)
        assert mine.status_code == nothing.status_code == 404, path
        assert mine.data == nothing.data

    sent = {"form": "kopi", "client": "Sri"}
    assert other.post("/api/v1/invitations", json=sent).status_code == 404
    assert other.get("/api/v1/submissions").json == {"submissions": [], "next": None}
    assert other.get("/api/v1/webhooks").json == {"webhooks": []}
    assert [one["slug"] for one in other.get("/api/v1/forms").json["forms"]] == ["teh"]
    assert program.get(f"/api/v1/submissions/{world.sent.id}").status_code == 200
    assert len(endpoints.listed(world.desk)) == 1


@pytest.mark.parametrize("id_", ["%00", "%2e%2e", "x" * 3000, "%F0%9F%92%A9", "' or 1=1 --"])
def test_an_id_that_is_none_is_not_there(program, id_) -> None:
    for path in ("forms/{}", "submissions/{}", "webhooks/{}"):
        method = "DELETE" if "webhooks" in path else "GET"
        answer = program.open(f"/api/v1/{path.format(id_)}", method=method)
        assert answer.status_code == 404
        assert answer.mimetype == "application/problem+json"
