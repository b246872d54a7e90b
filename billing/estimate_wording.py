"""The fixed words of a Good Faith Estimate: our own, for the elements of 45 CFR 149.610(c).

They are copied onto each estimate when it is issued, so a later change alters none of those
that were given out.
"""

TITLE = "Good Faith Estimate"
DIAGNOSIS = "To be determined. Nobody has made a diagnosis for this estimate."
NO_CODE = "not assigned"
INTRODUCTION = (
    "This is what we expect you to be charged for the service below. Everyone who pays without "
    "insurance has the right to such an estimate before care is given. We give one to every client."
)
SEPARATE_TITLE = "What is scheduled separately"
SEPARATE = (
    "Further sessions are not part of this estimate. You and your therapist decide about them "
    "together, and each is scheduled on its own. You get an estimate of its own for each one when "
    "it is booked, in your documents. To ask for one earlier, write to us or call {phone}."
)
NOTICES = (
    (
        "Other services may be recommended",
        "In the course of your care we may recommend further services that have to be scheduled "
        "or asked for separately. They are not in this estimate.",
    ),
    (
        "This is an estimate",
        "It rests on what we know on the day it is issued. The services you receive, and what they "
        "cost, may turn out differently.",
    ),
    (
        "If you are billed much more",
        "If you are billed at least $400 more than the total above by this provider, you can "
        "dispute the bill. You may ask us to bring it in line with the estimate, to talk about it, "
        "or whether there is financial help. You may also start a dispute at the US Department of "
        "Health and Human Services within 120 calendar days of the date on the bill. There is a "
        "fee of $25 for it. If the agency agrees with you, you pay the price on this estimate; if "
        "it does not, you pay the higher amount. How to start, and more about your rights: "
        "www.cms.gov/nosurprises/consumers, 1-800-985-3059, FederalPPDRQuestions@cms.hhs.gov.",
    ),
    (
        "Your care stays the same",
        "Starting a dispute will not affect the quality of the care you are given.",
    ),
    (
        "This is no contract",
        "The estimate does not oblige you to accept these services or to receive them from the "
        "provider named here.",
    ),
    ("Keep a copy", "Please save or print this estimate. You may need it if you are billed more."),
)
