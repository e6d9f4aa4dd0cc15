"""The address of a customer’s own page: /n/<signed token>/."""

from django.urls import path

from rca.communications import private

app_name = "letter"
urlpatterns = [path("<str:token>/", private.page, name="page")]
