"""Addresses of the retention room."""

from django.urls import path

from rca.retention import views

app_name = "retention"
urlpatterns = [
    path("", views.index, name="index"),
    path("notice/", views.notice, name="notice"),
    path("invitation/", views.invitation, name="invitation"),
    path("invitation/<int:pk>/answer/", views.answer, name="answer"),
    path("caller/", views.caller, name="caller"),
    path("caller/<int:pk>/settling/", views.settling, name="settling"),
    path("<cancellation:pk>/", views.detail, name="detail"),
    path("<cancellation:pk>/tie/", views.tie, name="tie"),
    path("<cancellation:pk>/attempt/", views.attempt, name="attempt"),
    path("<cancellation:pk>/stay/", views.stay, name="stay"),
    path("<cancellation:pk>/saving/", views.saving, name="saving"),
    path("<cancellation:pk>/departure/", views.departure, name="departure"),
    path("<cancellation:pk>/release/", views.release, name="release"),
]
