"""Addresses of this room."""

from django.urls import URLPattern

app_name = "today"
urlpatterns: list[URLPattern] = []
