from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Account, Entry, Purchase, User
from rca.lib.refused import Forbidden, Refused
from rca.models import Affected, Cause
from tests.make import make_account, make_cause, make_complaint


def buy(account: Account, product: str = "The Salt Road", on: str = "2026-01-10", **facts: Any) -> None:
    facts = {"quantity": 30, "reference": "58113", **facts}
    Purchase.objects.create(account=account, product=product, on=date.fromisoformat(on), **facts)


@pytest.fixture
def cause(lin: User) -> Cause:
    return make_cause(by=lin)


def test_a_rule_finds_the_silent_ones_and_says_why(cause: Cause, ada: User, lin: User, harbour: Account) -> None:
    tolland = make_account("Tolland Primary School", by=ada)
    buy(harbour)
    buy(tolland, quantity=4, reference="58140")
    buy(tolland, quantity="2.5", reference="58141", on="2026-01-12")
    buy(make_account("Too early", by=ada), on="2025-12-31")
    buy(make_account("Another book", by=ada), product="Atlas")
    rule = cause.add_rule(by=lin, conditions={"product": "the salt road", "bought_from": "2026-01-01"})
    found = [(row["name"], row["found"]) for row in rule.matches()]
    assert found == [
        ("Harbour Books", "30 of The Salt Road, invoice 58113"),
        ("Tolland Primary School", "6.5 of The Salt Road, invoices 58140, 58141"),
    ]
    assert rule.run(by=lin) == 2 and rule.ran_at
    assert {row.why for row in cause.affected.filter(how="rule", rule=rule)} == {why for _, why in found}


def test_running_again_adds_only_who_is_new(cause: Cause, ada: User, lin: User, harbour: Account) -> None:
    buy(harbour)
    cause.link(by=ada, complaint=make_complaint(harbour, by=ada))
    rule = cause.add_rule(by=lin, conditions={"product": "The Salt Road"})
    assert rule.run(by=lin) == 0 and cause.affected.get().how == "complained"
    buy(make_account("Globex", by=ada))
    assert rule.run(by=lin) == 1 and cause.affected.count() == 2


def test_accounts_are_found_by_what_they_are(cause: Cause, ada: User, lin: User) -> None:
    make_account("School", by=ada, segment="Schools", region="north", yearly_value=900)
    make_account("Small school", by=ada, segment="schools", region="north", yearly_value=100)
    make_account("Unknown value", by=ada, segment="schools", region="north")
    make_account("Prospect", by=ada, segment="schools", region="north", yearly_value=900, kind="prospect")
    rule = cause.add_rule(by=lin, conditions={"segment": "schools", "region": "North", "min_value": "500"})
    assert [(row["name"], row["found"]) for row in rule.matches()] == [
        ("School", "segment schools, region North, worth £500 or more a year")
    ]


def test_purchases_without_number_product_or_quantity_are_said_plainly(
    cause: Cause, ada: User, lin: User, harbour: Account
) -> None:
    buy(harbour, quantity=None, reference="")
    many = make_account("Many", by=ada)
    for number in range(5):
        buy(many, reference=f"5800{number}", quantity=1)
    by_product = cause.add_rule(by=lin, conditions={"product": "The Salt Road"})
    assert [row["found"] for row in by_product.matches()] == [
        "bought The Salt Road", "5 of The Salt Road, invoices 58000, 58001, 58002 and 2 more",
    ]  # fmt: skip
    by_day = cause.add_rule(by=lin, conditions={"bought_from": "2026-01-01", "bought_until": "2026-02-01"})
    assert [row["found"] for row in by_day.matches()] == [
        "1 purchase", "5 purchases, invoices 58000, 58001, 58002 and 2 more"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("conditions", "sentence"),
    [
        ({}, "Say at least one thing"),
        ({"product": "  "}, "Say at least one thing"),
        ({"colour": "red"}, "“colour” is no condition of a rule: it takes product"),
        ({"product": "Sult Road"}, "Nobody has bought anything called “Sult Road”"),
        ({"bought_from": "31/01"}, "“31/01” is no day for “bought from”"),
        ({"bought_from": "2026-02-01", "bought_until": "2026-01-01"}, "last day is before its first"),
        ({"min_value": "much"}, "“much” is no yearly value"),
        ({"min_value": "-1"}, "“-1” is no yearly value"),
        ({"min_value": "NaN"}, "“NaN” is no yearly value"),
    ],
)
def test_conditions_that_cannot_be_are_refused(
    cause: Cause, lin: User, conditions: dict[str, str], sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence):
        cause.add_rule(by=lin, conditions=conditions)


def test_an_agent_may_not_run_a_rule(cause: Cause, ada: User) -> None:
    with pytest.raises(Forbidden, match="to run a rule over the accounts takes a support lead"):
        cause.add_rule(by=ada, conditions={"segment": "schools"})


def test_a_rule_and_its_run_are_in_the_ledger(cause: Cause, ada: User, lin: User) -> None:
    make_account("School", by=ada, segment="schools")
    cause.add_rule(by=lin, conditions={"segment": "schools"}).run(by=lin)
    said = [entry.says for entry in Entry.objects.about([cause.ref])[:2]]
    assert said == ["Rule run, 1 account added: segment schools.", "Rule: segment schools."]


def test_a_thousand_accounts_come_on_the_roster_in_one_statement(cause: Cause, lin: User) -> None:
    Account.objects.bulk_create(
        [Account(name=f"School {number}", segment="schools", opened_at=cause.opened_at) for number in range(1000)]
    )
    rule = cause.add_rule(by=lin, conditions={"segment": "schools"})
    with CaptureQueriesContext(connection) as queries:
        assert rule.run(by=lin) == 1000
    inserts = [one["sql"] for one in queries if one["sql"].startswith('INSERT INTO "rca_affected"')]
    assert len(inserts) == 1 and len(queries) < 10 and Affected.objects.count() == 1000
