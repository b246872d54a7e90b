"""Pages that are made of the items of a file; none is ever lost."""

from intake.fhir.parsing import parse_questionnaire, read_questionnaire
from tests.factories.fhir_files import control, item, resource


def pages(*items):
    """Slug, title, the groups around and the items of each page."""
    questionnaire = parse_questionnaire(resource(*items, title="All"))
    return [
        (
            section.slug,
            section.title,
            [group.link_id for group in section.within],
            [one.link_id for one in section.items],
        )
        for section in questionnaire.sections
    ]


def asked(name, count):
    return [item(f"{name}{number}", "string") for number in range(1, count + 1)]


def ids(name, first, last):
    return [f"{name}{number}" for number in range(first, last + 1)]


def test_groups_at_the_top_are_pages():
    one = item("one", "group", "First", item=asked("a", 2))
    two = item("/two/", "group", "Second", item=asked("b", 1))

    assert pages(one, two) == [
        ("one", "First", ["one"], ["a1", "a2"]),
        ("page-2", "Second", ["/two/"], ["b1"]),
    ]


def test_a_short_mixture_is_one_page():
    group = item("g", "group", "Group", item=asked("b", 2))

    assert pages(*asked("a", 2), group) == [("questions", "All", [], ["a1", "a2", "g"])]


def test_a_long_mixture_is_cut_where_groups_begin_and_texts_go_along():
    hint = item("hint", "display", "About the group")
    first = item("one", "group", "One", item=asked("b", 20))
    second = item("two", "group", "Two", item=asked("c", 20))

    assert pages(*asked("a", 10), first, hint, second) == [
        ("page-1", "All", [], ids("a", 1, 10)),
        ("one", "One", ["one"], ids("b", 1, 20)),
        ("two", "Two", [], ["hint", "two"]),
    ]


def test_a_long_list_is_cut_into_even_pages():
    assert [found[3] for found in pages(*asked("a", 90))] == [
        ids("a", 1, 30),
        ids("a", 31, 60),
        ids("a", 61, 90),
    ]


def test_a_group_around_everything_is_opened_when_it_is_long():
    one = item("one", "group", "One", item=asked("a", 30))
    two = item("two", "group", "Two", item=asked("b", 30))

    assert pages(item("all", "group", "Whole", item=[one, two])) == [
        ("one", "One", ["all", "one"], ids("a", 1, 30)),
        ("two", "Two", ["all", "two"], ids("b", 1, 30)),
    ]


def test_groups_that_say_they_are_pages_are_pages():
    one = item("one", "group", "One", item=asked("a", 1), extension=[control("page")])
    two = item("two", "group", "Two", item=asked("b", 1), extension=[control("page")])

    found = pages(item("all", "group", "Whole", item=[*asked("z", 1), one, two]))

    assert [(slug, items) for slug, _, _, items in found] == [
        ("all", ["z1"]),
        ("one", ["a1"]),
        ("two", ["b1"]),
    ]


def test_repeating_groups_and_tables_are_never_cut():
    repeated = item("r", "group", "Each", repeats=True, item=asked("a", 50))
    table = item("t", "group", "Table", item=asked("b", 50), extension=[control("gtable")])

    assert [(slug, len(items)) for slug, _, _, items in pages(repeated, table)] == [
        ("r", 50),
        ("t", 50),
    ]


def test_deep_groups_are_parted_into_pages_and_deep_questions_refused():
    deep = nested = item("leaf", "string")
    for number in range(49):
        deep = item(f"g{number}", "group", item=[deep])
        nested = item(f"q{number}", "string", item=[nested])

    ((slug, _, around, items),) = pages(deep)
    refused = read_questionnaire(resource(nested)).refused

    assert (slug, items) == ("g19", ["g18"])
    assert (around[0], len(around)) == ("g48", 30)
    assert [one.reason for one in refused] == [
        "Its questions lie more than 25 levels below each other."
    ]


def test_titles_and_slugs_are_unique():
    same = [item(f"g/{n}", "group", "Same", item=asked(f"a{n}-", 1)) for n in range(3)]
    named = item("page-1", "group", "Page", item=asked("b", 1))

    found = pages(named, *same)

    assert [(slug, title) for slug, title, _, _ in found] == [
        ("page-1", "Page"),
        ("page-2", "Same"),
        ("page-3", "Same (2)"),
        ("page-4", "Same (3)"),
    ]
