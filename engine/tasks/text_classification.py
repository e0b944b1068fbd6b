"""Which of a few classes does a text belong to?"""

from engine.errors import N_
from engine.spec import Task

TASK = Task(
    name="text_classification",
    title=N_("Text classification"),
    summary=N_("Tells which of a few classes a text belongs to: praise or complaint, spam or not, which department."),
    input_kind="text",
    deciding_measures=("quality.f1_macro", "quality.accuracy", "quality.recall_macro", "quality.precision_macro"),
)
