"""Which of a few classes does a picture belong to?"""

from engine.errors import N_
from engine.spec import Task

TASK = Task(
    name="image_classification",
    title=N_("Image classification"),
    summary=N_("Tells which of a few classes a picture belongs to: which product, which digit, faulty or sound."),
    input_kind="image",
    deciding_measures=("quality.f1_macro", "quality.accuracy", "quality.recall_macro", "quality.precision_macro"),
)
