"""Stripe's form encoding."""

import pytest

from billing.sandbox.errors import ApiError
from billing.sandbox.forms import decode


@pytest.mark.parametrize(
    ("encoded", "tree"),
    [
        ("", {}),
        ("a=1&b=", {"a": "1", "b": ""}),
        ("metadata[reference]=x%20y", {"metadata": {"reference": "x y"}}),
        ("l[0][p][c]=usd&l[0][q]=2&l[1][q]=3", {"l": [{"p": {"c": "usd"}, "q": "2"}, {"q": "3"}]}),
        ("types[]=a&types[]=b", {"types": ["a", "b"]}),
        ("x[10]=k&x[9]=j", {"x": ["j", "k"]}),
    ],
)
def test_brackets_are_nested_values(encoded: str, tree: dict) -> None:
    assert decode(encoded) == tree


@pytest.mark.parametrize("encoded", ["a[b=1", "[a]=1", "a[b]c=1", "a=1&a[b]=2"])
def test_broken_names_are_refused(encoded: str) -> None:
    with pytest.raises(ApiError):
        decode(encoded)
