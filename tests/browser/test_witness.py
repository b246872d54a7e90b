"""The watch over every browser test: whoever leaves this machine is stopped and told of."""

from playwright.sync_api import Browser

from tests.browser_fixtures import Witness

ELSEWHERE = ("http://elsewhere.example.com/", "http://192.0.2.1/")
FETCH = "url => fetch(url, { mode: 'no-cors' }).then(() => 'answered', () => 'refused')"


def test_a_request_to_another_machine_is_refused_and_told(browser: Browser) -> None:
    context, witness = browser.new_context(), Witness()
    witness.watch(context)
    page = context.new_page()

    answers = [page.evaluate(FETCH, url) for url in ELSEWHERE]
    context.close()

    assert answers == ["refused", "refused"]
    told = [fault for fault in witness.faults if fault.startswith("request")]
    assert told == [f"request to another machine: {url}" for url in ELSEWHERE]
    assert all("ERR_NAME_NOT_RESOLVED" in fault for fault in set(witness.faults) - set(told))
