"""Addresses of the communications room: the note of a cause, everybody of a cause, one account, one message."""

from django.urls import path

from rca.communications import views

app_name = "communications"
urlpatterns = [
    path("", views.index, name="index"),
    path("note/<cause:pk>/", views.note, name="note"),
    path("note/<cause:pk>/draft/", views.draft, name="draft"),
    path("note/<cause:pk>/amendment/", views.amendment, name="amendment"),
    path("note/<cause:pk>/approval/", views.approval, name="approval"),
    path("all/<cause:pk>/", views.everyone, name="everyone"),
    path("all/<cause:pk>/mailing/", views.mailing, name="mailing"),
    path("<int:pk>/", views.tell, name="tell"),
    path("<int:pk>/sending/", views.sending, name="sending"),
    path("<int:pk>/telling/", views.telling, name="telling"),
    path("<message:pk>/", views.message, name="message"),
    path("<message:pk>/stop/", views.stop, name="stop"),
    path("<message:pk>/attempt/", views.attempt, name="attempt"),
    path("<message:pk>/confirmation/", views.confirmation, name="confirmation"),
    path("<message:pk>/resending/", views.resending, name="resending"),
    path("<message:pk>/bounce/", views.bounce, name="bounce"),
    path("<message:pk>/withdrawal/", views.withdrawal, name="withdrawal"),
    path("<message:pk>/reading/", views.reading, name="reading"),
]
