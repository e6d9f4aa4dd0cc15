from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from accounts.models import Account, User
from rca.lib.typed import DayField, SumField, TypedRef
from rca.models import Complaint
from tests.make import make_complaint


@pytest.mark.parametrize(
    ("typed", "amount"), [("12", "12"), ("£12.50", "12.50"), (" 1,200 ", "1200"), ("€3", "3"), ("0.05", "0.05")]
)
def test_a_sum_is_read_as_people_write_it(typed: str, amount: str) -> None:
    assert SumField().clean(typed) == Decimal(amount)


@pytest.mark.parametrize("typed", ["a lot", "12.345", "NaN", "1e999", "--1", "£"])
def test_what_is_no_sum_is_refused(typed: str) -> None:
    with pytest.raises(ValidationError):
        SumField().clean(typed)


def test_a_day_is_read_in_plain_words_and_refused_in_a_sentence() -> None:
    field = DayField(start=lambda: date(2026, 3, 10))
    assert (field.clean("+14"), field.clean("24 March")) == (date(2026, 3, 24), date(2026, 3, 24))
    with pytest.raises(ValidationError, match="is no day"):
        field.clean("someday")
    assert DayField(required=False).clean("") is None


def test_a_reference_finds_the_row_that_one_may_see(ada: User, harbour: Account) -> None:
    complaint, field = make_complaint(harbour, by=ada), TypedRef(Complaint)
    field.user = ada
    assert field.clean(complaint.ref.lower()) == complaint == field.clean(str(complaint.pk))
    for typed in ("C-999999", "R-1", "x"):
        with pytest.raises(ValidationError):
            field.clean(typed)
