"""Pictures for pages: of what was brought, and of data sets. Caches over files, none over the database."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from engine.entrypoints import actions

if TYPE_CHECKING:
    from engine.data.images.seen import PicturesSeen


@st.cache_resource(max_entries=4, show_spinner=False)
def look_at_pictures(path: Path) -> "PicturesSeen":
    """What a brought archive of pictures holds. Raises DataError."""
    return actions.look_at_pictures(path)


holds_pictures = actions.holds_pictures


@st.cache_resource(max_entries=8, show_spinner=False)
def picture_rows(dataset_id: int, per_label: int) -> Mapping[str, Sequence[tuple[int, Path]]]:
    """The first (row, file) of each class of the training split, and under "" those without a class."""
    return actions.picture_rows(dataset_id, per_label)


def stored_picture(dataset_id: int, picture: str) -> bytes:
    """The file of a stored picture by its path in the data set. Raises StoredFileError."""
    return actions.stored_picture(dataset_id, picture).read_bytes()


@st.cache_resource(max_entries=64, show_spinner=False)
def thumbnail(picture: Path) -> bytes:
    """A stored picture, small. Raises PictureFault."""
    from engine.data.images.thumbs import thumbnail as small

    return small(picture)
