"""What a reader is told when something is wrong."""

from dashboard.components.errors import message
from dashboard.i18n import speaking
from engine.errors import N_, InputError


def test_our_words_inside_a_message_are_translated_and_a_readers_are_not() -> None:
    template = N_("{label} must have at most {limit} characters, not {count}: “{value}”.")
    error = InputError(template, label=N_("The seed"), limit=1, count=8, value="The seed")
    with speaking("zh_CN"):
        said = message(error)
    assert "“The seed”" in said or "The seed”" in said
    assert said.count("The seed") == 1
