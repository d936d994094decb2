"""A session of the example: the address to approve goes out, the code that was shown comes in, then a question is asked."""

import hashlib
import json
import os
import re

import streamlit as st

APP = "app.py"
first, second = os.environ["MODELS"].split(",")
sky = {"Document": b"The sky is blue.", "Question": "What is blue?"}

shown = st.run(APP)
url = re.search(r"-> (\S+)$", shown[1]).group(1)
print(json.dumps({"button": shown[1].split(" -> ")[0], "url": url}), flush=True)
code = input()
paste = "Paste the code that you were shown"
wrong = st.run(APP, pressed="Connect", **{paste: "two words"})
connected = st.run(APP, pressed="Connect", **{paste: code})
key = st.session_state.key
idle = st.run(APP, Model=second, **sky)
answered = st.run(APP, pressed="Ask", Model=second, **sky)
forgotten = st.run(APP, pressed="Forget the key")
again = re.search(r"-> (\S+)$", forgotten[1]).group(1)
ended = {
    "wrong": wrong,
    "connected": connected,
    "idle": idle,
    "answer": answered[-1],
    "leaks": key in json.dumps([wrong, connected, idle, answered, forgotten]),
    "fresh": again != url,
    "key_hash": hashlib.sha256(key.encode()).hexdigest(),
    "forgotten": "key" not in st.session_state,
}
print(json.dumps(ended), flush=True)
