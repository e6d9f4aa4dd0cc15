"""Addresses of the whys room: pages by name, acts by their noun."""

from django.urls import path

from rca.whys import views

app_name = "whys"
urlpatterns = [
    path("", views.index, name="index"),
    path("new/", views.new, name="new"),
    path("no-session/<complaint:pk>/", views.no_session, name="no_session"),
    path("no-session/<complaint:pk>/withdrawal/", views.asking_after_all, name="asking_after_all"),
    path("ideas/<int:pk>/taking-up/", views.taking_up, name="taking_up"),
    path("participants/<int:pk>/attendance/", views.attendance, name="attendance"),
    path("participants/<int:pk>/departure/", views.departure, name="departure"),
    path("nodes/<int:pk>/answer/", views.answer, name="answer"),
    path("nodes/<int:pk>/next/", views.next_why, name="next_why"),
    path("nodes/<int:pk>/branch/", views.branch, name="branch"),
    path("nodes/<int:pk>/confirmation/", views.confirmation, name="confirmation"),
    path("nodes/<int:pk>/strike/", views.strike, name="strike"),
    path("nodes/<int:pk>/restoration/", views.restoration, name="restoration"),
    path("nodes/<int:pk>/wording/", views.wording, name="wording"),
    path("nodes/<int:pk>/withdrawal/", views.withdrawal, name="withdrawal"),
    path("nodes/<int:pk>/kept-advice/", views.kept_advice, name="kept_advice"),
    path("<whys:pk>/", views.detail, name="detail"),
    path("<whys:pk>/edit/", views.edit, name="edit"),
    path("<whys:pk>/start/", views.start, name="start"),
    path("<whys:pk>/pause/", views.pause, name="pause"),
    path("<whys:pk>/resumption/", views.resumption, name="resumption"),
    path("<whys:pk>/conclusion/", views.conclusion, name="conclusion"),
    path("<whys:pk>/reopening/", views.reopening, name="reopening"),
    path("<whys:pk>/question/", views.question, name="question"),
    path("<whys:pk>/participant/", views.participant, name="participant"),
    path("<whys:pk>/attachment/", views.attachment, name="attachment"),
    path("<whys:pk>/idea/", views.idea, name="idea"),
]
