"""Addresses of the room of working hours and targets."""

from django.urls import URLPattern

app_name = "hours"
urlpatterns: list[URLPattern] = []
