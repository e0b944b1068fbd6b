"""Links between pages: Streamlit opens every Markdown link in a new tab, which loses what the reader has typed."""

SCRIPT = """<script>
if (!window.prospectusLinks) {
  window.prospectusLinks = true
  const go = (href) => {
    history.pushState({}, "", href)
    window.dispatchEvent(new PopStateEvent("popstate", { state: {} }))
    document.querySelector('[data-testid="stMain"]')?.scrollTo(0, 0)
  }
  const ours = (href) => new URL(href, location.href).origin === location.origin
  document.addEventListener("click", (event) => {
    const link = event.target.closest('a[target="_blank"]')
    if (!link || !ours(link.href) || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return
    event.preventDefault()
    event.stopPropagation()
    go(link.href)
  }, true)
  const open = window.open
  // A table's link: what stands behind # is only its label.
  window.open = (href, ...rest) =>
    href && ours(href) ? go(new URL(href, location.href).href.split("#")[0]) : open.call(window, href, ...rest)
}
</script>"""


def same_tab() -> None:
    """Make links to the dashboard's own pages open in place, in the same session; others keep their tab.

    Draws nothing. Back and forward go through them as through the menu.
    """
    import streamlit as st

    st.sidebar.html(SCRIPT, unsafe_allow_javascript=True)
