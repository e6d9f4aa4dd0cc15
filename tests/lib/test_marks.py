"""Marks and rows written flat: what they draw, and that nothing from outside becomes markup."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.template import TemplateSyntaxError, engines
from django.urls import reverse
from django.utils.safestring import SafeString

from accounts.models import Account, User
from rca.lib import marks
from rca.lib.clock import now
from rca.lib.present import present
from rca.lib.refs import Referred
from tests.make import make_complaint

HOSTILE = '<script>"%s"</script>'


def flat(inside: str, rows: list[dict[str, str]]) -> str:
    source = f"{{% flat row in rows %}}{inside}{{% endflat %}}"
    return engines["django"].from_string(source).render({"rows": rows})


def test_a_flat_row_is_written_once_for_each_dict() -> None:
    assert flat("<b>{{ row.a }}</b> 100%", [{"a": "1"}, {"a": "2"}]) == "<b>1</b> 100%<b>2</b> 100%"


def test_a_flat_row_escapes_what_is_no_mark_of_ours() -> None:
    drawn = flat("{{ row.a }}{{ row.b }}", [{"a": HOSTILE, "b": SafeString("<i>")}])
    assert drawn == "&lt;script&gt;&quot;%s&quot;&lt;/script&gt;<i>"


@pytest.mark.parametrize("inside", ["{{ row.a|upper }}", "{{ other }}", "{% if row.a %}x{% endif %}", "{{ row.a.b }}"])
def test_a_flat_row_takes_no_filter_no_tag_and_no_other_value(inside: str) -> None:
    with pytest.raises(TemplateSyntaxError):
        flat(inside, [])


def test_a_mark_escapes_its_words() -> None:
    drawn = [marks.badge("kept", HOSTILE), marks.clock(now() + timedelta(hours=2), text=HOSTILE), marks.icon(HOSTILE),
             marks.link("/", HOSTILE)]  # fmt: skip
    assert not [one for one in drawn if "<script" in one]


def test_a_clock_without_an_end_is_nothing() -> None:
    assert marks.clock(None) == marks.icon("") == marks.reflink(None) == ""


@pytest.mark.parametrize("model", [one for one in apps.get_models() if issubclass(one, Referred)])
def test_the_address_of_a_row_is_that_of_its_page(model: type[Referred]) -> None:
    if "get_absolute_url" not in vars(model):
        assert model(pk=1042).get_absolute_url() == reverse(model.PAGE, args=[1042])


@pytest.mark.django_db
def test_only_the_names_with_rows_are_present(ada: User, lin: User, harbour: Account) -> None:
    complaint, other = make_complaint(harbour, by=ada), make_complaint(harbour, by=ada)
    names = ("handoffs", "sessions", "relations_from", "relations_to")
    assert present(complaint, *names) == set()
    complaint.hand_to(by=ada, to=lin, reason="Lin knows the warehouse.")
    complaint.relate(by=ada, other=other)
    assert present(complaint, *names) == {"handoffs", "relations_from"}
    assert present(other, *names) == {"relations_to"}
