"""A difference holds both texts: nothing is lost, nothing is made up."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from intake.differences import difference

BITS = ("One a b. ", "Two c d. ", "Two c e. ", "\n\n", "## Head\n", "- item\n", "| a | b |\n")
TEXTS = st.lists(st.sampled_from(BITS), max_size=8)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(
    TEXTS,
    TEXTS,
)
def test_each_side_can_be_read_out_of_the_difference(older, newer):
    """Without what was added it is the older text, without what was removed the newer one."""
    before, after = "".join(older), "".join(newer)
    pieces = [piece for passage in difference(before, after) for piece in passage.pieces]

    def words(ps):
        return " ".join(p.words for p in ps).split()

    def whole(text):
        return words(p for passage in difference(text, text) for p in passage.pieces)

    assert words(p for p in pieces if not p.is_added) == whole(before)
    assert words(p for p in pieces if not p.is_removed) == whole(after)
