"""“Have we met this before?” answered: these causes, or none of them."""

import pytest

from accounts.models import Account, Entry, User
from rca.lib.refused import Forbidden, Refused
from rca.models import Cause, CauseLink, Complaint, NoneOfThese
from tests.make import make_account, make_cause, make_complaint


@pytest.fixture
def causes(lin: User) -> list[Cause]:
    return [make_cause(by=lin, title=title) for title in ("The price form", "The driver app")]


@pytest.fixture
def complaint(ada: User, harbour: Account) -> Complaint:
    return make_complaint(harbour, by=ada)


def test_each_cause_that_was_chosen_is_linked(ada: User, complaint: Complaint, causes: list[Cause]) -> None:
    refs = [one.ref for one in causes]
    assert complaint.cause_links.choose(by=ada, chosen=[*refs, refs[0]], offered=" ".join(refs)) == causes
    assert set(complaint.causes.all()) == set(causes)
    assert causes[0].affected.get().account == complaint.account


def test_nothing_chosen_is_nothing_done(ada: User, complaint: Complaint) -> None:
    assert complaint.cause_links.choose(by=ada, chosen=[], offered="R-1") == []
    assert not NoneOfThese.objects.exists()


def test_none_of_these_is_kept_with_what_was_offered(ada: User, complaint: Complaint, causes: list[Cause]) -> None:
    offered = " ".join([*(one.ref for one in causes), "R-999999"])
    complaint.cause_links.choose(by=ada, chosen=["none"], offered=offered)
    fact, entry = NoneOfThese.objects.get(), Entry.objects.get(act="none_of_these")
    assert set(fact.offered.all()) == set(causes) and fact.complaint == complaint and fact.by == ada
    assert entry.ref == complaint.ref and causes[0].ref in entry.about and "Not what was behind" in entry.says
    assert not CauseLink.objects.exists()


@pytest.mark.parametrize(
    ("chosen", "offered", "sentence"),
    [
        (["R-999999"], "", "There is no cause R-999999"),
        (["C-1"], "", "is no reference of this kind"),
        (["<script>"], "", "is no reference of this kind"),
        (["none"], "", "Nothing was offered"),
        ([f"R-{n}" for n in range(30)], "", "30 causes at once are too many"),
        (["none"], "R-1 x'; drop", "is no reference of this kind"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(
    ada: User, complaint: Complaint, chosen: list[str], offered: str, sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence):
        complaint.cause_links.choose(by=ada, chosen=chosen, offered=offered)


def test_a_cause_that_was_chosen_says_more_than_none(ada: User, complaint: Complaint, causes: list[Cause]) -> None:
    complaint.cause_links.choose(by=ada, chosen=["none", causes[0].ref], offered=causes[0].ref)
    assert complaint.causes.get() == causes[0] and not NoneOfThese.objects.exists()


def test_one_bad_reference_links_none_of_them(ada: User, complaint: Complaint, causes: list[Cause]) -> None:
    with pytest.raises(Refused):
        complaint.cause_links.choose(by=ada, chosen=[causes[0].ref, "R-999999"])
    assert not complaint.causes.exists()


def test_a_second_none_of_these_is_refused(ada: User, complaint: Complaint, causes: list[Cause]) -> None:
    complaint.cause_links.choose(by=ada, chosen=["none"], offered=causes[0].ref)
    with pytest.raises(Refused, match="Somebody has said already"):
        complaint.cause_links.choose(by=ada, chosen=["none"], offered=causes[0].ref)


def test_a_viewer_chooses_nothing(noor: User, complaint: Complaint, causes: list[Cause]) -> None:
    with pytest.raises(Forbidden, match="to link a complaint to a cause takes an agent"):
        complaint.cause_links.choose(by=noor, chosen=[causes[0].ref])


def test_a_merged_complaint_is_refused_by_the_one_verb(ada: User, lin: User, causes: list[Cause]) -> None:
    account = make_account("Globex", by=ada)
    twin, kept = make_complaint(account, by=ada), make_complaint(account, by=ada)
    twin.merge_into(by=lin, into=kept)
    with pytest.raises(Refused, match="was merged into"):
        twin.cause_links.choose(by=ada, chosen=[causes[0].ref])
