"""Terminals of few characters, pipes that nobody reads, full disks, and words that would take the screen."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from arena.core.terminal import guarded
from arena.importing import import_transcripts
from tests.arena.cli.typing_in import SHORT, Typist
from tests.arena.importing.theirs import OURS, write

MAIN = "from arena.cli import main; main()"
TEXT = "Gänse — 漢字 ✓ “so” 🙂 \u202e"


def typed(
    folder: Path, *words: str, shell: str = "", limit: str = "", **variables: str
) -> subprocess.CompletedProcess[bytes]:
    """Type a command in a process of its own, with its output as a `shell` line says.

    No file may grow above `limit` KiB, as under a quota, if there is one.
    """
    usual = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "LC_"))}
    command = [sys.executable, "-c", MAIN, *words]
    return subprocess.run(
        ["bash", "-c", f'{f"ulimit -f {limit}; " if limit else ""}"$@" {shell}', "bash", *command],
        cwd=folder,
        # Under the limit Python itself would cut what it compiles.
        env={**usual, **({"PYTHONDONTWRITEBYTECODE": "1"} if limit else {}), **variables},
        capture_output=True,
        timeout=60,
        check=False,
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a run of two episodes, whose seats and speeches are of all the world's letters."""
    made = tmp_path_factory.mktemp("terminal")
    episode = {
        "task": {"text": TEXT, "answers": [f"{TEXT} 1", f"{TEXT} 2"], "truth": f"{TEXT} 1"},
        "seats": {"ännie": f"model-{TEXT}", "judge": f"j-{TEXT}"},
        "defends": {"ännie": f"{TEXT} 1"},
        "speeches": [{"seat": "ännie", "text": f"{TEXT}\n" * 2000}],
        "verdicts": [{"choice": f"{TEXT} 1"}],
        "condition": TEXT,
    }
    write(made / "ours.jsonl", [episode, episode])
    import_transcripts([made / "ours.jsonl"], made / "runs" / "ours")
    return made


