"""The door for gunicorn and every other WSGI server."""

import os
import sys

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rca.settings")

# A short question of an open room must not wait behind the drawing of a large page: each time it comes back from the
# database the thread that draws makes way after 1 ms, not after 5.
sys.setswitchinterval(0.001)
application = get_wsgi_application()
