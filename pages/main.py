"""The frame: which pages there are. The banner comes first and every page runs beneath it, for whoever may read it."""

import streamlit as st

from pages.access import kept_release, live_release, reader, serves_synthetic
from pages.components import banner, frame, signing_in, style

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
person = reader()
title = signing_in.TITLE if person.audience is None else page.title
st.set_page_config(page_title=f"{title} – Children with a parent in prison", layout="wide")
style.put()
if serves_synthetic():
    banner.synthetic()
banner.masthead(person)
if person.audience is None:
    signing_in.show(person)
else:
    frame.declare(PAGES, page, live_release, kept_release)
    page.run()
    if person.name:
        signing_in.watch()
