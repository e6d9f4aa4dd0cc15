"""How a file from outside is handed out: to be saved, or shown where it is a picture of dots; never as a page."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header

# Even what a browser would run, were it led to show it, runs in no page of ours and reaches nothing.
POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'"


def guarded(answer: HttpResponse, name: str, *, shown: bool = False) -> HttpResponse:
    """The answer with every guard that tells a browser to take it for a file of that name and for nothing else."""
    answer["Content-Disposition"] = content_disposition_header(not shown, name) or ""
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = POLICY
    answer["Cross-Origin-Resource-Policy"] = "same-origin"
    return answer
