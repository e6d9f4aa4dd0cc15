"""Every setting of the house on one page, read from the environment. The README's table explains each variable."""

import sys
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from rca.lib import embedded

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

# DEBUG=1, the default, is a trial: the embedded database and a well-known secret are fine. DEBUG=0 is real use and
# refuses both. Django's own traceback pages are shown only by runserver, never by the demo.
TRIAL = env.bool("DEBUG", default=True)
DEBUG = TRIAL and "runserver" in sys.argv
TRIAL_SECRET = "a-trial-secret-that-real-use-refuses-to-start-with"
SECRET_KEY = env.str("SECRET_KEY", default=TRIAL_SECRET)
if not TRIAL and (SECRET_KEY == TRIAL_SECRET or len(SECRET_KEY) < 50):
    raise ImproperlyConfigured("Set SECRET_KEY to 50 or more random characters, or DEBUG=1 for a trial.")
if not TRIAL and not env.str("DATABASE_URL", default=""):
    raise ImproperlyConfigured("Set DATABASE_URL to a PostgreSQL server, or DEBUG=1 for a trial on the embedded one.")

ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"] if TRIAL else [])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
SITE_ADDRESS = env.str("SITE_ADDRESS", default="http://127.0.0.1:8000")  # how customers' private links begin

# The house whose customers these are.
HOUSE_NAME = env.str("HOUSE_NAME", default="Fairlight Wholesale")
HOUSE_PHONE = env.str("HOUSE_PHONE", default="01632 960 114")
HOUSE_REGION = env.str("HOUSE_REGION", default="GB")  # how a telephone number without a country code is read
HOUSE_CURRENCY = env.str("HOUSE_CURRENCY", default="GBP")
ACKNOWLEDGE_WITHIN = env.int("ACKNOWLEDGE_WITHIN", default=4)  # working hours
WHYS_LANGUAGE = env.str("WHYS_LANGUAGE", default="en")  # in which sessions are held: rca/whys/spoken.py has the list
WORKING_HOURS = (9, 18)  # Monday to Friday, in TIME_ZONE

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "django.forms",
    "accounts",
    "rca",
    "procrastinate.contrib.django",
    "allauth",
    "allauth.account",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_htmx",
    "template_partials",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "rca.middleware.bounded",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "rca.middleware.origin",
    "rca.middleware.refusals",
]

ROOT_URLCONF = "rca.urls"
WSGI_APPLICATION = "rca.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "rca.templatetags.house.house",
            ],
            "builtins": [
                "rca.templatetags.house",
                "rca.templatetags.flat",
                "template_partials.templatetags.partials",
            ],
        },
    }
]
FORM_RENDERER = "rca.lib.forms.HouseRenderer"

# One engine everywhere: DATABASE_URL, or the embedded PostgreSQL whose data git ignores.
DATABASES = {"default": env.db_url_config(embedded.database_url())}
DATABASES["default"]["ENGINE"] = "django.db.backends.postgresql"
DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=60)
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
LONGEST = "0" if "migrate" in sys.argv else "15s"  # an index over a million rows takes longer than any request may
DATABASES["default"].setdefault("OPTIONS", {})["options"] = (
    f"-c statement_timeout={LONGEST} -c lock_timeout=5s -c idle_in_transaction_session_timeout=30s"
)
# allauth counts failed sign-ins in the cache; in the database the count holds over several processes.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "django_cache"}}

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"  # rca/jobs.py is the timetable

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_ADAPTER = "accounts.people.signing_in.Adapter"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = True

LANGUAGE_CODE = "en-gb"
TIME_ZONE = env.str("TIME_ZONE", default="Europe/London")
USE_TZ = True
USE_I18N = False  # it speaks one language; to ask at each word which one costs a twentieth of a page

