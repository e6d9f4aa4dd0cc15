"""Addresses of the ledger."""

from django.urls import path

from accounts.audit import views

app_name = "audit"
urlpatterns = [path("", views.index, name="index")]
