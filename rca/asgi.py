"""The door for ASGI servers; nothing in the house needs it, some hosts do."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rca.settings")

application = get_asgi_application()
