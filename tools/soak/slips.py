"""Slips put into the code on purpose, each of a kind that brought down other form builders.

Every one is put into a copy of the project, by itself, and the test that it names must fail there
and pass without it. `tests/test_slips_in_code.py` holds that each still fits the code.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from tools.soak.figures import Figure, Soak, at_least, at_most

ROOT = Path(__file__).resolve().parents[2]
COPIED = ("recommender", "rules", "templates", "tests", "tools", "docs", "setup.cfg", "README.md")
LEAST = 20
A_MINUTE = 8
"""So many slips are tried within a minute, and more."""


@dataclass(frozen=True, slots=True)
class Slip:
    """One slip: `old` stands once in `file`, and `new` in its place makes `test` fail."""

    what: str
    file: str
    old: str
    new: str
    test: str


# fmt: off
SLIPS = (
    Slip("an agency reads another's submission by its id", "recommender/store/desk.py",
         "mine = (submissions.c.agency_id == self.agency_id) & (submissions.c.id == id_)",
         "mine = submissions.c.id == id_",
         "test_store_wall.py::test_no_agency_sees_or_changes_what_is_anothers"),
    Slip("an agency sees another's counts", "recommender/store/desk.py",
         ".where(forms.c.agency_id == self.agency_id, forms.c.slug == form)",
         ".where(forms.c.slug == form)",
         "test_store_desk.py::test_counts_are_read_by_day_and_only_by_their_agency"),
    Slip("a key opens another agency's desk", "recommender/store/keys.py",
         "mine = desk.owns(api_keys) & (api_keys.c.id == id_)",
         "mine = (api_keys.c.id == id_)",
         "test_api_keys.py::test_keys_of_another_agency_are_not_there"),
    Slip("an answer before anything is stored", "recommender/web/send.py",
         'return _later(answers, fields, 503, "send_unstored", RETRY_AFTER)',
         'return redirect(link("send.sent", receipt="-"), 303)',
         "test_web_send_doubts.py::test_a_database_that_cannot_store_is_told_and_nothing_is_lost"),
    Slip("a transaction that is never committed", "recommender/store/database.py",
         "with _refusing(), self._turn, self.engine.begin() as connection:",
         "with _refusing(), self._turn, self.engine.connect() as connection:",
         "test_store_front.py::test_a_send_stores_submission_person_consent_document_and_event"),
    Slip("what is broken off stays half stored", "recommender/store/database.py",
         'raw.execute("BEGIN" if only else "BEGIN IMMEDIATE")',
         "pass",
         "test_store.py::test_nothing_of_a_broken_transaction_is_stored"),
    Slip("an answer that does not outlive a power cut", "recommender/store/database.py",
         '"synchronous = FULL"',
         '"synchronous = NORMAL"',
         "test_store.py::test_sqlite_keeps_what_was_acknowledged_and_forgets_what_was_erased"),
    Slip("a name of a client stands unescaped in the console",
         "templates/console/submission_client.html",
         "<dd>{{ one.contact.name }}</dd>",
         "<dd>{{ one.contact.name|safe }}</dd>",
         "test_console_submission.py::test_whatever_people_wrote_stands_there_as_text"),
    Slip("a value of a list stands unescaped on the send page", "templates/send/send.html",
         "<dd>{{ text }}</dd>",
         "<dd>{{ text|safe }}</dd>",
         "test_habits.py::test_what_an_address_brings_along_is_shown_as_text"),
    Slip("each press of send is a new one", "recommender/web/send.py",
         "key = sending.key_of(running().secret, visit.token.key, meant, given)",
         "key = sending.key_of(running().secret, str(running().now()), meant, given)",
         "test_web_send.py::test_the_same_send_pressed_again_leads_to_the_same_receipt_even_days_later"),
    Slip("two presses at once are two submissions", "recommender/store/storing.py",
         "if earlier := _earlier(standing):",
         "if earlier := None:",
         "test_store_front.py::test_the_same_key_gives_the_same_submission_whatever_else_is_sent"),
    Slip("a receiver that fails is tried again at once, for ever",
         "recommender/delivery/schedule.py",
         "return now + WAITS[tries - 1] * (1 + random.uniform(-JITTER, JITTER))",
         "return now",
         "test_delivery.py::test_ten_tries_over_about_three_days"),
    Slip("a repeated message has another id", "recommender/delivery/message.py",
         'id_ = f"msg_{event_id}"',
         'id_ = f"msg_{event_id}_{now.timestamp()}"',
         "test_habits.py::test_a_worker_killed_while_it_tells_leaves_the_message_to_the_next"),
    Slip("a redirect of a receiver is followed", "recommender/delivery/calling.py",
         "allow_redirects=False,",
         "allow_redirects=True,",
         "test_calling.py::test_redirects_are_answers_and_are_not_followed"),
    Slip("forms of loopback that Python takes for global ones are called",
         "recommender/delivery/addresses.py",
         "return not found.is_global or found.is_multicast or any(found in net for net in _CLOSED)",
         "return not found.is_global",
         "test_calling.py::test_an_address_in_numbers_of_a_closed_network_is_refused_as_such"),
    Slip("the address is not looked at once more when it is called",
         "recommender/delivery/ending.py",
         'if is_closed(self.host.strip("[]")):',
         'if not self.host:',
         "test_calling.py::test_a_name_that_leads_elsewhere_once_it_was_checked_is_not_called"),
    Slip("a form token is read and not verified", "recommender/web/embedding.py",
         "return Token(*_signer().loads(text))",
         "return Token(*_signer().loads_unsafe(text)[1])",
         "test_habits.py::test_a_form_token_that_somebody_else_signed_is_none"),
    Slip("a token of another form is taken", "recommender/web/entering.py",
         "if brought is not None and brought.form != form.id:",
         "if brought is None:",
         "test_web_form_token.py::test_a_token_that_is_not_of_this_form_is_none"),
    Slip("a form token never ends", "recommender/web/entering.py",
         "fresh = brought is not None and brought.age(running().now()) <= MOST_AGE",
         "fresh = brought is not None",
         "test_web_form_token.py::test_after_a_day_the_page_asks_to_press_again_and_nothing_is_lost"),
    Slip("an invitation never ends", "recommender/web/links.py",
         "if found.expires_at <= now:",
         "if found.expires_at is None:",
         "test_web_links.py::test_an_expired_invitation_says_whom_to_ask"),
    Slip("a link to choose a password never ends", "recommender/store/team.py",
         "mine = (passes.c.token_hash == hashed(token)) & (passes.c.expires_at > now)\n"
         "    return SEATS",
         "mine = passes.c.token_hash == hashed(token)\n"
         "    return SEATS",
         "test_console_signing.py::test_a_link_ends_after_a_week_and_with_the_next_one"),
    Slip("presses of send are not counted", "recommender/web/send.py",
         "if wait := running().sends.wait(",
         "if wait := 0 and running().sends.wait(",
         "test_web_send_doubts.py::test_too_many_sends_are_asked_to_wait_and_lose_nothing"),
    Slip("tries to sign in are not counted", "recommender/web/console/signing.py",
         "if wait := _wait(email):",
         "if wait := 0:",
         "test_console_signing.py::test_too_many_tries_as_one_member_are_told_to_wait"),
    Slip("calls of a key are not counted", "recommender/web/api/door.py",
         "if turn.wait:\n        raise Refused",
         "if turn.wait < 0:\n        raise Refused",
         "test_api_keys.py::test_a_key_is_told_how_often_it_may_still_call"),
    Slip("the address that a client says of itself is believed", "recommender/web/app.py",
         "if settings.proxies:\n        trusted = {\"x_for\": settings.proxies,",
         "if True:\n        trusted = {\"x_for\": 1,",
         "test_web_send_doubts.py::test_too_many_sends_are_asked_to_wait_and_lose_nothing"),
    Slip("a formula stands in an exported table", "recommender/console/export.py",
         'return no_formula(" ".join(text.splitlines())) if text else None',
         'return " ".join(text.splitlines()) if text else None',
         "test_console_exporting.py::test_nothing_that_people_wrote_is_run_as_a_formula"),
    Slip("what libraries say is logged with its values", "recommender/logs.py",
         "record.getMessage() if ours else str(record.msg)",
         "record.getMessage()",
         "test_logs.py::test_what_a_library_says_is_logged_without_its_values"),
    Slip("an error is logged with its words", "recommender/logs.py",
         '{"kind": type(error).__qualname__, "places": places}',
         '{"kind": repr(error), "places": places}',
         "test_logs.py::test_an_error_is_logged_with_its_places_and_without_its_words"),
    Slip("a key is logged", "recommender/web/api/door.py",
         "    from recommender.store import keys\n\n    return",
         '    import logging\n\n    from recommender.store import keys\n\n'
         '    logging.getLogger("recommender").warning("key %s", text)\n    return',
         "test_canary.py::test_what_people_wrote_is_in_no_log_no_address_and_no_request_elsewhere"),
    Slip("another site presses buttons of the console", "recommender/web/console/guard.py",
         "if request.method not in _SAFE and not _from_here():",
         "if request.method in _SAFE and not _from_here() and False:",
         "test_console_matrix.py::test_nothing_is_changed_by_what_another_site_sends"),
    Slip("members do what owners may", "recommender/web/console/guard.py",
         'if getattr(view, "for_owners", False) and g.seat.role != "owner":',
         'if getattr(view, "for_owners", False) and not g.seat.role:',
         "test_console_matrix.py::test_owners_may_what_members_may_not"),
    Slip("a key does what it was not made for", "recommender/web/api/door.py",
         "if scope and scope not in key.scopes:",
         "if scope and not key.scopes:",
         "test_api_keys.py::test_each_call_asks_for_the_key_that_it_needs_and_no_other"),
    Slip("a revoked key still opens", "recommender/store/keys.py",
         "mine = (api_keys.c.key_hash == hashed(text)) & api_keys.c.revoked_at.is_(None)",
         "mine = api_keys.c.key_hash == hashed(text)",
         "test_api_keys.py::test_a_key_opens_until_it_is_revoked"),
    Slip("keys and links are kept as they are", "recommender/store/database.py",
         "return sha256(token.encode()).hexdigest()",
         "return token",
         "test_api_keys.py::test_of_a_key_only_its_hash_and_its_first_letters_are_kept"),
    Slip("sessions go on after another password was chosen", "recommender/store/team.py",
         'Links to choose a password, and sessions, end with the old one."""\n    key = new_id()',
         'Links to choose a password, and sessions, end with the old one."""\n'
         '    key = seat.session_key or new_id()',
         "test_console_signing.py::test_a_new_password_ends_every_other_session"),
    Slip("a session goes on after signing out", "recommender/store/team.py",
         "connection.execute(mine.values(session_key=new_id()))",
         "connection.execute(mine.values(session_key=seat.session_key))",
         "test_console_signing.py::test_signing_out_ends_every_session"),
    Slip("scripts may read the session's cookie", "recommender/web/console/guard.py",
         "SESSION_COOKIE_HTTPONLY=True,",
         "SESSION_COOKIE_HTTPONLY=False,",
         "test_console_signing.py::test_the_session_is_a_cookie_that_scripts_and_other_sites_do_not_get"),
    Slip("signing in leads to another site", "recommender/web/console/signing.py",
         "return wanted if own else home",
         "return wanted or (home if own else home)",
         "test_console_signing.py::test_signing_in_leads_nowhere_but_into_the_console"),
    Slip("an Idempotency-Key is not heeded", "recommender/web/api/once.py",
         "if key is None:",
         'if key != "":',
         "test_api_replies.py::test_the_same_request_gets_the_same_answer_and_is_stored_once"),
    Slip("an Idempotency-Key answers another request", "recommender/store/replies.py",
         "if known.request_hash != request_hash:",
         "if not request_hash:",
         "test_api_replies.py::test_a_key_is_not_taken_for_another_request"),
    Slip("two workers have the same endpoint", "recommender/store/outbox.py",
         'select(endpoints).where(endpoints.c.state == "on", free, due)',
         'select(endpoints).where(endpoints.c.state == "on", due)',
         "test_habits.py::test_an_endpoint_is_one_workers_until_its_lease_ends"),
    Slip("a worker that was killed keeps its endpoint for ever", "recommender/store/outbox.py",
         "free = or_(endpoints.c.leased_until.is_(None), endpoints.c.leased_until <= now)",
         "free = endpoints.c.leased_until.is_(None)",
         "test_habits.py::test_an_endpoint_is_one_workers_until_its_lease_ends"),
    Slip("what was told is lost when a worker is killed before it noted it",
         "recommender/delivery/worker.py",
         "        reply = self.call(endpoint.url, body.encode(), headers, self.allowed)",
         "        outbox.delivered(self.database, delivery, 200, self.now(), 0)\n"
         "        reply = self.call(endpoint.url, body.encode(), headers, self.allowed)",
         "test_habits.py::test_a_worker_killed_while_it_tells_leaves_the_message_to_the_next"),
    Slip("answers are kept a day too long", "recommender/store/retention.py",
         "timedelta(days=days - 1)",
         "timedelta(days=days)",
         "test_store_retention.py::test_day_179_is_kept_to_its_last_hour_in_jakarta_and_day_180_is_gone"),
    Slip("answers are kept by the clock of the server", "recommender/store/retention.py",
         "first = now.astimezone(zone).date()",
         "first = now.date()",
         "test_store_retention.py::test_day_179_is_kept_to_its_last_hour_in_jakarta_and_day_180_is_gone"),
    Slip("what was erased stays in the file", "recommender/store/database.py",
         '"secure_delete = ON"',
         '"secure_delete = OFF"',
         "test_canary.py::test_what_was_erased_is_in_no_byte_of_the_files_and_no_row"),
    Slip("what was erased stays in the log of the file", "recommender/store/front.py",
         "    database.forget()\n",
         "",
         "test_canary.py::test_what_was_erased_is_in_no_byte_of_the_files_and_no_row"),
    Slip("erasing leaves what hangs on a submission", "recommender/store/database.py",
         '"foreign_keys = ON"',
         '"foreign_keys = OFF"',
         "test_store_front.py::test_erasing_empties_every_table_but_for_a_tombstone"),
    Slip("receivers are not told of what was erased", "recommender/store/erasing.py",
         "    connection.execute(outbox.insert(), events)\n",
         "",
         "test_delivery.py::test_an_erased_submission_is_told_as_erased_and_no_more_as_created"),
    Slip("an invitation and what a program was told of it outlive its answers",
         "recommender/store/erasing.py",
         "_drop_answered(connection, {row.invitation_id for row in found if row.invitation_id})",
         "_drop_answered(connection, set())",
         "test_canary.py::test_what_was_erased_is_in_no_byte_of_the_files_and_no_row"),
    Slip("a contact is stored without consent", "recommender/agency/sending.py",
         'agreed = sent.get("consent") == [settings.consent.version]',
         'agreed = "email" in sent',
         "test_web_send.py::test_everything_that_is_wrong_is_said_at_once_and_nothing_written_is_lost"),
    Slip("any page may show the product in a frame", "recommender/web/security.py",
         "\"Content-Security-Policy\": f\"{_POLICY}; frame-ancestors 'none'\",",
         '"Content-Security-Policy": _POLICY,',
         "test_web_frame.py::test_the_forms_sites_may_show_it_in_a_frame_and_nobody_else_may"),
    Slip("scripts of anybody run", "recommender/web/security.py",
         "\"script-src 'self'\",",
         "\"script-src 'self' 'unsafe-inline'\",",
         "test_habits.py::test_no_page_lets_scripts_of_its_own_text_run"),
    Slip("other sites learn a result's address", "recommender/web/security.py",
         '"Referrer-Policy": "no-referrer",',
         '"Referrer-Policy": "unsafe-url",',
         "test_canary.py::test_what_people_wrote_is_in_no_log_no_address_and_no_request_elsewhere"),
    Slip("any name in the Host header is answered to", "recommender/web/security.py",
         "and not _is_ours(request.host, hosts):",
         "and not hosts:",
         "test_operate.py::test_whoever_watches_a_server_may_ask_it_by_any_name"),
    Slip("bodies of any size are read", "recommender/web/app.py",
         "MAX_CONTENT_LENGTH=MOST_BODY,",
         "MAX_CONTENT_LENGTH=None,",
         "test_web_api.py::test_a_body_beyond_64_kib_is_too_large"),
    Slip("keys that were not declared come along", "recommender/web/entering.py",
         'for key in ("ref", *declared) if',
         "for key in request.args if",
         "test_web_form_token.py::test_declared_keys_come_along_and_nothing_else"),
    Slip("a rules file may hold what grows when it is read", "recommender/rulebook/yaml_text.py",
         'self._findings.add(self._file, line, "alias")\n            self._put("", line)',
         'self._put("", line)',
         "test_yaml_text.py::test_what_no_rules_file_needs_is_refused_with_its_line"),
    Slip("an example of a secret is a secret", "recommender/settings.py",
         "if any(word in given.lower() for word in _EXAMPLES):",
         "if not given:",
         "test_settings.py::test_a_key_that_others_could_know_is_refused"),
    Slip("a receipt that anybody wrote is opened", "recommender/web/send.py",
         "key, code, parts = _signer().loads(receipt)",
         "key, code, parts = _signer().loads_unsafe(receipt)[1]",
         "test_web_send.py::test_a_receipt_that_we_did_not_sign_or_of_another_form_is_not_found"),
    Slip("a draft is open to everybody", "recommender/web/entering.py",
         'if not (answers or form.state == "closed"):',
         'if not (answers or form.state in ("closed", "draft")):',
         "test_console_embedding.py::test_a_draft_is_tried_out_sent_as_a_test_and_counted_nowhere"),
)
# fmt: on


