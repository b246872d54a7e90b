"""Whatever is in a file: reasons in plain words, never an exception."""

import copy
import json

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from intake.questionnaire_files import ORDER, read_resource
from intake.services.importing import check_file, preview
from intake.views.preview import render_pages
from tests.factories.fhir_files import item, one_of_everything, resource

SEEDS = [one_of_everything(), *(read_resource(slug) for slug in ORDER)]
patient = settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=150)

anything = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(allow_nan=False, allow_infinity=False),
        st.text(max_size=12),
        st.sampled_from(
            ["choice", "coding", "text/cql", "#colors", "garden", "2020-13-45", "<p>x"]
        ),
    ),
    lambda below: st.one_of(
        st.lists(below, max_size=3), st.dictionaries(st.text(max_size=8), below, max_size=3)
    ),
    max_leaves=5,
)


def places(value, path=()):
    yield path
    below = value.items() if isinstance(value, dict) else enumerate(value)
    for key, one in below:
        if isinstance(one, dict | list):
            yield from places(one, (*path, key))
        else:
            yield (*path, key)


@st.composite
def mutated(draw):
    """A valid questionnaire in which a few values were replaced, dropped or doubled."""
    value = copy.deepcopy(draw(st.sampled_from(SEEDS)))
    for _ in range(draw(st.integers(1, 4))):
        path = draw(st.sampled_from(list(places(value))[1:]))
        holder = value
        for key in path[:-1]:
            holder = holder[key]
        change = draw(st.sampled_from(["replace", "drop", "double"]))
        if change == "replace":
            holder[path[-1]] = draw(anything)
        elif change == "drop":
            del holder[path[-1]]
        elif isinstance(holder, list):
            holder.append(copy.deepcopy(holder[path[-1]]))
    return value


@patient
@given(mutated())
@example(resource(item("a", "choice", "A", answerOption=[{"valueCoding": None}])))
@example({"resourceType": "Questionnaire", "item": {"linkId": "a"}})
def test_a_broken_questionnaire_is_told_and_never_raises(value):
    checked = check_file(json.dumps(value).encode())

    assert checked.is_accepted == (not checked.refused)
    assert all(isinstance(finding.link_id, str) for finding in checked.refused)
    assert all(finding.reason.strip() for finding in (*checked.refused, *checked.warnings))
    if checked.questionnaire:
        shown = [row.item.link_id for page in preview(checked) for row in page.items]
        around = [group.link_id for section in checked.questionnaire.sections
                  for group in section.within]  # fmt: skip
        assert len(shown) == len(set(shown))
        assert {*shown, *around} == set(checked.questionnaire.by_link_id)
        assert len(render_pages(checked.questionnaire)) == len(checked.questionnaire.sections)


@patient
@given(st.binary(max_size=200))
@example(b"\xff\xfe{\x00")
@example(b"\xef\xbb\xbf")
@example(b"[" * 5000)
@example(b'{"resourceType": "Questionnaire", "item": ' * 2000)
def test_any_bytes_are_told(content):
    checked = check_file(content)

    assert not checked.is_accepted
    assert len(checked.refused) == 1


@patient
@given(anything)
def test_any_json_is_told(value):
    assert check_file(json.dumps(value).encode()).refused
