"""Tags for what a page has many of: rows written flat, and addresses of files that never change while we run."""

from typing import Any

from django import template
from django.template.base import FilterExpression, Node, Parser, TextNode, Token, VariableNode
from django.templatetags.static import static

from rca.lib.marks import plain

register = template.Library()


class Flat(Node):
    def __init__(self, rows: FilterExpression, shape: str, names: list[str]) -> None:
        self.rows, self.shape, self.names = rows, shape, names

    def render(self, context: template.Context) -> str:
        shape, names = self.shape, self.names
        return "".join([shape % tuple([plain(row[name]) for name in names]) for row in self.rows.resolve(context)])


@register.tag
def flat(parser: Parser, token: Token) -> Node:
    """{% flat line in lines %}<tr><td>{{ line.ref }}</td></tr>{% endflat %}: once for each dict of the list.

    Between the tags stand text and values of the row alone, without filters and tags: so a row costs no more than one
    string formatted. What differs from row to row in its markup is drawn beforehand (`rca.lib.marks`).
    """
    words = token.split_contents()
    if len(words) != 4 or words[2] != "in":
        raise template.TemplateSyntaxError("Write {% flat row in rows %}.")
    nodes = parser.parse(("endflat",))
    parser.delete_first_token()
    names: list[str] = []
    shape = "".join(_part(node, words[1], names) for node in nodes)
    return Flat(parser.compile_filter(words[3]), shape, names)


def _part(node: Any, row: str, names: list[str]) -> str:
    if isinstance(node, TextNode):
        return node.s.replace("%", "%%")
    expression = node.filter_expression if isinstance(node, VariableNode) else None
    lookups: tuple[str, ...] = getattr(getattr(expression, "var", None), "lookups", None) or ()
    if expression is None or expression.filters or len(lookups) != 2 or lookups[0] != row:
        raise template.TemplateSyntaxError(f"Between flat and endflat stand text and {{{{ {row}.… }}}} alone.")
    names.append(lookups[1])
    return "%s"


class Asset(Node):
    child_nodelists = ()

    def __init__(self, path: str) -> None:
        self.path, self.url = path, ""

    def render(self, context: template.Context) -> str:
        self.url = self.url or plain(static(self.path))
        return self.url


@register.tag
def asset(parser: Parser, token: Token) -> Node:
    """{% asset "css/base.css" %}: the address of a file of ours, looked up once and not for every page."""
    return Asset(token.split_contents()[1].strip("\"'"))
