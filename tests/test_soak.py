"""The long proofs: found by name, told about, and their figures put where a reader finds them."""

import socketserver
from threading import Thread

import pytest

from tools.bench import table
from tools.soak import __main__ as soak
from tools.soak import proven
from tools.soak.figures import Figure, Soak, at_most, sized
from tools.soak.load import CUT, REFUSED, THREADS, Met, Press, drive, percentile, statuses

NAMES = [
    "kills",
    "restarts",
    "load",
    "burst",
    "memory",
    "rows",
    "stops",
    "backups",
    "reload",
    "webhooks",
    "fleet",
    "migrations",
]


def test_every_name_that_the_manual_gives_is_there_with_a_line_of_help():
    known = soak.soaks()

    assert set(NAMES) <= set(known)
    assert all(name == one.name and one.help for name, one in known.items())
    text = soak.DOCUMENT.read_text("utf-8")
    assert table.BEGIN in text
    assert table.END in text


def test_every_test_that_is_run_at_length_exists_and_reads_its_size():
    for proof in proven.PROOFS:
        for node in proof.tests:
            file, _, name = node.partition("::")
            text = (proven.ROOT / "tests" / file).read_text("utf-8")
            assert f"def {name.partition('[')[0]}" in text
            missing = [variable for variable in proof.sizes if f'"{variable}"' not in text]
            assert missing == [], node


def test_a_shorter_time_makes_a_smaller_size_and_never_none():
    assert sized(1000, takes=10, minutes=None) == 1000
    assert sized(1000, takes=10, minutes=1) == 100
    assert sized(1000, takes=10, minutes=99) == 1000
    assert sized(1000, takes=10, minutes=0.001, least=7) == 7


def test_what_breaks_off_is_a_missed_figure_and_what_it_found_before_stays(capsys, monkeypatch):
    def broken(minutes):
        yield at_most("one", "lost", 0, 0)
        raise RuntimeError("no | server")

    made = {"one": Soak("one", "breaks", broken)}
    made["two"] = Soak("two", "works", lambda minutes: [at_most("two", "minutes", minutes, 3)])
    monkeypatch.setattr(soak, "soaks", lambda: made)

    assert soak.main(["--minutes", "2"]) == 1

    said = capsys.readouterr().out
    assert "| one | lost, at most | 0 | 0 | yes |" in said
    assert "| one | breaks off: RuntimeError: no / server | 1 | 0 | **no** |" in said
    assert "| two | minutes, at most | 2 | 3 | yes |" in said


def test_a_run_replaces_its_own_rows_of_the_document_and_leaves_the_others(tmp_path, monkeypatch):
    document = tmp_path / "reliability.md"
    document.write_text(f"Before.\n{table.BEGIN}Nothing yet.\n{table.END}After.\n", "utf-8")
    monkeypatch.setattr(soak, "DOCUMENT", document)

    soak.write_document([at_most("b", "lost", 1, 0), Figure("a", "seen", 7)], None)
    soak.write_document([at_most("b", "lost", 0, 0)], 2)

    text = document.read_text("utf-8")
    assert text.startswith(f"Before.\n{table.BEGIN}")
    assert text.endswith(f"{table.END}After.\n")
    rows = [line.rpartition(" | ")[0] for line in text.splitlines() if line.startswith("| ")][2:]
    assert rows == ["| a | seen | 7 |  | ", "| b | lost, at most | 0 | 0 | yes"]


def test_a_name_that_is_none_is_refused_with_all_that_are(capsys):
    with pytest.raises(SystemExit):
        soak.main(["kill"])
    assert "kills" in capsys.readouterr().err


def test_what_presses_met_is_counted_by_the_last_status_and_timed_by_share():
    met = [Met(0.0, str(n), n / 100, (503, 303)) for n in range(99)]
    met.append(Met(0.0, "x", 5.0, (CUT,)))

    assert statuses(met) == "99 × 303, 1 × cut off"
    assert percentile(met, 0.5) == 500
    assert percentile(met, 0.99) == 5000
    assert percentile([], 0.99) == 0


ANSWERS = {
    "/whole": b"HTTP/1.1 303 SEE OTHER\r\nContent-Length: 4\r\n\r\nbody",
    "/parts": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n",
    "/last": b"HTTP/1.1 503 LATER\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
    "/cut": b"HTTP/1.1 303 SEE OTHER\r\nContent-Length: 4\r\n\r\nbo",
}


class Answering(socketserver.StreamRequestHandler):
    """Answers piece by piece as ANSWERS says, and ends the connection where that says so."""

    def handle(self) -> None:
        self.server.connections.append(self.client_address)
        while line := self.rfile.readline():
            headers = dict(iter(lambda: self.rfile.readline().strip().partition(b": ")[::2], END))
            body = self.rfile.read(int(headers.get(b"Content-Length", 0)))
            path = line.split()[1].decode()
            self.server.asked.append((path, body.decode(), headers[b"X-Forwarded-For"].decode()))
            for at in range(0, len(ANSWERS[path]), 5):
                self.wfile.write(ANSWERS[path][at : at + 5])
            if path in ("/last", "/cut"):
                return


END = (b"", b"")


def test_presses_are_told_by_what_they_met_and_share_connections_while_those_are_kept():
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Answering) as server:
        server.connections, server.asked = [], []
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        address = f"http://127.0.0.1:{server.server_address[1]}"
        made = [Press(0.0, path, path, "a=1" if path == "/whole" else "") for path in ANSWERS]

        kept = drive([address], [made[0], made[1]] * 40)
        met = drive([address], made, keeping=False)
        server.shutdown()
    gone = drive([address], made[:1])

    assert statuses(kept) in ("40 × 303, 40 × 200", "40 × 200, 40 × 303")
    assert {one.key: one.status for one in met} == {
        "/whole": 303, "/parts": 200, "/last": 503, "/cut": CUT
    }  # fmt: skip
    assert [one.status for one in gone] == [REFUSED]
    assert len(server.connections) <= THREADS + len(made)
    assert ("/whole", "a=1", "10.0.0.1") in server.asked
