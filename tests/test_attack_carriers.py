"""Harmful texts in every field, followed through every page, file, export and error: all inert."""

import csv
import io
import json
import re
from collections.abc import Iterator
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from urllib.parse import quote

import pytest
from agencies import WHEN
from carriers import (
    CHUNKS,
    CONTROLS,
    EMAIL,
    PAYLOADS,
    World,
    assert_inert,
    assert_nothing_live,
    assert_page_inert,
    world_of,
)
from consoles import signed_in
from flask.testing import FlaskClient
from forms import sqlite
from mailboxes import html_of
from markdown_it import MarkdownIt
from page import form_fields
from pypdf import PdfReader
from selectolax.lexbor import LexborHTMLParser, LexborNode
from sends import at_send, filled

from recommender import web
from recommender.delivery import message
from recommender.delivery.mail_letter import Block, Letter, facts, mail, paragraphs
from recommender.settings_mail import MailSettings

WEB = Path(web.__file__).parent
READ = re.compile(r"request\.(?:args|values)\.get(?:list)?\(\"([a-z_]+)\"")
NAMES = {
    *(name for one in WEB.rglob("*.py") for name in READ.findall(one.read_text("utf-8"))),
    *("campaign", "brief", "find", "missing", "primary_goal", "to", "email"),
}
"""What addresses say anywhere."""
ALONE = ("a", "v", "t")
"""Those that decide by themselves what is answered."""
READERS = ("form.questionnaire.show", "form.result.show", "form.send.show", "form.compare.show")
HEADERS = (
    *("Referer", "User-Agent", "Accept-Language", "Origin", "Cookie", "X-Request-Id", "Accept"),
    *("X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "Forwarded", "Authorization"),
    *("Content-Type", "Range", "If-None-Match", "Sec-Fetch-Site", "Idempotency-Key"),
)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    made = world_of(sqlite(tmp_path_factory.mktemp("carriers")), CONTROLS[1:])
    yield made
    made.desk.database.close()


@pytest.fixture
def owner(world: World) -> FlaskClient:
    return owner_of(world)


def owner_of(world: World) -> FlaskClient:
    client = signed_in(world.app).client
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def everything(world: World, client: FlaskClient) -> Iterator[tuple[str, LexborHTMLParser]]:
    """Every page that there is, once it was found to be inert."""
    for endpoint, address in world.addresses("GET"):
        tree = assert_inert(client.get(address), address)
        if tree is not None:
            yield endpoint, tree


@pytest.mark.slow
def test_no_page_takes_what_was_written_for_more_than_text(world: World, owner) -> None:
    pages = dict(everything(world, owner))

    shown = {endpoint: tree.body.text(deep=True) for endpoint, tree in pages.items() if tree.body}
    for text in CHUNKS:  # it was there, and could have been live
        assert text in shown["console.submissions.index"]
        assert text in shown["console.submission.show"]
        assert text in shown["console.forms.inviting.show"]
        assert text in shown["console.team.index"]
        assert text in shown["console.hooks.index"]
        assert text in shown["console.keys.index"]
    assert CHUNKS[1] in shown["form.result.show"]
    assert CHUNKS[0] in shown["form.links.privacy"]


@pytest.mark.slow
def test_nothing_in_an_address_is_more_than_text(world: World, owner) -> None:
    harm = dict.fromkeys(NAMES, " ".join(PAYLOADS))
    for endpoint, address in world.addresses("GET"):
        together = {name: text for name, text in harm.items() if name not in ALONE}
        alone = ALONE if endpoint in READERS else ()
        for query in (together, *({name: harm[name]} for name in alone)):
            assert_inert(owner.get(address, query_string=query), address)


@pytest.mark.slow
def test_no_part_of_a_path_is_more_than_text(world: World, owner) -> None:
    for rule in world.app.url_map.iter_rules():
        for text in (CHUNKS[0], CONTROLS[0] + "\ud800", "..%2f..%2fetc%2fpasswd"):
            path = re.sub(r"<[^>]+>", lambda _, text=text: text.replace("/", ""), rule.rule)
            if path != rule.rule:
                method = "GET" if "GET" in rule.methods else min(rule.methods - {"OPTIONS"})
                raw = path.encode("utf-8", "surrogatepass").decode("latin-1")
                answer = owner.open("/", method=method, environ_overrides={"PATH_INFO": raw})
                assert_inert(answer, path)


@pytest.mark.slow
def test_no_header_is_more_than_text(world: World) -> None:
    client = world.app.test_client()
    for address in ("/", "/f/kopi/", "/console/", "/api/v1/forms"):
        for name in HEADERS:
            for text in (" ".join(PAYLOADS[:9]), "=\x00\u00ff\x1b[31m"):
                raw = {f"HTTP_{name.upper().replace('-', '_')}": text}
                assert_inert(client.get(address, environ_overrides=raw), f"{address} {name}")


@pytest.mark.slow
def test_what_is_sent_by_any_form_comes_back_as_text_and_no_letter_is_stored_that_nobody_writes(
    store,
) -> None:
    world = world_of(store)
    owner, before = owner_of(world), set(world.texts())
    forms = forms_of(world, owner)
    assert len(forms) > 25

    for place, one in enumerate(forms):
        if not _ends(one):
            sent_by(owner, *one, f"{CHUNKS[place % len(CHUNKS)]} came in")
    new = set(world.texts()) - before
    for one in filter(_ends, forms):
        sent_by(owner, *one, CHUNKS[0])

    for text in new:
        assert not re.search(r"[\x00\x1b\u202a-\u202e\u2028]|u202e", text), text
    assert len([text for text in new if "came in" in text]) >= 3


def sent_by(client: FlaskClient, form: LexborNode, fields: dict, chunk: str) -> None:
    """Send a form with one field after the other written wrongly, then all of them."""
    address = form.attributes["action"]
    right = fields | {name: [text] for name, text in GOOD.items()}
    for name in fields:
        if _is_free(form, name) and "." not in name:
            for text in (NOBODYS, chunk):
                assert_inert(client.post(address, data=right | {name: [text]}), address)
    assert_inert(client.post(address, data={name: [chunk] for name in fields}), address)


NOBODYS = "a\x00\u202e\x1b[31m\u2028zq"
GOOD = {
    **{"client": "Budi", "days": "7", "email": "budi@a.example", "name": "Budi", "ref": "P-1"},
    **{"note": "a note", "url": "https://hooks.example/", "since": "2026-11-24T00:00"},
    **{
        "type": "forum",
        "reason": "known better",
        "went": "well",
        "agreed": "yes",
        "how": "by mail",
    },
    **{"done": "posted daily", "slug": "susu", "site": "https://b.example", "scope": "read"},
}
"""What the fields of the console take, so that one that is wrong is wrong alone."""


def forms_of(world: World, client: FlaskClient) -> list[tuple[LexborNode, dict]]:
    """Every form of an agency's pages with its fields; what ends something comes last."""
    found = {}
    for endpoint, address in world.addresses("GET"):
        if endpoint.startswith(("console.", "form.send.", "form.links.", "form.questionnaire.")):
            tree = LexborHTMLParser(client.get(address).data)
            for form in tree.css("form[method=post]"):
                fields = form_fields(form)
                kind = re.sub(r"[0-9a-f]{32}|\?.*", "", form.attributes["action"])
                found.setdefault((kind, *fields), (form, fields))
    return sorted(found.values(), key=_ends)


def _ends(one: tuple) -> bool:
    """Whether it may end what others are still to be sent to: then it comes last."""
    ends = r"sign-out|remove|erase|revoke|/role|/link|/account"
    return bool(re.search(ends, one[0].attributes["action"]))


def _is_free(form, name: str) -> bool:
    """Whether somebody may write into a field what she wants."""
    kinds = "[type=hidden], [type=radio], [type=checkbox], [type=password]"
    return bool(form.css(f"textarea[name='{name}'], input[name='{name}']:not({kinds})"))


@pytest.mark.slow
def test_files_that_are_sent_are_no_more_than_text(world: World, owner) -> None:
    names = ('"><script data-zq>alert(1)</script>.yaml', "../../etc/passwd", "a\x1b[31m\u202e.yaml")
    for _, address in world.addresses("POST"):
        for name in names:
            file = (io.BytesIO(f"name: {CHUNKS[0]}\n{name}: *x\n".encode()), name)
            fields = dict.fromkeys(("file", "logo", "table"), file)
            only = re.search("form.yaml|logo|table|/send$", address)
            if only:
                kind = "multipart/form-data"
                assert_inert(owner.post(address, data=fields, content_type=kind), address)


@pytest.mark.slow
def test_nothing_of_an_export_is_run(world: World, owner) -> None:
    about = {"form": "", "from": "", "to": ""}
    table = owner.post("/console/export/file", data=about | {"format": "csv"})
    lines = owner.post("/console/export/file", data=about | {"format": "jsonl"})
    rows = list(csv.reader(io.StringIO(table.data.decode("utf-8-sig"), newline="")))

    assert len(rows) > len(CHUNKS)
    cells = [cell for row in rows[1:] for cell in row]
    bare = {cell.replace("'", "") for cell in cells}
    assert {text.replace("'", "") for text in CHUNKS} <= bare
    run = [one for one in cells if re.match(r"[\s\x00]*[=+\-@＝＋－＠]", one)]
    assert set(run) <= {"-", *filter(_is_number, run)}
    told = [json.loads(line) for line in lines.data.splitlines()]
    assert set(CHUNKS) <= {one["contact"]["name"] for one in told}
    for answer in (table, lines):
        assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
        assert "zq" not in answer.headers["Content-Disposition"]


def _is_number(text: str) -> bool:
    return bool(re.fullmatch(r"-?\d+(\.\d+)?", text))


@pytest.mark.slow
def test_a_report_holds_no_link_and_no_command_of_what_was_written(world: World, owner) -> None:
    for reader in ("client", "strategist"):
        address = f"/f/kopi/r/{world.values['code']}"
        sheet = owner.get(f"{address}.md?reader={reader}").get_data(as_text=True)
        made = LexborHTMLParser(MarkdownIt().render(sheet))
        assert_page_inert(made, reader)
        assert not made.css("img, script, style")
        pdf = PdfReader(io.BytesIO(owner.get(f"{address}.pdf?reader={reader}").data))
        assert "/JavaScript" not in pdf.trailer["/Root"]
        for page in pdf.pages:
            led = [one.get_object().get("/A", {}) for one in page.get("/Annots", ())]
            for link in filter(None, (one.get("/URI") for one in led)):
                assert re.match(r"https?://", link)
                assert not re.search(r"evil\.example|javascript:", link)
            assert str(1337 * 1337) not in page.extract_text()


def test_a_program_is_told_what_was_written_letter_by_letter(world: World) -> None:
    for listed in world.desk.submissions(limit=50):
        stored = world.desk.submission(listed.id)
        told = json.loads(json.dumps(message.created(stored)))
        assert told["ref"] == stored.listed.ref == told["context"]["line"]
        assert told["contact"]["email"] == EMAIL


@pytest.mark.slow
def test_a_mail_is_what_we_wrote_with_what_others_wrote_as_text_in_it() -> None:
    server = MailSettings("127.0.0.1", 25, "plain", "Forms <forms@a.example>", "https://a.example")
    for text in (*CHUNKS, *CONTROLS):
        rows = ((text, text), ("name", text))
        blocks = (*paragraphs(text), facts(*rows), Block("list", rows=((text,),)))
        link = Block("button", text, "https://a.example/console")
        made = mail(Letter("en", text, (*blocks, link), text), EMAIL, "0", WHEN, server)
        read = message_from_bytes(made.as_bytes(), policy=default)
        assert {name.lower() for name in read} == HEADS
        assert "\n" not in read["Subject"]
        assert [part.get_content_type() for part in read.walk()][1:] == ["text/plain", "text/html"]
        html = html_of(read)
        assert_nothing_live(LexborHTMLParser(html), text)
        assert not LexborHTMLParser(html).css("script, img, iframe, svg, b")
        assert str(1337 * 1337) not in html + str(read)


HEADS = {
    *("from", "to", "subject", "date", "message-id", "auto-submitted", "mime-version"),
    *("content-type", "content-language"),
}


@pytest.mark.slow
def test_an_accepted_answer_of_a_person_is_inert_on_her_own_pages(store) -> None:
    world = world_of(store)
    page = at_send(world.app, query=f"?ref={quote(CHUNKS[0])}&campaign={quote(CHUNKS[1])}")
    written = {"name": CHUNKS[2], "organisation": CHUNKS[3], "email": EMAIL}
    own = {"own-wishes": "\r\n".join(CHUNKS[:3]), "own-line": CHUNKS[4], "own-pick": ["o1", "o2"]}
    for wrong in ({"consent": CHUNKS[5]}, {"own-line": CONTROLS[1]}, {"email": CHUNKS[0]}):
        address, fields = filled(page, **written | own | {"consent": "=1+1"} | wrong)
        answer = page.client.post(address, data=fields)
        assert answer.status_code == 422
        assert_inert(answer)
    address, fields = filled(page, **written | own | {"consent": "=1+1"})
    receipt = page.client.post(address, data=fields)
    assert receipt.status_code == 303, receipt.get_data(as_text=True)
    shown = assert_inert(page.client.get(receipt.location))
    assert shown is not None
    [erase] = shown.css(".address a")
    assert_inert(page.client.get(erase.attributes["href"].removeprefix("http://localhost")))
    newest = world.desk.submission(world.desk.submissions()[0].id)
    assert newest.listed.contact.name == CHUNKS[2]
    assert newest.hidden == {"campaign": CHUNKS[1]}
    assert_inert(signed_in(world.app).client.get(f"/console/submissions/{newest.listed.id}"))
