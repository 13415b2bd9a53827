"""The front door: everything that reaches the dashboard comes through here, and only if it may start at all."""

import streamlit as st

from pages import access

access.check_start()

app = st.App("pages/main.py", routes=access.routes(), middleware=access.MIDDLEWARE, on_script_error=access.explain)

if __name__ == "__main__":
    app.run()
