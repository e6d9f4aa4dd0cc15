"""Addresses of the room of working hours and targets: one page, and its acts by their noun."""

from django.urls import path

from rca.hours import views

app_name = "hours"
urlpatterns = [
    path("", views.index, name="index"),
    path("week/", views.week, name="week"),
    path("targets/", views.targets, name="targets"),
    path("holiday/", views.holiday, name="holiday"),
    path("removal/", views.removal, name="removal"),
    path("filling/", views.filling, name="filling"),
]
