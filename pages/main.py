"""The frame: which pages there are. The banner comes first and every page runs beneath it."""

import streamlit as st

from pages.access import kept_release, live_release
from pages.components import banner, frame, style

PAGES = (
    st.Page("overview.py", title="Overview", default=True),
    st.Page("education.py", title="Education", url_path="education"),
    st.Page("social_care.py", title="Social care", url_path="social_care"),
    st.Page("areas.py", title="Areas", url_path="areas"),
    st.Page("children.py", title="Children", url_path="children"),
    st.Page("journey.py", title="Journey", url_path="journey"),
    st.Page("board.py", title="Board", url_path="board"),
    st.Page("downloads.py", title="Downloads", url_path="downloads"),
    st.Page("quality.py", title="Quality", url_path="quality"),
    st.Page("methods.py", title="Methods", url_path="methods"),
)

page = st.navigation(PAGES, position="hidden")
st.set_page_config(page_title=f"{page.title} – Children with a parent in prison", layout="wide")
style.put()
banner.synthetic()
banner.masthead()
frame.declare(PAGES, live_release, kept_release)
page.run()
