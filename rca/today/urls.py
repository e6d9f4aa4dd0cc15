"""Addresses of the first page and of the search."""

from django.urls import path

from rca.today import views

app_name = "today"
urlpatterns = [
    path("", views.index, name="index"),
    path("search/", views.search, name="search"),
]
