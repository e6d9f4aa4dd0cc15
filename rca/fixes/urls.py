"""Addresses of the fixes room: pages by name, acts by their noun."""

from django.urls import path

from rca.fixes import views

app_name = "fixes"
urlpatterns = [
    path("", views.index, name="index"),
    path("propose/", views.propose, name="propose"),
    path("<fix:pk>/", views.detail, name="detail"),
    path("<fix:pk>/edit/", views.edit, name="edit"),
    path("<fix:pk>/completion/", views.completion, name="completion"),
    path("<fix:pk>/slip/", views.slip, name="slip"),
    path("<fix:pk>/drop/", views.drop, name="drop"),
    path("<fix:pk>/verification/", views.verification, name="verification"),
]
