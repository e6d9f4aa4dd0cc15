"""Addresses of the customers room: pages by name, acts by their noun."""

from django.urls import path

from accounts.customers import views

app_name = "customers"
urlpatterns = [
    path("", views.index, name="index"),
    path("suggest/", views.suggest, name="suggest"),
    path("new/", views.new, name="new"),
    path("<account:pk>/", views.detail, name="detail"),
    path("<account:pk>/edit/", views.edit, name="edit"),
    path("<account:pk>/assignment/", views.assignment, name="assignment"),
    path("<account:pk>/alias/", views.alias, name="alias"),
    path("<account:pk>/touch/", views.touch, name="touch"),
    path("<account:pk>/contact/", views.contact, name="contact"),
    path("<account:pk>/contacts/<int:contact>/correction/", views.correction, name="correction"),
    path("<account:pk>/contacts/<int:contact>/departure/", views.departure, name="departure"),
    path("<account:pk>/contacts/<int:contact>/preference/", views.preference, name="preference"),
]
