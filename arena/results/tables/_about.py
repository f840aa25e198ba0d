"""What the columns of tables hold: the type of each, and a sentence about it, which the docs print."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class ColumnAbout(NamedTuple):
    """The type of a column, ``text``, ``whole``, ``real`` or ``key``, and what it holds."""

    type: str
    about: str


def _columns(**columns: tuple[str, str]) -> dict[str, ColumnAbout]:
    return {name: ColumnAbout(*column) for name, column in columns.items()}


_OF_TASK = _columns(
    run=("text", "the name of the run's folder"),
    episode=("whole", "the episode's number in its run"),
    condition=("text", "the condition under which it was played; empty if none are compared"),
    task=("text", "the id of the task"),
    category=("text", "the category of the task; empty if it has none"),
)
_OF_CALLS = _columns(
    prompt_tokens=("whole", "the tokens that were read, those from a provider's cache included"),
    completion_tokens=("whole", "the tokens that were written, those of reasoning included"),
    seconds=("real", "how long the answering took"),
    dollars=("real", "the cost; missing if the price of a model is not known"),
)

EPISODES: Mapping[str, ColumnAbout] = {
    **_OF_TASK,
    **_columns(
        ending=("text", "how it ended: completed, forfeited, truncated or failed"),
        reason=("text", "why it did not run to its end; empty if it did"),
        match=("whole", "the number of the match to which it belongs"),
        round=("whole", "the round of the tournament, from 0"),
        turns=("whole", "how many answers were given"),
        calls=("whole", "how many calls to models were made; missing if no agent reports any"),
    ),
    **_OF_CALLS,
    "agent.SEAT": ColumnAbout("text", "the agent in the seat"),
    "return.SEAT": ColumnAbout("real", "the return of the seat; missing if there is no result"),
}
"""The columns of the table of episodes that have ended, a row each."""

TURNS: Mapping[str, ColumnAbout] = {
    **_OF_TASK,
    **_columns(
        seat=("text", "the seat that spoke"),
        agent=("text", "the agent in the seat"),
        turn=("whole", "the number of the turn in its episode, from 0"),
        event=("whole", "the place of the event in the transcript, from 0"),
        status=("text", "ok, tools if it called tools, or why the reply could not be used"),
        reason=("text", "what was wrong with a reply that could not be used"),
        audience=("text", "the seats that saw it, with commas between them; empty if nobody did"),
        words=("whole", "how many words it has"),
        text=("text", "what was published of the reply, or a reply that could not be used, as it was"),
    ),
}
"""The columns of the table of turns: all that seats said, in the order of the transcript."""

CALLS: Mapping[str, ColumnAbout] = {
    **_OF_TASK,
    **_columns(
        seat=("text", "the seat that was asked; judging for judges who came afterwards"),
        agent=("text", "the agent that was asked"),
        count=("whole", "the place of the call among the seat's calls; missing if its reply was replaced"),
        model=("text", "the model that answered, as it is priced"),
        cached_tokens=("whole", "the tokens that were read from the provider's cache"),
        reasoning_tokens=("whole", "the tokens of reasoning"),
        attempts=("whole", "how often the request was sent"),
        from_cache=("whole", "1 if the reply was in the response cache, and 0 if not"),
    ),
    **_OF_CALLS,
}
"""The columns of the table of calls to models, those of judges who came afterwards included, a row each."""

COMMON: Mapping[str, ColumnAbout] = {
    **_columns(
        run=("text", "the name of the run's folder"),
        condition=("text", "what the episode is compared as; empty if none are compared"),
        task=("text", "the id of the task; variants of a task have the same"),
        category=("text", "the category of the task; empty if it has none"),
        ending=("text", "how the episode ended"),
        agent=("text", "the agent in the seat that it is about"),
        episode=("whole", "the episode's number in its run"),
        judgement=("whole", "0 if it was found out in the episode; else the number of the later judgement"),
        number=("whole", "its place among the annotations of the episode or the judgement"),
        kind=("text", "the kind of annotation"),
        name=("text", "its name, such as answer or decision"),
        author=("text", "who found it out: the name of the judge or of the seat, or protocol"),
        by=("text", "what that is: a seat, the protocol, a judge or an environment"),
        said=("whole", "the place of the event in which it was said"),
        seat=("text", "the seat that it is about"),
        step=("whole", "the step of the episode that it is about"),
        sample=("whole", "the draft that it is about, from 0"),
        unit=("whole", "the part of a text that it is about, from 0"),
        part=("text", "the name of that part"),
        start=("whole", "where that part begins in the text"),
        end=("whole", "where that part ends"),
        turn=("whole", "the turn or round in which it was found out"),
        moment=("text", "before, round or after"),
        group=("text", "what joins annotations that belong together"),
        order=("whole", "the order of the answers that a judge saw, from 0"),
        repeat=("whole", "the number of the repetition of a question"),
        status=("text", "ok, or why nothing was found out"),
        reason=("text", "the reason for that status"),
        revises=("whole", "the number of the annotation that it takes the place of"),
        revises_judgement=("whole", "the judgement of the annotation that it takes the place of"),
        among=("text", "the places that were chosen among, as JSON"),
    )
}
"""The columns that annotations of every kind have."""

OF_KIND: Mapping[str, Mapping[str, ColumnAbout]] = {
    "belief": _columns(
        probability=("real", "how likely it is held to be, from 0 to 1"),
        of=("text", "what is believed"),
        method=("text", "how the belief was asked for"),
        came_true=("real", "1 if it came true, 0 if not"),
    ),
    "answer": _columns(
        text=("text", "the answer"),
        key=("key", "the same number for answers that mean the same"),
        correct=("real", "1 if it is right, 0 if it is wrong"),
        truth=("text", "what it was compared with"),
        comparison=("text", "how it was compared"),
        confidence=("real", "how sure its author was, from 0 to 1"),
    ),
    "verdict": _columns(
        choice=("text", "what was chosen"),
        key=("key", "the same number for choices that mean the same"),
        correct=("real", "1 if it is right, 0 if it is wrong"),
        truth=("text", "what it was compared with"),
        confidence=("real", "how sure the judge was, from 0 to 1"),
        probabilities=("text", "the probability of each choice, as JSON"),
    ),
    "score": _columns(
        value=("real", "the score"),
        low=("real", "the lowest possible score"),
        high=("real", "the highest possible score"),
        truth=("real", "what it should be"),
        unit_name=("text", "its unit"),
    ),
    "label": _columns(value=("text", "the label"), count=("real", "how often it occurs")),
    "reward": _columns(value=("real", "the reward"), anchor=("text", "what it is relative to, as JSON")),
}
"""The columns of each kind of annotation, named after the fields of its record."""
