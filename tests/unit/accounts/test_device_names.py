"""Browsers in words."""

import pytest

from accounts.device_names import device_name

MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (f"{MAC} Version/18.1 Safari/605.1.15", "Safari on Mac"),
        (f"{MAC} Chrome/140.0.0.0 Safari/537.36", "Chrome on Mac"),
        (f"{MAC} Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0", "Edge on Mac"),
        (
            "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
            "Firefox on Linux",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1",
            "Safari on iPhone",
        ),
        ("curl/8.0", "A device we don’t recognise"),
        ("", "A device we don’t recognise"),
    ],
)
def test_a_browser_is_named_as_its_owner_calls_it(agent: str, name: str) -> None:
    assert device_name(agent) == name
