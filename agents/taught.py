"""The wrapper that has a teacher write into an agent's reply, and the agent go on from there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from agents.shared.drafts import aside
from agents.shared.wrapper import Helped, specification
from agents.shared.writing import Writing, check_continues
from arena.core.ranges import Words
from arena.core.seeds import derive
from arena.forms import Speech
from arena.forms.reading import thought_apart
from arena.prompts import Prompts
from arena.registry import AgentLike, agent_name
from arena.seat.agent import Reply, Request, Stop
from arena.seat.messages import fenced
from arena.seat.response import consult

_PROMPTS = Prompts(__file__)


@dataclass
class Taught(Helped):
    """Has a `teacher` write feedback below the wrapped agent's reply, and the agent go on from there.

    That is how ThinkTuning guides some rollouts (arXiv 2508.07616): student, teacher, student in one reply,
    whose parts say who wrote what. Who writes the end and what the teacher's tokens weigh is not in the texts
    that we could read. Here the student writes the end, and `learns` says whether the teacher's words are to
    be learnt. If the teacher's feedback cannot be used, the student's reply stands as it is.

    The agent must be able to go on with a reply (`Agent.continues`); the teacher may be any agent, and is
    the wrapped one by default. In a specification: ``taught:local?teacher=openai:gpt-5-mini&share=0.25``.

    Args:
        teacher: The agent that writes the feedback. The default is the wrapped agent.
        share: The probability that a reply gets feedback. It is drawn by the request's seed.
        words: The most words of the feedback.
        learns: Whether trainers are to learn from the teacher's words.

    Raises:
        UsageError: if the agent cannot go on with a reply.
    """

    teacher: AgentLike | None = None
    share: Annotated[float, Field(ge=0, le=1)] = 1.0
    words: Words = 100
    learns: bool = False

    helper = "teacher"

    def __post_init__(self) -> None:
        super().__post_init__()
        check_continues(self._wrapped)
        self.name = specification("taught", self._wrapped, share=self.share, **self._named)

    def expects(self, request: Request) -> Mapping[str, int]:
        """Return the usage to expect of the student, who writes twice, and of the teacher."""
        student = self._wrapped.expects(request)
        twice = {name: 2 * count for name, count in student.items()}
        return Counter(twice) + Counter(self._helper.expects(request))

    async def reply(self, request: Request) -> Reply:
        """Return the student's reply, which goes on from the feedback if there is any.

        Raises:
            NoDraft: if the student does not answer.
        """
        writing = Writing(request)
        said = await writing.go_on(self._wrapped)
        drawn = derive(request.seed, "taught") / 2**63
        if said.stop is not Stop.COMPLETE or drawn >= self.share:
            return writing.reply()
        form = Speech(words=self.words, retries=0)
        shown = thought_apart(said.text)[1] if request.form.reads_thoughts else said.text
        asked = _PROMPTS.text("ask", reply=fenced(shown), instructions=form.instructions())
        feedback, _, spent = await consult(self._helper, aside(request, "teacher", asked, form))
        writing.used.append((self._helper, spent))
        if feedback.ok:
            writing.put(f"\n{feedback.value}\n", agent_name(self._helper), trains=self.learns)
            await writing.go_on(self._wrapped)
        return writing.reply()
