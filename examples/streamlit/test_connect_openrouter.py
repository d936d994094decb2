"""Run with the address of an issuer that approves by itself: ISSUER=... python3 -m unittest."""

import os
import re
import unittest
import urllib.request

import connect_openrouter as connect

ISSUER = os.environ["ISSUER"]
MODEL = os.environ["MODELS"]


def copy_code(url: str) -> str:
    with urllib.request.urlopen(url) as page:
        return re.search(r'id="code">([^<]+)<', page.read().decode()).group(1)


class Refuses(unittest.TestCase):
    def refused(self, code, act):
        with self.assertRaises(connect.ConnectError) as caught:
            act()
        self.assertEqual(caught.exception.code, code)
        return str(caught.exception)

    def test_an_issuer_over_plain_http_or_with_a_user_name(self):
        for issuer in ("https://", "http://openrouter.ai", "https://me@openrouter.ai", "ftp://x", "https://x?y"):
            with self.assertRaises(ValueError):
                connect.begin(issuer, "x", "1")

    def test_what_is_no_code_without_using_the_flow_up(self):
        pending = connect.begin(ISSUER, "Streamlit", "1.00")
        for pasted in ("", "two words", "x" * 600, "a\nb"):
            self.refused("malformed", lambda: connect.finish(pending, pasted))
        self.assertFalse(pending.spent)

    def test_a_code_of_another_flow_and_a_second_try(self):
        mine, other = connect.begin(ISSUER, "a", "1"), connect.begin(ISSUER, "b", "1")
        code = copy_code(other.url)
        self.refused("refused", lambda: connect.finish(mine, code))
        self.refused("state_mismatch", lambda: connect.finish(mine, code))

    def test_a_code_that_comes_too_late(self):
        pending = connect.begin(ISSUER, "a", "1")
        pending.expires_at = 0
        self.refused("expired", lambda: connect.finish(pending, "abc"))

    def test_an_issuer_that_is_away_without_telling_the_verifier(self):
        pending = connect.begin("http://127.0.0.1:1", "a", "1")
        self.assertNotIn(pending.verifier, self.refused("unreachable", lambda: connect.finish(pending, "abc")))

    def test_a_model_that_is_not_offered_and_a_file_that_is_no_text(self):
        ask = connect.ask_about(ISSUER, "key", model="x/y", models=(MODEL,), text="", question="")
        self.refused("refused", lambda: next(ask))
        self.refused("malformed", lambda: connect.read_upload(b"\xff\xfe"))
        self.refused("malformed", lambda: connect.read_upload(b"x" * 200_001))


class Connects(unittest.TestCase):
    def test_the_challenge_is_the_example_of_rfc_7636(self):
        challenge = connect.code_challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
        self.assertEqual(challenge, "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM")

    def test_the_pasted_code_brings_a_key_that_answers_questions_about_a_file(self):
        pending = connect.begin(ISSUER, "Streamlit", "1.00")
        self.assertNotIn(pending.verifier, pending.url + repr(pending))
        key = connect.finish(pending, f" {copy_code(pending.url)}\n")
        text = connect.read_upload("The sky is blue.".encode())
        pieces = list(connect.ask_about(ISSUER, key, model=MODEL, models=(MODEL,), text=text, question="What is blue?"))
        self.assertGreater(len("".join(pieces)), 3)
        with self.assertRaises(connect.ConnectError) as caught:
            list(connect.ask_about(ISSUER, key + "x", model=MODEL, models=(MODEL,), text=text, question="?"))
        self.assertEqual(caught.exception.code, "refused")


if __name__ == "__main__":
    unittest.main()
