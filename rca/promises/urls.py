"""Addresses of the promises room: pages by name, acts by their noun."""

from django.urls import path

from rca.promises import views

app_name = "promises"
urlpatterns = [
    path("", views.index, name="index"),
    path("new/", views.new, name="new"),
    path("of/<complaint:pk>/", views.promise, name="promise"),
    path("<promise:pk>/", views.detail, name="detail"),
    path("<promise:pk>/keeping/", views.keeping, name="keeping"),
    path("<promise:pk>/breaking/", views.breaking, name="breaking"),
    path("<promise:pk>/handover/", views.handover, name="handover"),
    path("<promise:pk>/release/", views.release, name="release"),
]
