"""The first page of the day, and the search over everything."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET

from accounts.people.requests import Request
from rca.lib.replies import page
from rca.today.searching import row_of
from rca.today.searching import search as found_by
from rca.today.sections import Day, sections
from rca.today.sentence import sentences

# What narrows a search, each as an example that fills the box.
OPERATORS = [
    ("C-1042", "opens it at once; #1042 too, and A, P, R, F, W, M, G, X and B"),
    ('"salt road"', "exactly these words, in this order"),
    ("price -form", "with price, without form"),
    ("late or early", "one of the two"),
    ("account:harbour", "complaints of this account only"),
    ("cause:R-8", "on this cause; cause:none for those without"),
    ("with:ada", "Ada is their one person; with:me, with:nobody"),
    ("is:open", "open, closed, mine, unowned, unsorted, again"),
    ("since:1feb", "received on or after; also until: and before:"),
    ("hurts:stops", "how badly: nuisance, small, costs, stops"),
    ("by:text", "how it came"),
]


@require_GET
def index(request: Request) -> HttpResponse:
    day = Day(request.user, team=request.GET.get("day") == "team")
    top, left, right = sections(day)
    bold, rest = sentences(day, [*top, *left, *right])
    context: dict[str, Any] = {"day": day, "top": top, "left": left, "right": right, "bold": bold, "rest": rest}
    return page(request, "today/index.html", context)


@require_GET
def search(request: Request) -> HttpResponse:
    """A reference goes straight to its page; anything else is looked for everywhere."""
    text = request.GET.get("q", "")
    row = row_of(text, request.user)
    if row is not None:
        return redirect(row)
    return page(
        request,
        "today/search.html",
        {"operators": OPERATORS, "found": found_by(text, request.user, exact="exact" in request.GET)},
    )
