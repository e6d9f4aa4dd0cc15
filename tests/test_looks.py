"""The look keeps its promises: nothing inline, nothing missing, and times and amounts as people say them."""

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
import time_machine
from django.contrib.staticfiles import finders
from django.template import Context, Template, engines
from django.template.loader import render_to_string
from django.test import RequestFactory

from rca.lib.forms import Suggest, named
from rca.lib.marks import SHAPE
from rca.lib.said import ago, clock_face, day, initials, moment, money, quote, short, span
from rca.templatetags.house import NAV, house

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
NOW = datetime(2026, 3, 10, 10, 40, tzinfo=UTC)
INLINE = re.compile(
    r"\sstyle=|\son[a-z]+=[\"']|javascript:|<style|<script(?![^>]*\ssrc=)|hx-on|hx-vals=[\"']js:", re.IGNORECASE
)
OUTSIDE = re.compile(r"<(?:link|script|img|iframe)[^>]*(?:href|src)=[\"'](?:https?:)?//", re.IGNORECASE)


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


def each(pattern: str) -> list[tuple[str, str]]:
    """Every match of a pattern in any template, with the template it stands in."""
    return [(path.name, found) for path in TEMPLATES for found in re.findall(pattern, path.read_text())]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_template_has_nothing_inline_asks_nobody_outside_and_stays_short(path):
    text = path.read_text()
    assert not INLINE.findall(text)
    assert not OUTSIDE.findall(text)
    assert text.count("\n") <= 120
    engines["django"].get_template(str(path.relative_to(ROOT / "templates")))  # it compiles


def test_every_static_reference_is_a_file_that_exists():
    references = each(r"{% asset ['\"]([^'\"]+)['\"] %}")
    assert references
    assert [found for found in references if not finders.find(found[1])] == []


def test_every_stylesheet_is_linked_once_and_asks_for_nothing_else():
    linked = [name for _, name in each(r"{% asset ['\"]css/([^'\"]+)['\"] %}")]
    sheets = sorted((ROOT / "rca/static/css").glob("*.css"))
    assert sorted(linked) == [sheet.name for sheet in sheets]
    assert [sheet.name for sheet in sheets if re.search(r"url\(|@import", sheet.read_text())] == []


def test_every_icon_that_is_named_is_in_the_sprite():
    sprite = (ROOT / "templates/components/_sprite.html").read_text()
    named_icons = (
        {name for _, name in each(r"{% icon \"([^\"]+)\" %}")} | {entry[1] for entry in NAV} | set(SHAPE.values())
    )
    assert [name for name in named_icons if f'id="i-{name}"' not in sprite] == []


def test_our_own_script_stays_small():
    for script in (ROOT / "rca/static/js").glob("*.js"):
        assert len(script.read_text().splitlines()) <= 150
        assert not re.search(r"\beval\(|new Function|https?://", script.read_text())


def test_what_one_may_not_see_and_what_is_not_there_are_one_page():
    request = RequestFactory().get("/complaints/C-1/")
    pages = [render_to_string(name, house(request)) for name in ("404.html", "403.html")]
    assert pages[0] == pages[1]


@pytest.mark.parametrize("name", ["400.html", "403_csrf.html", "413.html", "500.html", "503.html"])
def test_a_page_of_last_resort_needs_no_context_and_no_database(name):
    assert "Amends" in engines["django"].get_template(name).render()


def test_what_was_sent_while_the_database_was_away_is_kept_to_be_sent_again():
    page = (
        engines["django"]
        .get_template("503.html")
        .render(
            {
                "path": "/complaints/new/",
                "posted": [("words", "Your website <b>says</b> £19.90."), ("channel", "phone")],
            }
        )
    )
    assert 'action="/complaints/new/"' in page
    assert "Your website &lt;b&gt;says&lt;/b&gt; £19.90.</textarea>" in page
    assert 'name="channel" value="phone"' in page


@pytest.mark.parametrize(
    ("left", "state", "share", "text"),
    [
        (minutes(200), "", 83, "in 3 h 20"),
        (minutes(60), "", 25, "in 1 h"),
        (minutes(48), "due", 20, "in 48 min"),
        (minutes(0), "due", 0, "in 0 min"),
        (minutes(-25), "late", 0, "25 min over"),
        (minutes(60 * 24 * 3), "", 100, "in 3 d"),
    ],
)
def test_a_clock_says_what_is_left_of_its_four_hours(left, state, share, text):
    due = NOW + left
    assert clock_face(due, due - timedelta(hours=4), NOW) == (state, share, text)


def test_a_clock_without_a_start_shows_the_last_day():
    assert clock_face(NOW + timedelta(hours=12), None, NOW).share == 50
    assert clock_face(NOW + timedelta(minutes=5), NOW + timedelta(minutes=5), NOW).share == 100  # no length at all


@pytest.mark.parametrize(
    ("length", "text"),
    [
        (minutes(0.5), "0 min"),
        (minutes(38), "38 min"),
        (minutes(60), "1 h"),
        (minutes(125), "2 h 05"),
        (timedelta(hours=23, minutes=59), "23 h 59"),
        (timedelta(days=3, hours=20), "3 d"),
        (minutes(-5), "0 min"),
        (None, ""),
    ],
)
def test_a_length_is_said_in_minutes_hours_or_days(length, text):
    assert span(length) == text


