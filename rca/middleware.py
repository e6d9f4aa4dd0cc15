"""Where a request came from, for the ledger; and the refusals of the domain as pages."""

from collections.abc import Callable

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from accounts.audit.origin import came_from
from rca.lib.refused import Refused, Stale

Handler = Callable[[HttpRequest], HttpResponseBase]
NEVER_KEPT = {"csrfmiddlewaretoken", "password", "version"}


def origin(get_response: Handler) -> Handler:
    """Tells the ledger the door and the address while the request lasts."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        door = "api" if request.path.startswith("/api/") else "page"
        with came_from(door, request.META.get("REMOTE_ADDR", "")):
            return get_response(request)

    return middleware


class refusals:
    """A Refused from any view becomes a page that says what stands in the way and keeps what was typed."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, RequestDataTooBig):
            return render(request, "413.html", status=413)
        if not isinstance(error, Refused):
            return None
        part = "#notice" if request.headers.get("HX-Request") else ""
        context = {
            "refusal": error,
            "conflict": error.fields if isinstance(error, Stale) else {},
            "back": request.headers.get("Referer", ""),
            "kept": [(name.replace("_", " "), value) for name, value in _typed(request)],
        }
        answer = render(request, f"409.html{part}", context, status=error.status)
        if part:
            answer["HX-Retarget"], answer["HX-Reswap"] = "#refusal", "innerHTML"
        return answer


def _typed(request: HttpRequest) -> list[tuple[str, str]]:
    return [(name, str(value)) for name, value in request.POST.items() if value and name not in NEVER_KEPT]
