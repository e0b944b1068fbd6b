"""A page that lives is drawn anew when it has changed, but not under the hands of whoever types in a dialog."""

from streamlit.testing.v1 import AppTest


def _page() -> None:
    import streamlit as st

    from dashboard.components.dialogs import dialog, no_dialog_yet, redraw_when_new

    no_dialog_yet()
    st.session_state["drawn"] = st.session_state.get("drawn", 0) + 1
    if st.button("Ask"):

        @dialog("A question")
        def ask() -> None:
            st.text_input("Answer")

        ask()
    redraw_when_new("seen", st.session_state["figure"])


def test_a_change_waits_for_an_open_dialog() -> None:
    test = AppTest.from_function(_page)
    test.session_state["figure"] = 1
    assert test.run().session_state["drawn"] == 1
    test.session_state["figure"] = 2
    assert test.run().session_state["drawn"] == 3
    test.session_state["figure"] = 3
    test.button[0].click().run()
    assert test.session_state["drawn"] == 4
    assert test.text_input[0].label == "Answer"
    assert test.run().session_state["drawn"] == 6
