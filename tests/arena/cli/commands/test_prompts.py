"""``arena prompts`` and ``--prompts``: print the prompts, change them, and compare wordings."""

from __future__ import annotations

import pytest

from arena.designs.wording import prompt_files
from arena.journal import StoredRun
from tests.arena.cli.typing_in import Typist
from tests.arena.results.figures.lines import Found, sections_in

JUDGES = """
from dataclasses import dataclass

from arena import Agent, Reply


@dataclass
class Reader(Agent):
    \"\"\"Is right if it is told to be careful, and otherwise chooses what is shown first.\"\"\"

    async def reply(self, request):
        answers = request.prompt.data["answers"]
        right = next(label for label, answer in answers.items() if answer == "yes")
        return Reply(f"Verdict: {right if 'careful' in request.brief else 1}")


@dataclass
class Obedient(Agent):
    \"\"\"Chooses what the brief names, if it names an answer, and otherwise the first.\"\"\"

    async def reply(self, request):
        answers = request.prompt.data["answers"]
        named = [label for label, answer in answers.items() if f"choose {answer}" in request.brief]
        return Reply(f"Verdict: {(named or ['1'])[0]}")
"""
QUESTIONS = "".join(
    f'{{"id": "{number}", "question": "Is it {number}?", "answers": ["yes", "no"], "answer": "yes"}}\n'
    for number in range(10)
)


@pytest.fixture
def wordings(arena: Typist) -> Typist:
    for name, words in (("careful", "You are a careful judge."), ("pushed", "Always choose no.")):
        (arena.folder / name).mkdir()
        arena.write(f"{name}/direct.jinja", f"=== judge\n{words}\n")
    arena.write("judges.py", JUDGES)
    arena.write("questions.jsonl", QUESTIONS)
    return arena


def test_it_lists_prints_and_writes_them(arena: Typist) -> None:
    listed = arena("prompts").out
    assert "sneaky_critic" in listed
    assert "cross_question" in listed
    printed = arena("prompts", "direct").out
    assert "=== judge:\nYou are the judge. Decide which answer is right." in printed
    assert "verdicts.jinja" in printed
    assert "best_of.jinja" in arena("prompts", "best-of").out
    assert "judging.jinja" in arena("prompts", "judging").out
    assert arena("prompts", "debate", "--out", "mine").code == 0
    for file in (arena.folder / "mine").iterdir():
        assert file.read_text() == prompt_files()[file.stem].read_text()
    assert {"debate", "oversight", "forms"} <= {file.stem for file in (arena.folder / "mine").iterdir()}


def test_it_never_overwrites_what_was_changed(arena: Typist) -> None:
    arena("prompts", "direct", "--out", "mine")
    (arena.folder / "mine" / "direct.jinja").write_text("=== judge\nMine.\n")
    said = arena("prompts", "direct", "--out", "mine")
    assert (said.code, said.err.count("\n")) == (2, 1)
    assert "is there already" in said.err
    assert (arena.folder / "mine" / "direct.jinja").read_text() == "=== judge\nMine.\n"


def test_the_standard_prompts_change_no_request(arena: Typist) -> None:
    arena("prompts", "debate", "--out", "mine")
    runs = []
    for place, more in (("plain", ()), ("same", ("--prompts", "mine"))):
        seats = ("--agents", "random", "--set", "seats.judge=random")
        assert arena("run", "debate", *seats, "--out", place, *more).code == 0
        with StoredRun(arena.folder / place) as stored:
            episodes = map(stored.episode, stored.numbers(finished=True))
            runs.append([[call.digest for call in episode.calls] for episode in episodes])
            assert "prompts" not in stored.header()["config"]
    assert runs[0] == runs[1]


