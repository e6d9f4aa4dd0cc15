from django.apps import AppConfig


class RcaConfig(AppConfig):
    name = "rca"
