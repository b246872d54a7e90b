"""FHIR's XML as the JSON that the reader takes: the same tree, written the other way.

HL7 FHIR R4, "XML Representation" and "JSON Representation": which elements repeat, and which
values are numbers or truth values, stands in the definitions alone. The models of `fhir.resources`
have them. What these don't know comes along as text, for the reader to judge.
"""

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache
from types import NoneType
from typing import Any, NamedTuple, get_args, get_origin

from lxml import etree

from intake.fhir.findings import unreadable

XHTML = "{http://www.w3.org/1999/xhtml}"
_TRUTH = {"true": True, "false": False}
_PYTHON = {bool: "truth", int: "number", Decimal: "number"}
_PRIMITIVE = frozenset({"truth", "number", "text"})


class Shape(NamedTuple):
    """What the definitions say of one element."""

    kind: str  # a type with elements of its own, "Resource", or one of _PRIMITIVE
    repeats: bool = False


def read_xml(content: bytes) -> dict[str, Any]:
    """The resource. Raises UnreadableQuestionnaire, and nothing else."""
    parser = etree.XMLParser(
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise unreadable(f"The file is not valid XML: {str(error)[:200]}.") from error
    if root.getroottree().docinfo.doctype:
        raise unreadable("The file declares a document type, which FHIR has not. Please remove it.")
    return _resource(root)


def _resource(node: Any) -> dict[str, Any]:
    kind = _name(node)
    return {"resourceType": kind, **_element(node, _shapes(kind))}


def _element(node: Any, shapes: Mapping[str, Shape]) -> dict[str, Any]:
    element: dict[str, Any] = {
        name: value
        for name, value in node.attrib.items()
        if name != "value" and not name.startswith("{")  # such as xsi:schemaLocation
    }
    for child in node.iterchildren(tag=etree.Element):
        name = _name(child)
        shape = shapes.get(name) or _guessed(child, element.get(name))
        if child.tag.startswith(XHTML):
            element[name] = etree.tostring(child, encoding="unicode", with_tail=False)
        elif shape.kind in _PRIMITIVE:
            _put(element, name, shape, _primitive(child, shape.kind))
            _put(element, f"_{name}", shape, _element(child, {"extension": _EXTENSION}) or None)
        else:
            _put(element, name, shape, _complex(child, shape.kind))
    return {name: value for name, value in element.items() if _says(value)}


_EXTENSION = Shape("Extension", repeats=True)


def _put(element: dict[str, Any], name: str, shape: Shape, value: Any) -> None:
    """A list and the list beside it, of what is said about its values, have the same places."""
    if shape.repeats:
        before = element.get(name)
        element[name] = [*(before if isinstance(before, list) else [before][: name in element])]
        element[name].append(value)
    else:
        element[name] = value


def _says(value: Any) -> bool:
    return any(each is not None for each in value) if isinstance(value, list) else value is not None


def _guessed(child: Any, before: Any) -> Shape:
    """Of an element that the definitions don't have: what comes again is a list."""
    kind = "text" if "value" in child.attrib else "Element"
    return Shape(kind, repeats=before is not None)


def _complex(child: Any, kind: str) -> Any:
    if kind == "Resource":
        return next((_resource(one) for one in child.iterchildren(tag=etree.Element)), None)
    return _element(child, _shapes(kind))


def _primitive(child: Any, kind: str) -> Any:
    """What is no value of its kind stays text: the reader names it."""
    text = child.get("value")
    if text is None:
        return None
    if kind == "truth":
        return _TRUTH.get(text, text)
    return _number(text) if kind == "number" else text


def _number(text: str) -> Any:
    try:
        number = json.loads(text, parse_constant=lambda _: None)
    except ValueError:
        return text
    return number if isinstance(number, int | float) else text


def _name(node: Any) -> str:
    return str(etree.QName(node).localname)


@cache
def _shapes(kind: str) -> dict[str, Shape]:
    """Of a type's elements, by their name in a file; none for a type that is not known."""
    from fhir.resources.R4B import get_fhir_model_class

    try:
        model = get_fhir_model_class(kind)
    except (KeyError, LookupError, ValueError):
        return {}
    return dict(_of_fields(model.model_fields))


def _of_fields(fields: Mapping[str, Any]) -> Iterator[tuple[str, Shape]]:
    for name, field in fields.items():
        kinds = list(_kinds(field.annotation))
        yield field.alias or name, Shape(kinds[-1], repeats="list" in kinds)


def _kinds(annotation: Any) -> Iterator[str]:
    """Of `Optional[List[QuestionnaireItemType]]`: "list" and "QuestionnaireItem"."""
    inner = [each for each in get_args(annotation) if isinstance(each, type) or get_args(each)]
    if get_origin(annotation) is list:
        yield "list"
    for each in inner:
        if each is not NoneType:
            yield from _kinds(each)
    if not inner:
        yield _PYTHON.get(annotation) or _type_name(annotation)


def _type_name(annotation: type) -> str:
    named = annotation.__name__.endswith("Type") and annotation.__module__ == "abc"
    return annotation.__name__.removesuffix("Type") if named else "text"
