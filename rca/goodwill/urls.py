"""Addresses of the goodwill room."""

from django.urls import path

from rca.goodwill import views

app_name = "goodwill"
urlpatterns = [
    path("", views.index, name="index"),
    path("grant/", views.grant, name="grant"),
    path("allowance/", views.allowance, name="allowance"),
    path("<grant:pk>/", views.detail, name="detail"),
    path("<grant:pk>/approval/", views.approval, name="approval"),
    path("<grant:pk>/declining/", views.declining, name="declining"),
]
