"""The least a Streamlit app can do after a filter change: one filter, one line of text."""

import streamlit as st

st.title("Empty")
st.write(st.selectbox("Sex", ["Girls and boys", "Girls", "Boys"], key="sex", bind="query-params"))
