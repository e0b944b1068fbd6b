"""Errors carry a template and its values, and come back from JSON as they were."""

import json

from engine.errors import N_, InputError, Marked, from_dict


def test_an_error_comes_back_from_json_with_its_words_and_values() -> None:
    error = InputError(N_("{label} must be {limit}, not {value}."), label=N_("The seed"), limit=3, value="The seed")
    again = from_dict(json.loads(json.dumps(error.as_dict())))
    assert str(again) == str(error) == "The seed must be 3, not The seed."
    assert isinstance(again.values["label"], Marked)
    assert not isinstance(again.values["value"], Marked), "what a person typed is never translated"