COMMANDS = (
    "show ours",
    "show ours 0 --json",
    "list",
    "report ours --json --samples 2",
    "run --help",
    "run debate --agents random --judge random --tasks 1 --dry-run",
)
ENCODINGS = (
    {"PYTHONIOENCODING": "ascii"},
    {"PYTHONIOENCODING": "cp1252"},
    {"LANG": "C", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
)


class TestFewCharacters:
    @pytest.mark.parametrize("variables", ENCODINGS, ids=["ascii", "cp1252", "C"])
    @pytest.mark.parametrize("command", ["show ours", pytest.param("show ours 0", marks=pytest.mark.slow)])
    def test_what_cannot_be_shown_is_escaped(
        self, folder: Path, command: str, variables: dict[str, str]
    ) -> None:
        done = typed(folder, *command.split(), **variables)
        assert (done.returncode, done.stderr) == (0, b"")
        shown = done.stdout.decode("cp1252" if "cp1252" in variables.values() else "ascii")
        if command == "show ours 0":
            assert "nse" in shown
            assert r"\u6f22\u5b57 \u2713" in shown
            assert r"\U0001f642 \u202e" in shown

    def test_what_looks_alike_stands_for_it(self, folder: Path) -> None:
        shown = typed(folder, "show", "ours", "0", PYTHONIOENCODING="ascii").stdout
        assert rb'G\xe4nse - \u6f22\u5b57 \u2713 "so"' in shown
        assert rb"\u2500" not in typed(folder, "--help", PYTHONIOENCODING="ascii").stdout

    def test_errors_are_said_too(self, folder: Path) -> None:
        done = typed(folder, "show", "Gänse✓", PYTHONIOENCODING="ascii", LC_ALL="C.UTF-8")
        assert done.returncode == 2
        assert rb"There is no run called 'G\xe4nse\u2713'" in done.stderr


@pytest.mark.slow
class TestOutput:
    @pytest.mark.parametrize("command", COMMANDS)
    def test_that_is_full_is_said_in_a_sentence(self, folder: Path, command: str) -> None:
        done = typed(folder, *command.split(), shell="> /dev/full")
        assert done.returncode == 2
        assert done.stderr.decode().splitlines()[-1] == (
            "arena: Standard output cannot be written: No space left on device."
        )
        assert b"Traceback" not in done.stderr

    @pytest.mark.parametrize("command", ["show ours", "list", "report ours --json --samples 2"])
    def test_that_is_closed_is_said_in_a_sentence(self, folder: Path, command: str) -> None:
        done = typed(folder, *command.split(), shell=">&-")
        assert done.returncode == 2
        assert done.stderr.startswith(b"arena: Standard output cannot be written: ")

    @pytest.mark.parametrize("command", ["show ours 0", "show ours 0 --json", "list", "run --help"])
    def test_that_nobody_reads_on_ends_in_silence(self, folder: Path, command: str) -> None:
        done = typed(folder, *command.split(), shell="| true; exit ${PIPESTATUS[0]}")
        assert (done.returncode, done.stderr) == (141, b"")

    def test_errors_that_cannot_be_said_stop_nothing(self, folder: Path) -> None:
        words = ("export", "ours", "--out", "fine.jsonl")
        assert typed(folder, *words, shell="2> /dev/full").returncode == 0
        assert (folder / "fine.jsonl").exists()

    def test_a_run_whose_progress_nobody_reads_is_played_to_its_end(self, folder: Path) -> None:
        words = ("run", "debate", "--agents", "random", "--judge", "random", "--tasks", "2", "--json")
        done = typed(folder, *words, "--out", "runs/unheard", shell="| true; exit ${PIPESTATUS[0]}")
        assert done.returncode == 141
        assert b"2 completed" in typed(folder, "show", "unheard").stdout

    def test_is_guarded_only_for_a_while(self) -> None:
        usual = sys.stdout
        with guarded():
            assert sys.stdout is not usual
        assert sys.stdout is usual

    def test_of_a_script_is_guarded_as_well(self, folder: Path) -> None:
        script = "import arena; arena.open_run('runs/ours').show()"
        done = subprocess.run(
            [sys.executable, "-c", script],
            cwd=folder,
            env={**os.environ, "PYTHONIOENCODING": "ascii"},
            capture_output=True,
            check=True,
        )
        assert rb"model-G\xe4nse" in done.stdout


PLACES: dict[str, Callable[[Path], Path]] = {
    "a folder": lambda folder: _made(folder / "taken"),
    "a device": lambda folder: Path("/dev/full"),
    "nowhere": lambda folder: folder / "nowhere" / "file",
    "not for us": lambda folder: Path("/proc/file"),
    "read-only": lambda folder: _read_only(folder / "old"),
}
WRITING = (
    "export ours --out",
    "export ours --to trl-sft --out",
    "export ours --to trl-dpo --out",
    "export ours --to verl --out",
    "report ours --samples 2 --out",
)


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def _read_only(file: Path) -> Path:
    file.write_text("old")
    file.chmod(0o444)
    return file


def _all(folder: Path) -> dict[str, bytes | None]:
    return {
        str(path.relative_to(folder)): None if path.is_dir() else path.read_bytes()
        for path in sorted(folder.rglob("*"))
    }


class TestPlaces:
    @pytest.fixture
    def arena(self, arena: Typist) -> Typist:
        write(arena.folder / "ours.jsonl", [OURS])
        import_transcripts([arena.folder / "ours.jsonl"], arena.folder / "runs" / "ours")
        arena("show", "ours")
        return arena

    @pytest.mark.parametrize("place", PLACES)
    @pytest.mark.parametrize("command", WRITING)
    def test_where_no_file_can_be_are_refused(self, arena: Typist, command: str, place: str) -> None:
        if "report" in command:
            pytest.importorskip("matplotlib")
        if "verl" in command:
            pytest.importorskip("pyarrow")
        target = PLACES[place](arena.folder)
        before = _all(arena.folder)
        said = arena(*command.split(), str(target))
        assert said.code == 2
        assert said.err.startswith("arena: ")
        assert len(said.err.splitlines()) == 1
        assert str(target) in said.err or str(target.parent) in said.err
        assert _all(arena.folder) == before
        assert Path("/dev/full").is_char_device()

    @pytest.mark.parametrize("card", ["file.card.json", "file.card.md"])
    @pytest.mark.parametrize("to", ["jsonl", "trl-sft"])
    def test_where_no_card_can_be_are_refused_before_the_rows_are_written(
        self, arena: Typist, card: str, to: str
    ) -> None:
        (arena.folder / card).mkdir()
        before = _all(arena.folder)
        said = arena("export", "ours", "--to", to, "--out", "file.jsonl")
        assert said.code == 2
        assert f"{card} cannot be written: it is a folder" in said.err
        assert _all(arena.folder) == before

    def test_an_export_that_does_not_fit_leaves_the_old_one(self, folder: Path) -> None:
        (folder / "kept.jsonl").write_text("old")
        done = typed(folder, "export", "ours", "--out", "kept.jsonl", limit="16")
        assert done.returncode == 2
        assert done.stderr == b"arena: kept.jsonl cannot be written: File too large.\n"
        assert (folder / "kept.jsonl").read_text() == "old"
        assert [path.name for path in folder.iterdir() if "partial" in path.name] == []

    @pytest.mark.parametrize(
        "command",
        ["import ours.jsonl --out new", "run debate --agents random --judge random --tasks 1 --out new"],
    )
    def test_a_run_that_does_not_fit_is_not_begun(self, folder: Path, command: str) -> None:
        done = typed(folder, *command.split(), limit="16")
        assert done.returncode in (1, 2)
        assert len(done.stderr.splitlines()) == 1
        assert done.stderr.startswith(b"arena: ")
        assert b"partial" not in done.stderr
        assert not (folder / "new").exists()
        assert [path.name for path in folder.iterdir() if path.name.startswith(".")] == []

    @pytest.mark.parametrize("place", ["file", "file/run", "/dev/full", "/proc/run"])
    @pytest.mark.parametrize(
        ("command", "code"),
        [
            ("import ours.jsonl --out", 2),
            ("run debate --agents random --judge random --tasks 1 --out", 2),
            ("run debate --agents random --judge random --tasks 1 --cache", 1),
        ],
    )
    def test_where_no_run_can_be_are_refused(
        self, arena: Typist, command: str, code: int, place: str
    ) -> None:
        arena.write("file", "old " * 30)
        before = _all(arena.folder)
        said = arena(*command.split(), place)
        assert said.code == code
        assert len(said.err.splitlines()) == 1
        assert place.partition("/run")[0] in said.err
        assert _all(arena.folder) == before

    def test_a_file_that_is_called_runs_is_in_the_way(self, arena: Typist) -> None:
        (arena.folder / "runs").rename(arena.folder / "elsewhere")
        (arena.folder / "runs").symlink_to("nothing/at/all")
        said = arena("run", "debate", "--agents", "random", "--judge", "random", "--tasks", "1")
        assert said.code == 2
        assert "The folder runs cannot hold a run: File exists." in said.err


NASTY = "\x1b[2J\x1b]0;owned\x07\u202eevil\narena: all is well\r\x85\u2028\x9b31m\u200b"
"""Clears the screen, names the window, turns letters round, and forges a line of ours."""

_HARMLESS = re.compile(r"[^\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]*\Z")


@contextmanager
def answering(status: int, body: object) -> Iterator[str]:
    """Serve the same answer to whatever is asked, and give the address."""

    class Answers(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            said = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *_: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/v1"
        finally:
            server.shutdown()
            thread.join()


def check_inert(*shown: str) -> None:
    """Check that nothing of `NASTY` is shown as it is."""
    for text in shown:
        assert _HARMLESS.match(text), ascii(text)
        assert not any(line.startswith("arena: all is well") for line in text.splitlines())


class TestHostileWords:
    def test_in_a_transcript_are_shown_inert(self, arena: Typist) -> None:
        record = {
            "task": {"text": NASTY, "answers": [f"{NASTY}1", f"{NASTY}2"], "id": NASTY, "source": NASTY},
            "seats": {f"a{NASTY}": f"x{NASTY}", f"b{NASTY}": NASTY, "judge": f"j{NASTY}"},
            "defends": {f"a{NASTY}": f"{NASTY}1", f"b{NASTY}": f"{NASTY}2"},
            "speeches": [{"seat": f"a{NASTY}", "text": NASTY}],
            "verdicts": [{"choice": None, "reason": NASTY}],
            "condition": NASTY,
        }
        good = {**record, "verdicts": [{"choice": f"{NASTY}1", "reasons": NASTY}]}
        write(arena.folder / "ours.jsonl", [record, good])
        said = [arena("import", "ours.jsonl", "--out", f"runs/n{NASTY.replace('/', '')}")]
        assert said[0].code == 0
        run = f"n{NASTY}"
        commands = (
            ("show", run),
            ("show", run, "0"),
            ("show", run, "1"),
            ("show", run, "1", "--seat", NASTY),
            ("show", run, "1", "--json"),
            ("runs",),
            ("export", run),
            ("export", run, "--to", "trl-sft", "--seat", NASTY),
            ("judge", run, "--judge", "random", "--side", f"a{NASTY}", "--side", f"b{NASTY}"),
            ("judge", run, "--judge", "random", "--side", NASTY),
            ("report", run, "--json", "--samples", "2"),
        )
        said += [arena(*words) for words in commands]
        check_inert(*(text for each in said for text in (each.out, each.err)))

    def test_that_are_typed_are_said_inert(self, arena: Typist) -> None:
        (arena.folder / f"f{NASTY}.py").write_text("x = 1")
        (arena.folder / f"q{NASTY}.jsonl").write_text("{\n" * 9)
        commands = (
            ("show", NASTY),
            ("show", "run", NASTY),
            ("run", "debate", "--tasks", NASTY),
            ("run", NASTY),
            ("run", f"f{NASTY}.py"),
            ("run", "debate", "--agents", NASTY, "--judge", NASTY),
            ("run", "debate", "--set", NASTY),
            ("run", "debate", "--set", f"protocol.rounds={NASTY}"),
            ("run", "debate", "--set", f"protocol.{NASTY}=1"),
            ("run", "debate", "--prices", NASTY),
            ("run", "debate", "--agents", "random", "--judge", "random", "--out", f"no/f{NASTY}\x00"[:-1]),
            ("run", f"--{NASTY}"),
            ("tournament", NASTY),
            ("tournament", "kuhn", "--format", NASTY),
            ("import", f"q{NASTY}.jsonl", "--out", "run"),
            ("import", f"q{NASTY}.jsonl", "--mapping", f"q{NASTY}.jsonl", "--out", "run"),
            ("import", NASTY, "--out", "run"),
            ("export", NASTY),
            ("runs", NASTY),
            ("exploitability", NASTY, "--agents", "random"),
            ("exploitability", "kuhn", "--agents", NASTY),
            ("model", "pull", NASTY),
            ("model", "path", NASTY),
            (NASTY,),
        )
        for words in commands:
            said = arena(*words)
            check_inert(said.out, said.err)

    def test_of_agents_are_inert_in_the_log(self, arena: Typist) -> None:
        name = arena.write("mine.py", f"def rude(request):\n    raise ValueError({NASTY!r})\n")
        words = ("tournament", "kuhn", "--agents", f"{name}:rude", "random", *SHORT, "--verbose")
        said = arena(*words, "--out", "runs/rude")
        assert "evil" in said.err
        check_inert(said.out, said.err, arena("show", "rude", "0").out, arena("show", "rude").out)

    @pytest.mark.parametrize("status", [200, 400, 401, 404])
    def test_of_a_server_are_said_inert(self, arena: Typist, status: int) -> None:
        said = {"error": {"message": NASTY, "type": NASTY, "code": NASTY}, "model": NASTY}
        choice = {"message": {"role": "assistant", "content": NASTY}, "finish_reason": NASTY}
        with answering(status, {"choices": [choice], "model": NASTY} if status == 200 else said) as url:
            agent = f"openai-compatible:m{NASTY}?base_url={url}&retries=0"
            words = ("tournament", "kuhn", "--agents", agent, "random", *SHORT, "--set", "episodes=1", "-v")
            shown = [
                arena(*words, "--out", "runs/served"),
                arena("show", "served"),
                arena("show", "served", "0"),
            ]
        assert any("evil" in text for each in shown for text in (each.out, each.err))
        check_inert(*(text for each in shown for text in (each.out, each.err)))

    def test_are_cut_where_they_are_very_long(self, arena: Typist) -> None:
        said = arena("run", "x" * 100_000)
        assert said.code == 2
        assert len(said.err) < 3_000
        assert "characters left out" in said.err
