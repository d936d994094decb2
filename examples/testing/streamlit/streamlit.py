"""As much of Streamlit as the example uses, for machines without it: one session, whose person is the test.

`run(program, **given)` runs the program once, as Streamlit does after each act: `given` has what is in the fields, and the
button that was pressed. It runs again while the program asks for that, with nothing pressed.
"""

import contextlib
import runpy


class _State(dict):
    __getattr__ = dict.__getitem__
    __setattr__ = dict.__setitem__
    __delattr__ = dict.__delitem__


class _Again(Exception):
    pass


class _Stop(Exception):
    pass


session_state = _State()
shown: list[str] = []
_given: dict = {}


def run(program: str, **given) -> list[str]:
    _given.clear()
    _given.update(given)
    while True:
        shown.clear()
        try:
            runpy.run_path(program)
        except _Stop:
            pass
        except _Again:
            _given.clear()
            continue
        return list(shown)


def title(text):
    shown.append(text)


def error(text):
    shown.append(f"error: {text}")


def link_button(label, url):
    shown.append(f"{label} -> {url}")


@contextlib.contextmanager
def form(_key, clear_on_submit=False):
    yield


def form_submit_button(label):
    return _given.get("pressed") == label


button = form_submit_button


def text_input(label, **_options):
    return _given.get(label, "")


def selectbox(label, options):
    chosen = _given.get(label, options[0])
    if chosen not in options:
        raise ValueError(label)
    return chosen


class _Upload:
    def __init__(self, data: bytes):
        self.getvalue = lambda: data


def file_uploader(label, type):
    return _Upload(_given[label]) if label in _given else None


class empty:
    def __init__(self):
        self.at = len(shown)
        shown.append("")

    def text(self, text):
        shown[self.at] = text


def rerun():
    raise _Again


def stop():
    raise _Stop