def named(slip: Slip) -> tuple[Path, str]:
    """The file and the name of the test that must fail."""
    file, name = slip.test.split("::")
    return Path("tests", file), name


def copied(folder: Path) -> Path:
    """A copy of the project, without what belongs to this machine."""
    for name in COPIED:
        source, target = ROOT / name, folder / name
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(source, target)
    return folder


def passes(folder: Path, *tests: str) -> bool:
    """Whether these tests pass in a copy; raises RuntimeError if they cannot be run there."""
    quickly = ("-x", "-n0", "-q", "--no-header", "-k", "not postgresql")
    compiled = {"PYTHONPYCACHEPREFIX": str(folder / "compiled"), "PYTHONDONTWRITEBYTECODE": ""}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *quickly, *(f"tests/{one}" for one in tests)],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(folder)} | compiled,
        capture_output=True,
        text=True,
    )
    if done.returncode not in (0, 1):
        raise RuntimeError(done.stdout + done.stderr)
    if done.returncode:
        why = [line for line in done.stdout.splitlines() if line.startswith("E  ")]
        print(*why[:1], flush=True)
    return done.returncode == 0


def is_noticed(folder: Path, slip: Slip, number: int) -> bool:
    """Whether the slip's test fails in a copy that has it. The copy is as before afterwards.

    By its number the file gets a time of its own, or Python would take what it compiled before.
    """
    file = folder / slip.file
    text, times = file.read_text("utf-8"), file.stat()
    file.write_text(text.replace(slip.old, slip.new, 1), "utf-8")
    os.utime(file, (number, number))
    try:
        return not passes(folder, slip.test)
    finally:
        file.write_text(text, "utf-8")
        os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))


def run(minutes: float | None) -> Sequence[Figure]:
    """Try every slip, or as many as there is time for."""
    chosen = SLIPS if minutes is None else SLIPS[: max(1, int(A_MINUTE * minutes))]
    with tempfile.TemporaryDirectory() as name:
        folder, began = copied(Path(name)), monotonic()
        if not passes(folder, *dict.fromkeys(slip.test for slip in chosen)):
            raise RuntimeError("a test that a slip names does not pass without it")
        unnoticed = []
        for number, slip in enumerate(chosen, 1):
            if not is_noticed(folder, slip, number):
                unnoticed.append(slip)
                print(f"not noticed: {slip.what} ({slip.file}, {slip.test})", flush=True)
            print(f"{number} of {len(chosen)}, {monotonic() - began:.0f} s", flush=True)
    noticed, least = len(chosen) - len(unnoticed), min(LEAST, len(chosen))
    return (
        at_least("slips", "slips in the code that a named test notices", noticed, least),
        at_most("slips", "slips in the code that no test notices", len(unnoticed), 0),
    )


SOAKS = (Soak("slips", "faults put into the code on purpose, each noticed by a test", run),)
