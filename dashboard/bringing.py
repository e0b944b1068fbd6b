"""What the Data page does with what is brought: prepare it in a process of its own, and open what became of it."""

from typing import Any

from dashboard import store
from dashboard.components.data_steps import close_adding, show_made
from dashboard.components.errors import shown
from dashboard.components.preparing import preparing
from dashboard.components.upload import Brought


def add(brought: Brought) -> None:
    """Make a data set of a table or of pictures."""
    origin, table = brought.origin, brought.table
    said: dict[str, Any] = {"name": origin.name, "licence": origin.licence, "source": origin.source}
    said["product_slug"] = origin.idea
    with preparing() as listener:
        if table is None:
            made = store.import_pictures(brought.path, **said, listener=listener)
        else:
            made = store.import_data(
                brought.path,
                table.text,
                table.label,
                **said,
                columns=table.further,
                part=table.part or None,
                own_splits=table.own_splits,
                listener=listener,
            )
    close_adding()
    _show(made)


def mask(dataset_id: int) -> None:
    """Make a version without the personal data that was found."""
    with shown(), preparing() as listener:
        _show(store.mask_data(dataset_id, listener=listener))


def join(dataset_id: int, name: str, content: bytes, replaces: bool) -> None:
    """Make a version with a further file, or with another in its place."""
    with shown(), preparing() as listener:
        path = store.keep_upload(name, content)
        _show(store.append_data(dataset_id, path, replace=replaces, listener=listener))


def _show(made: tuple[store.DatasetRow, bool]) -> None:
    row, already = made
    show_made(row.id, row.name, already)
