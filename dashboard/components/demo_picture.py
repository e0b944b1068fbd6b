"""The demo's input where models read pictures: a file, the camera, what is pasted, or an example of the test split."""

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from dashboard.components.errors import show_error, shown
from dashboard.components.text import note, plain
from dashboard.i18n import _
from engine.errors import N_, InputError

if TYPE_CHECKING:
    from streamlit.elements.widgets.chat import ChatInputValue

    from engine.entrypoints.actions import Example

ENDINGS = ["png", "jpg", "jpeg", "webp", "gif", "bmp", "tif", "tiff"]
WAYS = {"file": N_("File"), "camera": N_("Camera"), "paste": N_("Paste")}
ICONS = {"file": ":material/upload_file:", "camera": ":material/photo_camera:", "paste": ":material/content_paste:"}
MOST_EXAMPLES = 10
SHOWN_WIDTH = 64
CHOSEN_WIDTH = 128


def picture_input(examples: Sequence["Example"], file_of: Callable[[str], bytes], key: str) -> bytes | None:
    """Draw the ways to bring a picture; returns one when the models are to read it now.

    `file_of` gives the stored file of an example by its path in the data set.
    """
    import streamlit as st

    with st.container(border=True):
        way = st.segmented_control(
            _("Bring a picture"),
            list(WAYS),
            default="file",
            required=True,
            format_func=lambda known: f"{ICONS[known]} {_(WAYS[known])}",
            key=f"{key}_way",
        )
        brought = {"file": _from_file, "camera": _from_camera, "paste": _pasted}[way](key)
        taken = _from_examples(examples, file_of, key)
    return taken or brought


def _from_file(key: str) -> bytes | None:
    import streamlit as st

    file = st.file_uploader(
        _("A picture: PNG, JPEG, WebP, GIF, BMP or TIFF"), type=ENDINGS, max_upload_size=10, key=f"{key}_file"
    )
    return _sent(file.getvalue() if file else None, f"{key}_file_go")


def _from_camera(key: str) -> bytes | None:
    import streamlit as st

    file = st.camera_input(_("Take a picture"), width=360, key=f"{key}_camera")
    return _sent(file.getvalue() if file else None, f"{key}_camera_go")


def _sent(content: bytes | None, key: str) -> bytes | None:
    import streamlit as st

    pressed = st.button(_("Try it"), type="primary", icon=":material/send:", disabled=content is None, key=key)
    return content if pressed else None


def _pasted(key: str) -> bytes | None:
    import streamlit as st

    said = st.chat_input(
        _("Click here, paste a picture (Ctrl+V) or its data: address, and send"),
        accept_file=True,
        file_type=ENDINGS,
        key=f"{key}_paste",
    )
    if said is None:
        return None
    try:
        return read_pasted(said)
    except InputError as error:
        show_error(error)
        return None


def read_pasted(said: "ChatInputValue") -> bytes:
    """The picture in what was sent: a file, or a data address or base64 as text. Raises InputError for neither."""
    if said.files:
        return bytes(said.files[0].getvalue())
    text = said.text.strip()
    if text.startswith("data:"):
        text = text.partition(",")[2]
    try:
        content = base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        content = b""
    if not content:
        raise InputError(
            N_("That is no picture: paste one from a program or a page, or an address that begins with data:image/.")
        )
    return content


def _from_examples(examples: Sequence["Example"], file_of: Callable[[str], bytes], key: str) -> bytes | None:
    import streamlit as st

    if not examples:
        return None
    st.markdown(note(_("Or one of the test split; no model has learned from these:")))
    chosen = None
    with st.container(horizontal=True, gap="small"), shown():
        for place, example in enumerate(examples[:MOST_EXAMPLES]):
            content = small(file_of(example.text))
            with st.container(width=SHOWN_WIDTH + 16, gap="xsmall", horizontal_alignment="center"):
                st.image(content, width=SHOWN_WIDTH)
                if st.button(plain(example.label, 12), key=f"{key}_example_{place}", width="stretch"):
                    chosen = example.text
    return file_of(chosen) if chosen is not None else None


def readable(content: bytes | None) -> bytes | None:
    """The picture when it can be read; else says why not, before a model is asked."""
    if content is None:
        return None
    with shown():
        small(content)
        return content
    return None


def asked_picture(content: bytes) -> None:
    """Draw the picture that the answers are about."""
    import streamlit as st

    with st.container(horizontal=True, vertical_alignment="center"), shown():
        st.image(small(content), width=CHOSEN_WIDTH)
        st.markdown(note(_("What both models were asked.")))


def small(content: bytes) -> bytes:
    """A brought picture, small. Raises PictureFault for one that cannot be read."""
    from engine.data.images.thumbs import thumbnail

    return thumbnail(content, N_("The picture"), 2 * CHOSEN_WIDTH)
