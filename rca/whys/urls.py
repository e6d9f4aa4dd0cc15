"""Addresses of this room."""

from django.urls import URLPattern

app_name = "whys"
urlpatterns: list[URLPattern] = []
