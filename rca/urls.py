"""The directory board of the house: which door leads to which room."""

from django.urls import include, path

urlpatterns = [
    path("", include("rca.today.urls")),
    path("hours/", include("rca.hours.urls")),
    path("complaints/", include("rca.complaints.urls")),
    path("promises/", include("rca.promises.urls")),
    path("imports/", include("rca.imports.urls")),
    path("whys/", include("rca.whys.urls")),
    path("causes/", include("rca.causes.urls")),
    path("fixes/", include("rca.fixes.urls")),
    path("tell/", include("rca.communications.urls")),
    path("n/", include("rca.communications.private_urls")),  # the customer’s own page, by its link
    path("f/", include("rca.promises.feed_urls")),  # one’s own calendar, by its secret
    path("mailbox/", include("rca.mailbox.urls")),
    path("goodwill/", include("rca.goodwill.urls")),
    path("health/", include("rca.health.urls")),
    path("retention/", include("rca.retention.urls")),
    path("review/", include("rca.review.urls")),
    path("reports/", include("rca.reports.urls")),
    path("accounts/", include("accounts.customers.urls")),
    path("people/", include("accounts.people.urls")),
    path("ledger/", include("accounts.audit.urls")),
    path("sign-in/", include("accounts.people.sign_in_urls")),
    path("api/v1/", include("rca.api")),
]
