"""How large a request may be; where it came from, for the ledger; and the refusals of the domain as pages."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render

from accounts.audit.origin import came_from
from rca.imports.keeping import too_big
from rca.lib.refused import Refused, Stale

Handler = Callable[[HttpRequest], HttpResponseBase]
AROUND = 1024 * 1024  # what the form around files may take
NEVER_KEPT = {"csrfmiddlewaretoken", "password", "version"}


def bounded(get_response: Handler) -> Handler:
    """Answers a body that is announced too large, or without end, before a byte of it is read, and hangs up."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        endless = "chunked" in request.META.get("HTTP_TRANSFER_ENCODING", "")
        announced = request.META.get("CONTENT_LENGTH") or "0"
        if not endless and announced.isdigit() and int(announced) <= _most(request):
            return get_response(request)
        answer = _too_large(request, endless=endless)
        answer["Connection"] = "close"  # else the server reads the rest of it before the next request
        return answer

    return middleware


def _most(request: HttpRequest) -> int:
    if not request.META.get("CONTENT_TYPE", "").startswith("multipart/"):
        return settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0
    return settings.IMPORT_LIMIT + AROUND if _takes_imports(request) else settings.UPLOAD_LIMIT


def _takes_imports(request: HttpRequest) -> bool:
    return request.path.startswith(("/imports/", "/api/v1/imports/"))


def _too_large(request: HttpRequest, *, endless: bool) -> HttpResponse:
    status = 411 if endless else 413
    said = "Say how long the body is: send Content-Length." if endless else "That is more than we can take at once."
    announced, files = request.META.get("CONTENT_LENGTH") or "", ""
    if announced.isdigit() and int(announced) > settings.IMPORT_LIMIT and _takes_imports(request):
        said = files = too_big(int(announced))
    if request.path.startswith("/api/"):
        body = {"type": "about:blank", "status": status, "title": said}
        return JsonResponse(body, status=status, content_type="application/problem+json")
    return render(request, "413.html", {"said": files}, status=status)


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
