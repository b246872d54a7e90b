"""What holds of a blank form, whatever questionnaire it is made of."""

from hypothesis import HealthCheck, given, settings

from intake.blank import Asked, sheets
from tests.properties.intake.trees import trees

patient = settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=60)


def asked_on(tree):
    return [piece for sheet in sheets(tree) for piece in sheet.pieces if isinstance(piece, Asked)]


@patient
@given(trees())
def test_each_question_has_room_once_for_each_time_it_may_be_asked(tree):
    on_paper = asked_on(tree)
    least = sum(item.is_asked for item in tree.questions())

    assert all(one.marks or one.rooms for one in on_paper)
    assert len(on_paper) >= least


@patient
@given(trees())
def test_no_two_fields_share_a_name_but_the_circles_of_one_question(tree):
    names = []
    for one in asked_on(tree):
        names += {mark.name for mark in one.marks}
        names += [room.name for room in (*one.rooms, *([one.other] if one.other else []))]
        names += [one.in_person.name] if one.in_person else []

    assert len(names) == len(set(names))
    assert not any("." in name for name in names)
