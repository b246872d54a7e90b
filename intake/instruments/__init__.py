"""Screening instruments: scores and bands by published rule, as pure functions."""
