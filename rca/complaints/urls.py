"""Addresses of the complaints room: pages by name, acts by their noun."""

from django.urls import path

from rca.complaints import views

app_name = "complaints"
urlpatterns = [
    path("", views.index, name="index"),
    path("new/", views.new, name="new"),
    path("<complaint:pk>/", views.detail, name="detail"),
    path("<complaint:pk>/edit/", views.edit, name="edit"),
    path("<complaint:pk>/acknowledgment/", views.acknowledgment, name="acknowledgment"),
    path("<complaint:pk>/handoff/", views.handoff, name="handoff"),
    path("<complaint:pk>/consultation/", views.consultation, name="consultation"),
    path("<complaint:pk>/note/", views.note, name="note"),
    path("<complaint:pk>/closure/", views.closure, name="closure"),
    path("<complaint:pk>/reopening/", views.reopening, name="reopening"),
    path("<complaint:pk>/merge/", views.merge, name="merge"),
    path("<complaint:pk>/separation/", views.separation, name="separation"),
    path("<complaint:pk>/relation/", views.relation, name="relation"),
]
