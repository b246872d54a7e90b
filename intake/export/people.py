"""Who a record is about and who keeps it, as little as another system needs to match them."""

from accounts.models import Client
from booking.models import Practitioner
from intake.export.shapes import Resource, identifier, known

NPI = "http://hl7.org/fhir/sid/us-npi"


def patient(client: Client) -> Resource:
    """Names and birth date; no address, no phone, no sign-in."""
    names = [{"use": "official", "text": client.legal_name}]
    if client.chosen_name:
        names.append({"use": "usual", "text": client.chosen_name})
    return {
        "resourceType": "Patient",
        "id": str(client.public_id),
        "identifier": [identifier(client.public_id)],
        "name": names,
        "birthDate": client.birth_date.isoformat(),
    }


def practitioner(who: Practitioner) -> Resource:
    return known(
        {
            "resourceType": "Practitioner",
            "id": str(who.public_id),
            "identifier": [{"system": NPI, "value": who.npi}] if who.npi else [],
            "name": [{"text": who.name}],
            "qualification": [{"code": {"text": who.credential}}] if who.credential else [],
        }
    )
