"""Addresses of the reports room."""

from django.urls import path

from rca.reports import views

app_name = "reports"
urlpatterns = [
    path("", views.index, name="index"),
    path("records/<slug:kind>/", views.records, name="records"),
]
