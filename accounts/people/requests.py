"""The request of a page: somebody is signed in, and that somebody is one of our people."""

from django.http import HttpRequest

from accounts.people.models import User


class Request(HttpRequest):
    user: User  # the middleware lets nobody else through
