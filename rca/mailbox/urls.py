"""Addresses of the room of mail that came in."""

from django.urls import URLPattern

app_name = "mailbox"
urlpatterns: list[URLPattern] = []
