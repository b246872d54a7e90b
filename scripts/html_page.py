"""A page's HTML as a small tree, and its forms as a browser sees them. Standard library only."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"input", "br", "img", "meta", "link", "hr", "source", "wbr", "area", "base", "col"}
CONTROLS = {"input", "select", "textarea", "button"}
NOT_SENT = {"submit", "button", "reset", "image", "file"}
UNSEEN = {"script", "style", "template", "head"}


class NotOnPage(Exception):
    """The page has no form, control, button or link of that description."""


@dataclass
class Node:
    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    parent: "Node | None" = None
    children: "list[Node | str]" = field(default_factory=list)

    def walk(self) -> "Iterator[Node]":
        for child in self.children:
            if isinstance(child, Node):
                yield child
                yield from child.walk()

    def find_all(self, *tags: str) -> "list[Node]":
        return [node for node in self.walk() if node.tag in tags]

    def inside(self, tag: str) -> "Node | None":
        """The nearest ancestor of that tag."""
        node = self.parent
        while node is not None and node.tag != tag:
            node = node.parent
        return node

    @property
    def raw_text(self) -> str:
        parts = (
            child if isinstance(child, str) else "" if child.tag in UNSEEN else child.raw_text
            for child in self.children
        )
        return "".join(parts)

    @property
    def text(self) -> str:
        return " ".join(self.raw_text.split())

    def get(self, name: str, default: str = "") -> str:
        return self.attributes.get(name, default)


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = self.open = Node("document")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, {name: value or "" for name, value in attrs}, self.open)
        self.open.children.append(node)
        if tag not in VOID:
            self.open = node

    def handle_endtag(self, tag: str) -> None:
        opened = self.open if self.open.tag == tag else self.open.inside(tag)
        if opened is not None and opened.parent is not None:
            self.open = opened.parent

    def handle_data(self, data: str) -> None:
        self.open.children.append(data)


def parse(html: str) -> Node:
    builder = _Builder()
    builder.feed(html)
    builder.close()
    return builder.root


@dataclass
class Control:
    """An input, a select, a text area or a button."""

    node: Node
    label: str
    group: str  # the legend of its fieldset

    @property
    def name(self) -> str:
        return "" if "disabled" in self.node.attributes else self.node.get("name")

    @property
    def kind(self) -> str:
        if self.node.tag == "input":
            return self.node.get("type", "text").lower()
        return self.node.get("type", "submit") if self.node.tag == "button" else self.node.tag

    @property
    def value(self) -> str:
        if self.node.tag == "textarea":
            return self.node.raw_text.removeprefix("\n")
        return self.node.get("value", "on" if self.kind in ("checkbox", "radio") else "")

    @property
    def options(self) -> list[str]:
        return [each.get("value", each.text) for each in self.node.find_all("option")]

    @property
    def sent(self) -> list[str]:
        """What a browser would send of it, untouched."""
        if self.kind in ("checkbox", "radio"):
            return [self.value] if "checked" in self.node.attributes else []
        if self.kind == "select":
            chosen = [n for n in self.node.find_all("option") if "selected" in n.attributes]
            return [each.get("value", each.text) for each in chosen] or self.options[:1]
        return [] if self.kind in NOT_SENT else [self.value]


@dataclass
class Form:
    node: Node
    controls: list[Control]

    @property
    def action(self) -> str:
        return self.node.get("action")

    @property
    def method(self) -> str:
        return self.node.get("method", "get").lower()

    @property
    def names(self) -> set[str]:
        return {control.name for control in self.controls if control.name}

    @property
    def buttons(self) -> list[Control]:
        return [each for each in self.controls if each.kind == "submit"]

    def named(self, name: str) -> list[Control]:
        return [each for each in self.controls if each.name == name]

    def values(self) -> dict[str, list[str]]:
        """What a browser would send when nobody touches anything."""
        found: dict[str, list[str]] = {}
        for control in self.controls:
            if control.name and control.sent:
                found.setdefault(control.name, []).extend(control.sent)
        return found

    def button(self, text: str) -> Control:
        for control in self.buttons:
            if text.lower() in control.label.lower():
                return control
        raise NotOnPage(f"no button {text!r}, only {[each.label for each in self.buttons]}")


def forms_of(root: Node) -> list[Form]:
    controls = [node for node in root.walk() if node.tag in CONTROLS]
    labels = {
        node.get("for"): node.text for node in root.find_all("label") if "for" in node.attributes
    }
    return [
        Form(form, [_control(node, labels) for node in controls if _owner(node, root) is form])
        for form in root.find_all("form")
    ]


def _owner(control: Node, root: Node) -> Node | None:
    """The form that the control stands in, or the one that it names by `form=`."""
    named = control.get("form")
    if not named:
        return control.inside("form")
    return next((form for form in root.find_all("form") if form.get("id") == named), None)


def _control(node: Node, labels: dict[str, str]) -> Control:
    around = node.inside("label")
    own = node.text if node.tag == "button" else node.get("value") * (node.get("type") == "submit")
    label = own or labels.get(node.get("id")) or (around.text if around else "")
    fieldset = node.inside("fieldset")
    legends = fieldset.find_all("legend") if fieldset else []
    return Control(node, label or node.get("aria-label"), legends[0].text if legends else "")
