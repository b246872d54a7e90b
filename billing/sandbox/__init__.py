"""A Stripe that runs on this machine, for the tests and the demo.

Standard library only: it shares no code with the portal, so an error in the portal's own
understanding of Stripe can't hide in it. Nothing here moves money.
"""
