#!/usr/bin/env python
"""Django's command line; without DATABASE_URL it brings the embedded PostgreSQL up for as long as it runs."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rca.settings")
    from django.core.management import execute_from_command_line

    from rca.lib import embedded

    with embedded.server_if_needed():
        execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
