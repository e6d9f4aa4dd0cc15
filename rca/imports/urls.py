"""Addresses of the room of files brought in."""

from django.urls import URLPattern

app_name = "imports"
urlpatterns: list[URLPattern] = []