STATIC_URL = "/static/"
STATIC_ROOT = env.str("STATIC_ROOT", default=None if TRIAL else str(BASE_DIR / "staticfiles"))
WHITENOISE_USE_FINDERS = TRIAL
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if TRIAL
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# Mail: EMAIL_URL, e.g. smtp+tls://user:password@relay:587. A trial writes each mail to a file instead.
vars().update(env.email_url("EMAIL_URL", default=f"filemail:///{embedded.data_dir() / 'mail'}" if TRIAL else "smtp://"))
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="support@fairlight.example")
EMAIL_TIMEOUT = 20
# Mail in: MAILBOX_URL, imaps://user:password@host/INBOX. With MAILBOX_ADDRESS our letters ask for answers at a signed
# address behind its plus (support+m-77.…@), so name it only when the mailbox takes such addresses.
MAILBOX_URL = env.str("MAILBOX_URL", default="")
MAILBOX_ADDRESS = env.str("MAILBOX_ADDRESS", default="")
MAILBOX_READ_TO = env.str(
    "MAILBOX_READ_TO", default=""
)  # the folder for what was taken; left in place, marked, without
MAILBOX_MOST = env.int("MAILBOX_MOST", default=10 * 1024 * 1024)  # bytes of one mail
# Five Whys: what an hour of one person costs, in HOUSE_CURRENCY; without it a session's cost is told in person-hours.
SESSION_HOUR_COST = env.float("SESSION_HOUR_COST", default=0.0)
MAIL_UNDO_SECONDS = env.int("MAIL_UNDO_SECONDS", default=30)

# Their words, and what is typed with them, up to 15 MB reach the form, which then says what is too long and keeps it;
# a file of 10 MB, sent through the API as base64, has 14.
DATA_UPLOAD_MAX_MEMORY_SIZE = 15 * 1024 * 1024
UPLOAD_LIMIT = 64 * 1024 * 1024  # of all files of one request
IMPORT_LIMIT = 200 * 1024 * 1024  # of all files of an import, through the browser or the API

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_SAMESITE = "Lax"
if not TRIAL:
    SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("BEHIND_PROXY", default=False) else None
    SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["accounts.people.tokens.TokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["accounts.people.tokens.ScopedPermission"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_PAGINATION_CLASS": "rca.lib.paging.ApiPages",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "rca.lib.problems.handler",
    "DATETIME_FORMAT": "iso-8601",
}
# Every room has a kind and a state of its own; the API's description names each by its row.
ENUMS = [
    "accounts.people.roles.Role",
    "accounts.customers.contacts.Channel",
    "accounts.customers.models.Account.Kind",
    "accounts.customers.models.Account.State",
    "rca.hours.severity.Severity",
    "rca.complaints.models.Complaint.State",
    "rca.complaints.bulk.BulkAct.State",
    "rca.complaints.bulk_row.BulkRow.State",
    "rca.promises.models.Promise.Kind",
    "rca.promises.models.Promise.State",
    "rca.imports.models.Import.State",
    "rca.imports.models.Conflict.Keep",
    "rca.whys.models.FiveWhys.State",
    "rca.whys.why.Why.State",
    "rca.whys.inviting.Invitation.State",
    "rca.causes.models.Cause.State",
    "rca.causes.roster.Affected.How",
    "rca.fixes.models.Fix.Kind",
    "rca.fixes.models.Fix.State",
    "rca.communications.models.Message.State",
    "rca.mailbox.models.InboundMail.State",
    "rca.goodwill.models.Grant.State",
    "rca.health.models.AccountReview.Kind",
    "rca.health.models.Wound.Kind",
    "rca.retention.models.Cancellation.State",
    "rca.retention.returning.Caller.State",
    "rca.retention.returning.WinBack.State",
    "rca.review.models.Decision.Kind",
]
SPECTACULAR_SETTINGS = {
    "ENUM_NAME_OVERRIDES": {
        "".join(word for word in path.split(".") if word[0].isupper()) + "Enum": path for path in ENUMS
    },
    "TITLE": "Amends",
    "DESCRIPTION": "One chain from a complaint to every customer told. Every act of the pages is an act here.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SCHEMA_PATH_PREFIX": "/api/v1",
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="WARNING")},
}