@pytest.mark.parametrize(
    ("age", "text"),
    [(minutes(50), "50 min"), (minutes(170), "2 h"), (timedelta(days=15, hours=3), "15 d"), (-minutes(125), "in 2 h")],
)
def test_an_age_is_said_in_its_largest_unit(age, text):
    with time_machine.travel(NOW, tick=False):
        assert ago(NOW - age) == text


def test_a_bare_date_is_as_old_as_the_days_between():
    with time_machine.travel(NOW, tick=False):
        assert [ago(date(2026, 3, d)) for d in (10, 8, 12)] == ["today", "2 d", "in 2 d"]
        assert ago(None) == ""


def test_a_moment_is_said_in_the_zone_of_the_reader_and_with_its_year_only_when_it_is_another():
    with time_machine.travel(datetime(2026, 8, 1, tzinfo=UTC), tick=False):
        summer, winter = datetime(2026, 7, 6, 8, 5, tzinfo=UTC), datetime(2025, 12, 31, 23, 5, tzinfo=UTC)
        assert (day(summer), moment(summer), short(summer)) == ("6 July", "Monday 6 July, 9:05", "6 Jul 9:05")
        assert (day(winter), short(winter)) == ("31 December 2025", "31 Dec 2025")
        assert moment(winter) == "Wednesday 31 December 2025, 23:05"
        assert (short(date(2026, 3, 4)), day(None), moment(None)) == ("4 Mar", "", "")


@pytest.mark.parametrize(
    ("amount", "text"),
    [(Decimal("27.60"), "£27.60"), (12, "£12"), (Decimal("1204.5"), "£1,204.50"), (-5, "−£5"), (0, "£0"), (None, "")],
)
def test_money_is_said_with_its_sign_and_without_idle_pence(amount, text):
    assert money(amount) == text


def test_money_in_another_currency_carries_its_sign_or_its_code(settings):
    settings.HOUSE_CURRENCY = "EUR"
    assert money(1) == "€1"
    settings.HOUSE_CURRENCY = "CHF"
    assert money(1) == "CHF 1"


def test_words_are_quoted_once_and_never_trusted():
    assert (quote(" It rained. "), quote("“It rained.”"), quote(" ")) == ("“It rained.”", "“It rained.”", "")
    assert Template("{{ words|quote }}").render(Context({"words": "<b>"})) == "“&lt;b&gt;”"


def test_initials_are_the_first_and_the_last():
    assert [initials(name) for name in ("Ada Okafor", "Lin de la Haddad", "vic", "", "42")] == [
        "AO",
        "LH",
        "V",
        "?",
        "?",
    ]


def test_marks_escape_what_they_show_and_never_show_a_state_by_colour_alone():
    badge = Template('{% badge "late" text %}').render(Context({"text": "<not told>"}))
    assert "&lt;not told&gt;" in badge
    assert "#i-warn" in badge
    assert Template("{% clock none %}{% reflink none %}").render(Context({"none": None})) == ""


def test_the_address_of_this_page_can_be_changed_by_one_parameter():
    request = RequestFactory().get("/complaints/?q=a%26b&page=2")
    text = Template('{% query page=3 who="Ada" q=none %}').render(Context({"request": request, "none": None}))
    assert text == "?page=3&amp;who=Ada"


@pytest.mark.parametrize(
    "cookie, theme", [("dark", "dark"), ("light", "light"), ("<script>", "system"), ("", "system")]
)
def test_the_theme_is_the_one_that_was_chosen_or_the_systems(cookie, theme):
    request = RequestFactory().get("/")
    request.COOKIES["theme"] = cookie
    assert house(request)["house"].theme == theme


def test_nobody_signed_in_may_do_nothing():
    assert (
        Template('{% if user|may:"complaints.log" %}yes{% else %}no{% endif %}').render(Context({"user": None})) == "no"
    )


@pytest.mark.parametrize(
    ("posted", "value"),
    [
        ({"account": "Harbour Books", "account_ref": "A-7"}, ("A-7", "Harbour Books")),
        ({"account": "harb", "account_ref": ""}, ("", "harb")),
        ({"account": "A-7"}, ("A-7", "A-7")),
        ({}, ("", "")),
    ],
)
def test_a_suggestion_keeps_the_reference_that_was_chosen_and_the_text_as_typed(posted, value):
    assert named(Suggest("any:url").value_from_datadict(posted, {}, "account")) == value


@pytest.mark.django_db
def test_signing_in_says_one_thing_that_does_not_tell_which_half_was_wrong(client):
    page = client.get("/sign-in/")
    assert page.status_code == 200
    assert "Sign in" in page.text
    wrong = client.post("/sign-in/", {"login": "nobody@fairlight.example", "password": "not the password"}).text
    assert "error-summary" in wrong
    assert 'value="nobody@fairlight.example"' in wrong


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address", ["/sign-in/closed/", "/sign-in/inactive/", "/sign-in/password/reset/", "/sign-in/password/reset/sent/"]
)
def test_every_page_at_the_gate_opens_without_signing_in(client, address):
    assert 'class="gate"' in client.get(address).text
