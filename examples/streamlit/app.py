"""Questions about an uploaded file, paid by the person's own account: streamlit run examples/streamlit/app.py

The key lives in this session's state on the server, and ends with the session. It is never sent to the page.
"""

import os

import streamlit as st

import connect_openrouter as connect

ISSUER = os.environ.get("ISSUER", connect.OPENROUTER)
MODELS = tuple(os.environ.get("MODELS", "openai/gpt-5-mini").split(","))

st.title("Ask your document")

if "key" not in st.session_state:
    if "pending" not in st.session_state:
        st.session_state.pending = connect.begin(ISSUER, "Streamlit example", "1.00")
    st.link_button(f"Connect with {connect.name_of(ISSUER)}", st.session_state.pending.url)
    with st.form("code", clear_on_submit=True):
        pasted = st.text_input("Paste the code that you were shown", type="password")
        if st.form_submit_button("Connect"):
            pending = st.session_state.pending
            try:
                st.session_state.key = connect.finish(pending, pasted)
                del st.session_state.pending
                st.rerun()
            except connect.ConnectError as error:
                st.error(str(error))
                if error.code != "malformed" or pending.spent:
                    del st.session_state.pending
    st.stop()

# A form: every other widget runs this program again, and would ask, and pay, again.
with st.form("question"):
    model = st.selectbox("Model", MODELS)
    upload = st.file_uploader("Document", type=["txt", "md", "csv"])
    question = st.text_input("Question", max_chars=2_000)
    asked = st.form_submit_button("Ask")
if st.button("Forget the key"):
    connect.revoke(ISSUER, st.session_state.key)
    del st.session_state.key
    st.rerun()
if asked and upload is not None and question:
    # As text: an image that a document smuggles into the answer would carry what was said to its own server.
    place, answer = st.empty(), ""
    try:
        text = connect.read_upload(upload.getvalue())
        for piece in connect.ask_about(
            ISSUER, st.session_state.key, model=model, models=MODELS, text=text, question=question
        ):
            answer += piece
            place.text(answer)
    except connect.ConnectError as error:
        st.error(str(error))
        if error.code == "refused":
            del st.session_state.key
