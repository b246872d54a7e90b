import pytest

from scripts import html_page
from scripts.html_page import NotOnPage

PAGE = """<!doctype html><title>A page</title><body>
<form id="details" method="post" action="/details/">
  <input type="hidden" name="token" value="t&amp;1">
  <label for="name">Your name</label><input id="name" name="name" value="Šimić">
  <label>Notes <textarea name="notes">
first line
second</textarea></label>
  <fieldset><legend>How to meet</legend>
    <label><input type="radio" name="place" value="office"> Office</label>
    <label><input type="radio" name="place" value="video" checked> Video</label>
  </fieldset>
  <input type="checkbox" name="agree">
  <select name="state"><option value="">Choose</option><option selected>NY</option></select>
  <input name="gone" value="x" disabled>
  <button name="go" value="next">Save and go on</button>
  <button type="button" name="nothing">No</button>
</form>
<input type="checkbox" name="sms" value="yes" checked form="details">
<form><input name="q"></form>
<p>Shown<script>not shown</script></p>"""


@pytest.fixture
def details():
    return html_page.forms_of(html_page.parse(PAGE))[0]


def test_untouched_values_are_what_a_browser_sends(details):
    assert details.values() == {
        "token": ["t&1"],
        "name": ["Šimić"],
        "notes": ["first line\nsecond"],
        "place": ["video"],
        "state": ["NY"],
        "sms": ["yes"],
    }


def test_controls_know_their_labels_and_groups(details):
    office = details.named("place")[0]

    assert (office.label, office.group) == ("Office", "How to meet")
    assert details.named("name")[0].label == "Your name"


def test_only_submit_buttons_count_as_buttons(details):
    assert [button.label for button in details.buttons] == ["Save and go on"]
    assert details.button("go on").value == "next"
    with pytest.raises(NotOnPage, match="Save and go on"):
        details.button("Delete")


def test_each_control_belongs_to_its_own_form(details):
    search = html_page.forms_of(html_page.parse(PAGE))[1]

    assert (search.method, search.names) == ("get", {"q"})
    assert "q" not in details.names


def test_text_is_what_a_person_sees():
    root = html_page.parse(PAGE)

    assert root.find_all("p")[0].text == "Shown"
