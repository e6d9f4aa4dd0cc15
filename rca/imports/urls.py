"""Addresses of the room of files brought in."""

from django.urls import path

from rca.imports import views

app_name = "imports"
urlpatterns = [
    path("", views.index, name="index"),
    path("file/", views.file, name="file"),
    path("<import:pk>/", views.detail, name="detail"),
    path("<import:pk>/addition/", views.addition, name="addition"),
    path("<import:pk>/roles/", views.roles, name="roles"),
    path("<import:pk>/format/", views.format, name="format"),
    path("<import:pk>/columns/", views.columns, name="columns"),
    path("<import:pk>/dry-run/", views.dry_run, name="dry_run"),
    path("<import:pk>/decision/", views.decision, name="decision"),
    path("<import:pk>/settlement/", views.settlement, name="settlement"),
    path("<import:pk>/run/", views.run, name="run"),
    path("<import:pk>/stop/", views.stop, name="stop"),
    path("<import:pk>/resumption/", views.resumption, name="resumption"),
    path("<import:pk>/undoing/", views.undoing, name="undoing"),
    path("<import:pk>/refused/", views.refused, name="refused"),
]
