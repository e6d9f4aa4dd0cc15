"""Addresses of one's own page."""

from django.urls import path

from accounts.people import saving, views

app_name = "people"
urlpatterns = [
    path("me/", views.me, name="me"),
    path("me/token/", views.token, name="token"),
    path("me/tokens/<int:pk>/revocation/", views.revocation, name="revocation"),
    path("me/theme/", views.theme, name="theme"),
    path("views/", saving.views, name="views"),
    path("views/<int:pk>/naming/", saving.naming, name="naming"),
    path("views/<int:pk>/sharing/", saving.sharing, name="sharing"),
    path("views/<int:pk>/unsharing/", saving.unsharing, name="unsharing"),
    path("views/<int:pk>/forgetting/", saving.forgetting, name="forgetting"),
    path("me/feed/", views.feed, name="feed"),
    path("me/feeds/<int:pk>/withdrawal/", views.withdrawal, name="withdrawal"),
    path("notices/", views.notices, name="notices"),
    path("notices/sighting/", views.sightings, name="sightings"),
    path("notices/<int:pk>/sighting/", views.sighting, name="sighting"),
]
