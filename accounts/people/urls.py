"""Addresses of one's own page."""

from django.urls import path

from accounts.people import views

app_name = "people"
urlpatterns = [
    path("me/", views.me, name="me"),
    path("me/token/", views.token, name="token"),
    path("me/tokens/<int:pk>/revocation/", views.revocation, name="revocation"),
    path("me/theme/", views.theme, name="theme"),
]
