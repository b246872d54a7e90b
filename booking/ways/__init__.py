"""How a therapist works, and how a client would like to: one set of words for both."""
