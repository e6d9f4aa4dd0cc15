"""Addresses of the health room."""

from django.urls import path

from rca.health import views

app_name = "health"
urlpatterns = [
    path("", views.index, name="index"),
    path("wounds/", views.wounds, name="wounds"),
    path("plan/", views.plan, name="plan"),
    path("review/<int:pk>/", views.review, name="review"),
    path("task/", views.task, name="task"),
    path("task/<int:pk>/outcome/", views.outcome, name="outcome"),
]
