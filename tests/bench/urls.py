"""The house's addresses, and behind /bare/ the same queries without a template: the limit that pages are held to."""

from django.urls import include, path

from tests.bench import bare

urlpatterns = [
    path("bare/complaints/", bare.complaints),
    path("bare/account/<int:pk>/", bare.account),
    path("bare/search/", bare.search),
    path("", include("rca.urls")),
]
