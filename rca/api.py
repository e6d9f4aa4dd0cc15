"""The API's directory board: every room's viewsets under /api/v1/, and the description of them all."""

from django.urls import path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.routers import SimpleRouter

from accounts.audit import api as audit
from accounts.customers import api as customers
from accounts.people import api as people
from rca.causes import api as causes
from rca.communications import api as communications
from rca.complaints import api as complaints
from rca.fixes import api as fixes
from rca.goodwill import api as goodwill
from rca.health import api as health
from rca.hours import api as hours
from rca.imports import api as imports
from rca.mailbox import api as mailbox
from rca.promises import api as promises
from rca.reports import api as reports
from rca.retention import api as retention
from rca.review import api as review
from rca.today import api as today
from rca.whys import api as whys

ROOMS = [
    complaints, promises, imports, whys, causes, fixes, communications, mailbox, goodwill, health, retention, review,
    reports, today, customers, people, audit, hours,
]  # fmt: skip

router = SimpleRouter()
for room in ROOMS:
    for prefix, viewset in room.routes:
        router.register(prefix, viewset, basename=f"api-{prefix}")

urlpatterns = [
    path("schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("", SpectacularSwaggerSplitView.as_view(url_name="api-schema"), name="api-docs"),
    *router.urls,
]
