"""What a signature says of its writer."""

import pytest

from agents.replies.signature import Signature, mine

SIGNED = {
    "Kind regards\n\nMax Moe\nHead of Operations\nMoe Plumbing Ltd\n+44 113 496 0000": Signature(
        "Max Moe", "Head of Operations", "+44 113 496 0000", "Moe Plumbing Ltd"
    ),
    "-- \nMax Moe | Managing Director\nMoe Plumbing Ltd, 12 High Street\nT: +44 113 496 0000": (
        Signature("Max Moe", "Managing Director", "+44 113 496 0000", "Moe Plumbing Ltd")
    ),
    "—\nMax Moe\nCEO at Pandaland": Signature("Max Moe", "CEO", None, "Pandaland"),
    "Mit freundlichen Grüßen\ni. A. Max Moe\nLeiter Einkauf\nMoe Sanitär GmbH\nTel.: 0221 496000": (
        Signature("Max Moe", "Leiter Einkauf", "0221 496000", "Moe Sanitär GmbH")
    ),
    "Bien cordialement,\nMax MOE\nDirecteur commercial\nMoe Plomberie SARL\n06 12 34 56 78": (
        Signature("Max MOE", "Directeur commercial", "06 12 34 56 78", "Moe Plomberie SARL")
    ),
    "Regards, Max": Signature(name="Max"),
    "Cheers\nMax\nFax: 0113 496 0001\nMob: 07700 900123": Signature("Max", None, "07700 900123"),
    "Sent from my iPhone": Signature(),
    "": Signature(),
}


@pytest.mark.parametrize("text", SIGNED)
def test_name_role_phone_and_company_are_read(text: str) -> None:
    """Each is taken as written; what is not there is None."""
    assert mine(text) == SIGNED[text]
