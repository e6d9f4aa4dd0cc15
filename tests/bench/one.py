"""`python -m tests.bench.one 100000`: fills a house of that size, serves it, asks it, prints its figures as JSON."""

import json
import os
import sys
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.bench.settings")

WORDS = "the invoice was charged twice and nobody called back about the delivery of boxes"


def measured(complaints: int) -> dict[str, Any]:
    import django

    django.setup()
    from tests.bench.house import fill, served
    from tests.bench.probes import plain

    took = fill(complaints)
    with served() as door:
        return {"complaints": complaints, "fill": took, "figures": plain(ask(door))}


def ask(door: Any) -> list[Any]:
    from django.db import connection
    from django.db.models import Max, Min

    from accounts.models import Account
    from rca.models import Complaint
    from seeds.scale import roster_cause
    from tests.bench.probes import figure, page, posted

    ends = Complaint.objects.aggregate(first=Min("pk"), last=Max("pk"))
    middle = Complaint.objects.get(pk=(2 * ends["first"] + ends["last"]) // 3)
    account = Account.objects.order_by("pk").first()
    assert account is not None
    deep, cause = _deep(middle), roster_cause()
    pages = [
        ("list of complaints", "/complaints/", "/bare/complaints/"),
        ("list, filtered", "/complaints/?show=all&q=invoice&hurts=serious", None),
        ("list, deep page", f"/complaints/?show=all&older={deep}", None),
        ("account", account.get_absolute_url(), f"/bare/account/{account.pk}/"),
        ("search", "/search/?q=invoice+credit", "/bare/search/?q=invoice+credit"),
        ("search, rare", "/search/?q=%22order+number%22", "/bare/search/?q=%22order+number%22"),
        ("complaint", middle.get_absolute_url(), None),
        ("cause that hit half of all", cause.get_absolute_url(), None),
        ("today", "/", None),
        ("log form", "/complaints/new/", None),
    ]
    connection.close()
    found = []
    for name, path, bare in pages:
        if bare is None and path.startswith("/complaints/?"):
            bare = "/bare" + path
        found.append(figure(door, name, page(door, path), page(door, bare) if bare else None))
    number = iter(range(10**9))
    body = lambda: {"account": account.ref, "words": f"{WORDS}, number {next(number)}."}  # noqa: E731
    found.append(figure(door, "create through the API", posted(door, "/api/v1/complaints/", body)))
    return found


def _deep(row: Any) -> str:
    from rca.lib.paging import _pack

    return _pack(row, "received_at")


if __name__ == "__main__":
    from rca.lib import embedded

    with embedded.server_if_needed():
        print(json.dumps(measured(int(sys.argv[1]))))
