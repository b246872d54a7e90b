"""The press: a small program that draws PDFs and nothing else (`python -m portal.shared.press`).

It knows no Django, no database, no key and no address. What people typed is laid out here, where
it can be given little time and little memory, and be killed.
"""
