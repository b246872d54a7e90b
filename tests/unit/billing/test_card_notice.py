"""The words of the card notice belong to their version: a change needs a new one."""

import hashlib

from billing import card_notice

WORDS = {
    "2026-11": "a524f93a1a4946a95975d5c826629a14ddd8547f2e752e8f598545572ca56e4b",
    "2026-11-23": "2f206e30135473c09fe75f05b130a124ebaa59ea1361db8f43991be101798596",
}


def test_the_words_of_each_version_are_known() -> None:
    words = "\n".join(
        [
            card_notice.TITLE,
            *card_notice.PARAGRAPHS,
            *card_notice.PROTECTIONS,
            card_notice.CLOSING,
            card_notice.ACKNOWLEDGEMENT,
        ]
    )

    assert hashlib.sha256(words.encode()).hexdigest() == WORDS[card_notice.VERSION]
