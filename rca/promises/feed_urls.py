"""The address that a calendar program fetches: /f/<secret>.ics."""

from django.urls import path

from rca.promises import feed

app_name = "feed"
urlpatterns = [path("<str:secret>.ics", feed.promises, name="promises")]
