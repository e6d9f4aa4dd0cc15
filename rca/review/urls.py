"""Addresses of the managers' room."""

from django.urls import path

from rca.review import views

app_name = "review"
urlpatterns = [
    path("", views.index, name="index"),
    path("<cause:pk>/decision/", views.decision, name="decision"),
    path("decisions/<int:pk>/undoing/", views.undoing, name="undoing"),
]
