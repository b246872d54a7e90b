"""The wash: a small program that takes one file apart and puts together a harmless one.

`python -m portal.shared.wash`. It knows no Django, no database, no key and no address. Whatever
people hand in is opened here and nowhere else, with little time and little memory.
"""
