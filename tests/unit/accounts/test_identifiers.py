"""NPI and EIN; the NPI vectors are those of the clinical facts (CMS's own example among them)."""

import pytest
from django.core.exceptions import ValidationError

from accounts.identifiers import check_ein, check_npi


@pytest.mark.parametrize("npi", ["1234567893", "1558598797", "2000000002"])
def test_a_real_npi_passes(npi: str) -> None:
    assert check_npi(npi) is None


@pytest.mark.parametrize(
    "npi", ["1234567890", "123456789", "3234567891", "1234567897", "12345678930", "12345678x3", ""]
)
def test_another_number_is_refused(npi: str) -> None:
    with pytest.raises(ValidationError, match="This is not an NPI"):
        check_npi(npi)


def test_the_form_of_an_ein() -> None:
    assert check_ein("12-3456789") is None
    for wrong in ("123456789", "12-345678", "AB-3456789", ""):
        with pytest.raises(ValidationError, match="12-3456789"):
            check_ein(wrong)
