"""Addresses of this room."""

from django.urls import URLPattern

app_name = "communications"
urlpatterns: list[URLPattern] = []
