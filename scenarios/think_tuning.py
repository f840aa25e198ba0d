"""ThinkTuning: a teacher writes feedback into a student's reply, and the student goes on from there.

The study is "ThinkTuning: Instilling cognitive reflections without distillation" (arXiv 2508.07616). Under
``plain`` the student answers alone; under ``taught``, with the same chance, a teacher's feedback follows its
first answer, and it answers again in the same reply. So the answers that were wrong and became right can be
counted. ``--set "conditions.taught.seats.answerer=taught:local?teacher=local&share=0.25"`` guides a quarter
of a model's replies. ``arena export --to spans --advantage "group-mean?by=prompt&divide=sd"`` writes the
rows, each with its parts and their authors.

What the teacher's tokens weigh and who writes the end are not in the texts that we could read. Here the
student writes the end, and nobody learns from the teacher's words.
"""

from arena import Comparison, Condition
from protocols import Revise
from scenarios.courses import SUMS

_STUDENT = "scenarios.courses:Recited?of=00,10,10,11"
_TAUGHT = "taught:scenarios.courses:Recited%3Fof%3D00,10,10,11?teacher=scenarios.courses:Recited%3Fof%3Df"

scenario = Comparison(
    name="think-tuning",
    tasks=SUMS,
    first=4,
    seats={"answerer": _STUDENT},
    conditions={
        "plain": Revise(turns=1),
        "taught": Condition(protocol=Revise(turns=1), seats={"answerer": _TAUGHT}),
    },
)
