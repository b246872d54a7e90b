"""What a person is told before they pay by card (New York General Business Law 519-a).

The words are ours, the elements are the law's. A payment keeps the version that was on the
page and when it was acknowledged, so a changed text needs a new version.
"""

VERSION = "2026-11-23"
TITLE = "Before you pay by card"
PARAGRAPHS = (
    "New York State asks us to tell you this. Once you pay a bill for care with a credit card, "
    "the law no longer treats what you owe as medical debt. It becomes ordinary card debt.",
    "Medical debt is protected by federal and New York State law, and by paying with a card you "
    "give these protections up:",
)
PROTECTIONS = (
    "your wages can’t be garnished for medical debt,",
    "no lien can be placed on your home for it,",
    "it can’t be reported to credit bureaus,",
    "the interest on it is limited.",
)
CLOSING = (
    "You don’t need a card to be seen here. You can pay after the session in another way, "
    "and we never ask for a card in advance."
)
ACKNOWLEDGEMENT = "I have read this and choose to pay by card."
