"""Addresses of this room."""

from django.urls import URLPattern

app_name = "goodwill"
urlpatterns: list[URLPattern] = []
