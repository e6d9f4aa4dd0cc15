"""Addresses of the room of mail that came in: pages by name, acts by their noun."""

from django.urls import path

from rca.mailbox import views

app_name = "mailbox"
urlpatterns = [
    path("", views.index, name="index"),
    path("<mail:pk>/", views.detail, name="detail"),
    path("<mail:pk>/raw/", views.raw, name="raw"),
    path("<mail:pk>/files/<int:place>/", views.file, name="file"),
    path("<mail:pk>/opening/", views.opening, name="opening"),
    path("<mail:pk>/addition/", views.addition, name="addition"),
    path("<mail:pk>/dismissal/", views.dismissal, name="dismissal"),
    path("<mail:pk>/marking/", views.marking, name="marking"),
]