def test_three_wordings_with_two_models_are_six_conditions(wordings: Typist) -> None:
    who = ("--each", "reader=judges.py:Reader", "obedient=judges.py:Obedient")
    words = ("--prompts", "standard", "careful/", "firm=pushed/")
    said = wordings("run", "direct", *who, *words, "--tasks", "questions.jsonl", "--out", "ablation")
    assert said.code == 0, said.err
    found = Found(sections_in(wordings.folder / "ablation"))
    accuracy = {
        (wording, agent): found.shown("Accuracy", f"{wording}, {agent}: judge, verdict")[0]
        for wording in ("standard", "careful", "firm")
        for agent in ("reader", "obedient")
    }
    # A judge that always takes the first answer is right in one of the two orders.
    changed = {("careful", "reader"): 1, ("firm", "obedient"): 0}
    assert accuracy == {one: changed.get(one, 0.5) for one in accuracy}
    with StoredRun(wordings.folder / "ablation") as stored:
        by_condition: dict[str, list[tuple[str, int]]] = {}
        for number in stored.numbers(finished=True):
            plan = stored.episode(number).plan
            by_condition.setdefault(plan.condition, []).append((plan.task.id, plan.chance))
    assert len(by_condition) == 6
    assert all(chances == by_condition["standard, reader"] for chances in by_condition.values())
    assert wordings("resume", "ablation").code == 0
    (wordings.folder / "careful" / "direct.jinja").unlink()
    assert wordings("resume", "ablation").code == 0, "the run holds the words"


def test_a_study_names_them_too(wordings: Typist) -> None:
    wordings.write(
        "study.toml",
        'run = "direct"\ntasks = "questions.jsonl"\nprompts = ["standard", "careful/"]\n'
        'each = ["reader=judges.py:Reader"]\n',
    )
    assert wordings("run", "study.toml", "--out", "study").code == 0
    found = Found(sections_in(wordings.folder / "study"))
    assert found.shown("Accuracy", "careful, reader: judge, verdict")[0] == 1


def test_the_report_says_what_they_were_told(wordings: Typist) -> None:
    who = ("--each", "reader=judges.py:Reader", "--prompts", "standard", "careful/")
    wordings("run", "direct", *who, "--tasks", "questions.jsonl", "--out", "told")
    assert wordings("report", "told", "--out", "told.html").code == 0
    page = (wordings.folder / "told.html").read_text()
    assert "What they were told" in page
    assert "+You are a careful judge." in page
    assert "-You are the judge. Decide which answer is right." in page


def test_judges_of_a_run_are_told_them(wordings: Typist) -> None:
    wordings("run", "debate", "--agents", "random", "--set", "seats.judge=random", "--out", "played")
    wordings.write("words.jinja", "")
    (wordings.folder / "strict").mkdir()
    wordings.write("strict/judging.jinja", "=== judge\nBe strict.\n")
    plain = wordings("judge", "played", "--judge", "random")
    assert plain.code == 0, plain.err
    strict = wordings("judge", "played", "--judge", "random", "--prompts", "strict", "--append")
    assert strict.code == 0, strict.err
    with StoredRun(wordings.folder / "played") as stored:
        assert len({verdict.key.criterion for verdict in stored.verdicts()}) == 2


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("=== judge\nYou are {{ seat }}.\n", "may not use the field 'seat'"),
        ("=== judge\n{{ '%999999999d' % 1 }}\n", "arithmetic"),
        ("=== juge\nYou judge.\n", "Did you mean judge?"),
    ],
)
def test_what_may_not_be_said_is_refused_before_the_run(arena: Typist, text: str, why: str) -> None:
    (arena.folder / "bad").mkdir()
    arena.write("bad/direct.jinja", text)
    said = arena("run", "direct", "--agents", "random", "--prompts", "bad", "--out", "never")
    assert (said.code, said.err.count("\n")) == (2, 1)
    assert why in said.err
    assert not (arena.folder / "never").exists()


def test_wordings_that_do_not_fit_are_sentences(wordings: Typist) -> None:
    (wordings.folder / "other").mkdir()
    (wordings.folder / "other" / "careful").mkdir()
    wordings.write("other/careful/direct.jinja", "=== judge\nYou judge.\n")
    for words, why in (
        (("careful/", "other/careful"), "Two wordings are called 'careful'"),
        (("nowhere",), "does not exist"),
    ):
        said = wordings("run", "direct", "--agents", "random", "--prompts", *words)
        assert why in said.err
    said = wordings(
        "tournament", "kuhn", "--agents", "random", "kuhn-nash", "--prompts", "standard", "careful"
    )
    assert "are compared in a scenario or a comparison" in said.err
