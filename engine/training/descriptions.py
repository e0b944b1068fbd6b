"""What a person wrote about the classes: one line each, “label: description”."""

from collections.abc import Sequence

from engine.errors import N_, InputError


def class_descriptions(written: str, labels: Sequence[str]) -> dict[str, str]:
    """The description of each class that has one. Raises InputError naming the line that is wrong."""
    given: dict[str, str] = {}
    for line in filter(None, map(str.strip, written.splitlines())):
        # The longest label first: one may begin another, and labels may hold colons.
        found = [label for label in sorted(labels, key=len, reverse=True) if line.startswith(f"{label}:")]
        words = line[len(found[0]) + 1 :].strip() if found else ""
        if not words:
            raise InputError(
                N_("The line “{line}” must be a label, a colon and a description. The labels: {labels}."),
                line=line,
                labels=", ".join(labels),
            )
        if found[0] in given:
            raise InputError(N_("The class “{label}” is described twice."), label=found[0])
        given[found[0]] = words
    return given
