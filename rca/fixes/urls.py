"""Addresses of this room."""

from django.urls import URLPattern

app_name = "fixes"
urlpatterns: list[URLPattern] = []
