"""The exports and API answers of the desks we know, each read into rows of ours."""

from pathlib import Path
from typing import Any

import pytest

from rca.imports.beside import table_of
from rca.imports.presets import PRESETS, Columns, LeftOut, mapped, read, recognise
from rca.imports.reading import look, records, see_joined
from rca.lib.refused import Refused
from tests.imports.reads import NOW, SHARED, csv_of, json_of, only, taken

TICKET: dict[str, Any] = {
    "id": 7, "subject": "Wrong again", "description": "The invoice is wrong.", "status": "closed", "priority": "urgent",
    "created_at": "2021-03-04T09:12:00Z", "updated_at": "2021-03-06T10:00:00Z", "requester_id": 11, "submitter_id": 11,
    "organization_id": 21, "via": {"channel": "voice", "source": {"from": {}, "to": {}, "rel": None}}, "tags": ["vip"],
}  # fmt: skip
USER = {
    "id": 11,
    "name": "June Park",
    "email": "june@harbour.example",
    "phone": "+44 1632 960001",
    "organization_id": 21,
}
HARBOUR = {"id": 21, "name": "Harbour Books"}


def test_a_zendesk_answer_is_joined_with_the_people_and_organisations_beside_it(tmp_path: Path) -> None:
    pages = {"tickets": [TICKET], "users": [USER], "organizations": [HARBOUR], "count": 1, "end_of_stream": True}
    one = only(json_of(tmp_path, pages))
    assert (one.external_id, one.account, one.account_ref) == ("7", "Harbour Books", "21")
    assert (one.contact_name, one.contact_email, one.contact_phone) == (USER["name"], USER["email"], USER["phone"])
    assert (one.channel, one.severity, one.outcome) == ("phone", "critical", "closed")
    assert one.words == "Wrong again\n\nThe invoice is wrong." and one.ended_at.day == 6


def test_an_organisation_is_found_through_its_person_and_a_person_stands_for_none(tmp_path: Path) -> None:
    bare = {name: value for name, value in TICKET.items() if name != "organization_id"}
    assert only(json_of(tmp_path, {"tickets": [bare], "users": [USER], "organizations": [HARBOUR]})).account == (
        "Harbour Books"
    )
    alone = {"tickets": [bare], "users": [{**USER, "organization_id": None}]}
    assert only(json_of(tmp_path, alone)).account == "June Park"
    nameless = {"tickets": [bare], "users": [{"id": 11, "email": "june@harbour.example"}]}
    assert only(json_of(tmp_path, nameless)).account == "harbour.example"
    assert only(json_of(tmp_path, {"tickets": [bare]})).account == "Zendesk 11"


def test_comments_beside_tickets_give_the_words_by_the_first_public_one(tmp_path: Path) -> None:
    comments = [
        {"id": 3, "ticket_id": 7, "public": True, "body": "We are sorry.", "created_at": "2021-03-05T00:00:00Z"},
        {"id": 1, "ticket_id": 7, "public": False, "body": "VIP!", "created_at": "2021-03-04T00:00:00Z"},
        {"id": 2, "ticket_id": 7, "public": True, "body": "It is wrong.", "created_at": "2021-03-04T09:12:00Z"},
    ]
    pages = {"tickets": [{**TICKET, "subject": None, "description": None}], "comments": comments}
    assert only(json_of(tmp_path, pages)).words == "It is wrong."
    inside = {**TICKET, "subject": "", "comments": [comments[1], comments[2]]}
    assert only(json_of(tmp_path, {"tickets": [inside]})).words == "It is wrong."


@pytest.mark.parametrize(
    "shape",
    ["array", "lines", "one", "wrapped", "pages"],
)
def test_the_same_tickets_are_found_in_any_envelope(tmp_path: Path, shape: str) -> None:
    import json

    value: Any = {
        "array": [TICKET],
        "lines": json.dumps(TICKET) + "\n",
        "one": TICKET,
        "wrapped": {"ticket": TICKET, "users": [USER]},
        "pages": json.dumps({"tickets": [TICKET], "next_page": "x"}) + "\n" + json.dumps({"tickets": []}),
    }[shape]
    assert only(json_of(tmp_path, value)).external_id == "7"


def test_a_long_envelope_is_streamed_and_still_joined(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rca.imports.objects.WHOLE", 10_000)
    monkeypatch.setattr("rca.imports.objects.PART", 4_096)
    tickets = [{**TICKET, "id": number, "description": "wrong " * 30} for number in range(200)]
    source = json_of(tmp_path, {"count": 200, "tickets": tickets, "users": [USER], "organizations": [HARBOUR]})
    rows, refused = taken(source)
    assert source.rows == len(rows) == 200 and not refused
    assert {one.account for one in rows} == {"Harbour Books"}


def test_tables_exported_apart_are_joined_with_the_tickets(tmp_path: Path) -> None:
    tickets = csv_of(
        tmp_path,
        "id,requester_id,submitter_id,organization_id,status,created_at,subject,description,via_channel\n"
        "7,11,11,,open,2021-03-04 09:12:00,,,web\n",
        name="tickets.csv",
    )
    people = csv_of(tmp_path, "id,name,email,organization_id\n11,June Park,june@harbour.example,21\n", name="users.csv")
    houses = json_of(tmp_path, {"organizations": [{**HARBOUR, "domain_names": []}]}, name="organizations.json")
    said = csv_of(
        tmp_path,
        "id,ticket_id,body,public,created\n2,7,We are sorry,TRUE,2021-03-06\n1,7,It is wrong,TRUE,2021-03-05\n"
        "0,7,VIP,FALSE,2021-03-04\n",
        name="comments.csv",
    )
    preset = PRESETS["zendesk"]
    tickets.beside = [people, houses, said]
    for one in tickets.beside:
        one.role = table_of(one)
    see_joined(tickets)
    mapping = mapped(preset, tickets)
    (one,) = records(tickets, tickets.format, preset, mapping)
    row = read(preset, tickets.format, mapping, one.cells, tickets.columns, NOW)
    assert (row.account, row.contact_name, row.contact_email) == ("Harbour Books", "June Park", "june@harbour.example")
    assert (row.words, row.account_ref) == ("It is wrong", "21")
    assert "bring it in beside the tickets" in recognise(people)[1]
    assert mapping.fields["organization_name"] == "account"
    tickets.beside = [tickets]
    with pytest.raises(Refused, match="holds no people"):
        next(records(tickets, tickets.format, preset, mapping))


def test_what_is_gone_there_is_left_out_with_the_reason(tmp_path: Path) -> None:
    tickets = [
        {**TICKET, "status": "deleted"},
        {**TICKET, "id": 8, "tags": ["vip", "closed_by_merge"]},
        {**TICKET, "id": 9},
    ]
    rows, refused = taken(json_of(tmp_path, {"tickets": tickets}))
    assert [one.external_id for one in rows] == ["9"] and all(isinstance(one, LeftOut) for _, one in refused)
    assert [one.why for _, one in refused] == ["It was deleted there.", "It was merged into another there."]


def test_the_zendesk_csv_export_is_read_by_its_headings(tmp_path: Path) -> None:
    text = (
        "Summation column,Id,Requester,Requester id,Requester email,Requester domain,Group,Subject,Tags,Status,"
        "Priority,Via,Ticket type,Created at,Updated at,Organization,Solved at\n"
        "1,40113,June Park,11,june@harbour.example,harbour.example,Support,Invoice wrong,vip,Solved,High,Mail,Incident,"
        "2021-03-04 09:12,2021-03-06 10:00,Harbour Books,2021-03-05 10:00\n"
    )
    one = only(csv_of(tmp_path, text))
    assert (one.external_id, one.account, one.words, one.severity) == (
        "40113",
        "Harbour Books",
        "Invoice wrong",
        "serious",
    )
    assert (one.contact_email, one.outcome, one.ended_at.day) == ("june@harbour.example", "Solved", 5)


FRESH: dict[str, Any] = {
    "id": 5, "requester_id": 9, "responder_id": 2, "source": 3, "status": 5, "priority": 4, "subject": "Late",
    "description": "<div>It came <b>late</b>.<br>Again &amp; again.</div>", "created_at": "2021-03-04T09:12:00+10:00",
    "updated_at": "2021-03-05T09:12:00+10:00", "spam": False, "deleted": False, "company_id": None,
    "stats": {"closed_at": "2021-03-04T12:00:00Z", "resolved_at": "2021-03-04T11:00:00Z"},
    "requester": {"id": 9, "name": "Sue Tern", "email": "sue@tern.example", "phone": None, "mobile": "01632 960002"},
}  # fmt: skip


def test_freshdesk_writes_numbers_for_words_and_html_for_text(tmp_path: Path) -> None:
    one = only(json_of(tmp_path, [FRESH]))
    assert (one.channel, one.severity, one.outcome) == ("phone", "critical", "Closed")
    assert one.words == "Late\n\nIt came late.\nAgain & again." and one.ended_at.hour == 12
    assert (one.account, one.contact_email, one.contact_phone) == ("Sue Tern", "sue@tern.example", "01632 960002")
    assert one.received_at.hour == 23 and one.received_at.day == 3


def test_freshdesk_spam_is_left_out_and_a_company_beside_is_the_account(tmp_path: Path) -> None:
    rows, refused = taken(json_of(tmp_path, {"total": 2, "results": [{**FRESH, "spam": True}, FRESH]}))
    assert len(rows) == 1 and refused[0][1].why == "It was marked as spam there."
    named = {"tickets": [{**FRESH, "company_id": 3}], "companies": [{"id": 3, "name": "Tern Ltd"}]}
    assert only(json_of(tmp_path, named)).account == "Tern Ltd"


def test_the_freshdesk_csv_export_is_read_by_its_headings(tmp_path: Path) -> None:
    text = (
        "Ticket ID,Subject,Status,Priority,Source,Type,Agent,Group,Created time,Resolved time,Closed time,"
        "Last update time,Tags,Full name,Email,Work phone,Mobile phone,Company Name\n"
        "12,Late again,Closed,Urgent,Phone,Problem,Ada,Support,2021-03-04 09:12:00,2021-03-05 09:12:00,"
        "2021-03-06 09:12:00,2021-03-06 09:12:00,,Sue Tern,sue@tern.example,01632 960002,,Tern Ltd\n"
    )
    one = only(csv_of(tmp_path, text))
    assert (one.external_id, one.account, one.channel, one.severity) == ("12", "Tern Ltd", "phone", "critical")
    assert (one.words, one.contact_phone, one.ended_at.day) == ("Late again", "01632 960002", 6)


INTERCOM = {
    "type": "conversation", "id": "99", "created_at": 1614849120, "updated_at": 1614935520, "state": "closed",
    "open": False, "priority": "priority", "title": None, "statistics": {"last_close_at": 1614935000},
    "source": {"type": "conversation", "delivered_as": "customer_initiated", "subject": "",
               "body": "<p>It broke.</p>",
               "author": {"type": "user", "id": "5", "name": "Pol", "email": "p@pol.example"}},
}  # fmt: skip
HUBSPOT = {
    "id": "512", "archived": False, "createdAt": "2021-03-04T09:12:00Z", "updatedAt": "2021-03-05T09:12:00Z",
    "properties": {"subject": "It broke", "content": "Again.", "createdate": "2021-03-04T09:12:00Z",
                   "hs_pipeline_stage": "4", "hs_ticket_priority": "HIGH", "source_type": "PHONE",
                   "closed_date": "2021-03-05T09:12:00Z", "hs_primary_company_id": "77"},
}  # fmt: skip
JIRA = {
    "id": "10001", "key": "SUP-7", "fields": {
        "summary": "It broke", "created": "2021-03-04T09:12:00.000+0000", "status": {
            "name": "Fertig", "statusCategory": {"key": "done"}}, "priority": {"name": "Highest"},
        "description": {"type": "doc", "version": 1, "content": [
            {"type": "paragraph", "content": [{"type": "text", "text": "Again "},
                                              {"type": "text", "text": "and again."}]},
            {"type": "paragraph", "content": [{"type": "text", "text": "Help."}]}]},
        "reporter": {"displayName": "Pol Pollard", "emailAddress": "p@pol.example"}, "issuetype": {"name": "Bug"},
        "resolution": {"name": "Fixed"}, "resolutiondate": "2021-03-05T09:12:00.000+0000",
        "customfield_10002": [{"id": "1", "name": "Pollard & Daughters"}]},
}  # fmt: skip
ZAMMAD = {
    "id": 1, "number": "22001", "title": "It broke", "group": "Users", "group_id": 1, "state": "closed", "state_id": 4,
    "priority": "3 high", "customer": "p@pol.example", "customer_id": 2, "organization": "Pollards",
    "created_at": "2021-03-04T09:12:00.759Z", "close_at": "2021-03-05T09:12:00Z", "create_article_type": "phone",
    "articles": [{"internal": True, "sender": "Agent", "body": "Note", "created_at": "2021-03-04T09:00:00Z"},
                 {"internal": False, "sender": "Customer", "body": "Again.", "created_at": "2021-03-04T09:12:00Z"}],
}  # fmt: skip
HELP_SCOUT = {
    "_embedded": {"conversations": [{
        "id": 10, "number": 3, "type": "phone", "status": "closed", "state": "published", "subject": "It broke",
        "preview": "We are sorry", "mailboxId": 1, "createdAt": "2021-03-04T09:12:00Z",
        "closedAt": "2021-03-05T09:12:00Z",
        "source": {"type": "phone", "via": "customer"},
        "primaryCustomer": {"id": 4, "type": "customer", "first": "Pol", "last": "Pollard", "email": "p@pol.example"},
        "_embedded": {"threads": [
            {"id": 2, "type": "message", "body": "We are sorry", "createdAt": "2021-03-05T09:12:00Z"},
            {"id": 1, "type": "customer", "body": "Again.", "createdAt": "2021-03-04T09:12:00Z"}]}}]},
    "page": {"size": 25, "number": 1},
}  # fmt: skip


@pytest.mark.parametrize(
    ("value", "kind", "expected"),
    [
        ({"type": "conversation.list", "conversations": [INTERCOM]}, "intercom",
         ("99", "Pol", "It broke.", "text", "serious", "closed", "p@pol.example", 5)),
        ({"results": [HUBSPOT], "paging": {}}, "hubspot",
         ("512", "HubSpot 77", "It broke\n\nAgain.", "phone", "serious", "Closed", "", 5)),
        ({"startAt": 0, "total": 1, "issues": [JIRA]}, "jira",
         ("SUP-7", "Pollard & Daughters", "It broke\n\nAgain and again.\nHelp.", "email", "critical", "Fixed",
          "p@pol.example", 5)),
        ([ZAMMAD], "zammad",
         ("22001", "Pollards", "It broke\n\nAgain.", "phone", "serious", "closed", "p@pol.example", 5)),
        (HELP_SCOUT, "helpscout",
         ("10", "Pol Pollard", "It broke\n\nAgain.", "phone", "", "closed", "p@pol.example", 5)),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_an_api_answer_of_each_desk_is_recognised_and_read(
    tmp_path: Path, value: Any, kind: str, expected: tuple[Any, ...]
) -> None:
    source = json_of(tmp_path, value)
    assert recognise(source)[0] == kind
    one = only(source)
    found = (one.external_id, one.account, one.words, one.channel, one.severity, one.outcome, one.contact_email,
             one.ended_at.day)  # fmt: skip
    assert found == expected and one.received_at.hour == 9


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        ("Issue key,Issue id,Summary,Status,Priority,Reporter,Created,Resolved,Description,Comment,Comment\n"
         "SUP-7,1,It broke,Done,High,Pol,04/Mar/21 9:12 AM,05/Mar/21 9:12 AM,Again.,a,b\n", "jira",
         ("SUP-7", "Pol", "It broke\n\nAgain.", "Done")),
        ("Ticket ID,Ticket name,Ticket description,Ticket status,Create date,Close date,Priority,Source,"
         "Associated Company,Associated Contact\n"
         "512,It broke,Again.,Closed (Support Pipeline),2021-03-04 09:12,2021-03-05 09:12,HIGH,PHONE,Pollards,Pol\n",
         "hubspot", ("512", "Pollards", "It broke\n\nAgain.", "Closed (Support Pipeline)")),
        ("Conversation ID,Conversation started at,Conversation state,User name,User email,Company name,First message\n"
         "99,2021-03-04 09:12:00,closed,Pol,p@pol.example,Pollards,Again.\n", "intercom",
         ("99", "Pollards", "Again.", "closed")),
        ("#,Title,State,Priority,Group,Owner,Customer,Organization,Create Channel,Created at,Close at\n"
         "22001,It broke,closed,2 normal,Users,Ada,p@pol.example,Pollards,email,2021-03-04 09:12,2021-03-05 09:12\n",
         "zammad", ("22001", "Pollards", "It broke", "closed")),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 20 else "",
)  # fmt: skip
def test_a_csv_export_of_each_desk_is_recognised_and_read(
    tmp_path: Path, text: str, kind: str, expected: tuple[str, ...]
) -> None:
    source = csv_of(tmp_path, text)
    assert recognise(source)[0] == kind and PRESETS[kind].title in recognise(source)[1]
    one = only(source)
    assert (one.external_id, one.account, one.words, one.outcome) == expected
    assert one.received_at.day == 4 and one.received_at.hour == 9


def test_tickets_of_a_zammad_search_are_found_among_its_assets(tmp_path: Path) -> None:
    bare = {"id": 1, "number": "22001", "title": "Late", "customer_id": 2, "state_id": 1, "note": "It came late.",
            "organization_id": 3, "created_at": "2021-03-04T09:12:00Z"}  # fmt: skip
    assets = {"Ticket": {"1": bare},
              "User": {"2": {"id": 2, "firstname": "Pol", "lastname": "P", "email": "p@p.example"}},
              "Organization": {"3": {"id": 3, "name": "Pollards"}}}  # fmt: skip
    one = only(json_of(tmp_path, {"tickets": [1], "tickets_count": 1, "assets": assets}))
    assert (one.account, one.contact_name, one.contact_email) == ("Pollards", "Pol P", "p@p.example")


def test_a_person_may_put_a_column_right_that_the_kind_has_elsewhere(tmp_path: Path) -> None:
    source = json_of(tmp_path, [{**TICKET, "custom_company": "Globex"}])
    usual = mapped(PRESETS["zendesk"], source)
    right = Columns({**usual.fields, "custom_company": "account"}, {"priority": {"urgent": "nuisance"}})
    (one,), _ = taken(source, right)
    assert one.account == "Globex" and one.severity == "nuisance"
    assert Columns.from_json(right.as_json()) == right


def test_an_elasticsearch_answer_of_the_cfpb_is_read(tmp_path: Path) -> None:
    hit = {"complaint_id": "5", "company": "Acme", "complaint_what_happened": "They lost it.", "sub_product": None,
           "date_received": "2021-03-04T12:00:00-05:00", "submitted_via": "Web", "product": "Mortgage",
           "company_response": "Closed with explanation",
           "date_sent_to_company": "2021-03-05T12:00:00-05:00"}  # fmt: skip
    answer = {"took": 3, "hits": {"total": {"value": 1}, "hits": [{"_index": "c", "_id": "5", "_source": hit}]}}
    source = json_of(tmp_path, answer)
    one = only(source)
    assert recognise(source)[0] == "cfpb" and (one.external_id, one.account, one.words) == (
        "5",
        "Acme",
        "They lost it.",
    )
    assert one.received_at.hour == 17 and one.outcome == "Closed with explanation"


shared = pytest.mark.skipif(not SHARED.exists(), reason=f"the shared data is absent: {SHARED}")


@shared
@pytest.mark.parametrize(
    ("name", "kind", "rows", "left"),
    [
        ("cfpb/cfpb_2012_2016_companies_A.csv", "cfpb", 9942, 0),
        ("cfpb/cfpb_socrata_snake_case_145.csv", "cfpb", 13, 132),
        ("exports/zendesk_api_doc_json/ticket.json", "zendesk", 1, 0),
        ("exports/zendesk_warehouse_csv/ticket_data.csv", "zendesk", 8, 2),
        ("exports/freshdesk_api_json/all_tickets.json", "freshdesk", 1, 0),
        ("exports/freshdesk_api_json/search_tickets.json", "freshdesk", 2, 0),
        ("exports/freshdesk_api_json/ticket_1.json", "freshdesk", 1, 0),
        ("tickets_synthetic/customer_support_tickets_SYNTHETIC.csv", "any", 8374, 95),
    ],
)
def test_the_shared_files_are_recognised_and_read(name: str, kind: str, rows: int, left: int) -> None:
    source = look(SHARED / name)
    assert recognise(source)[0] == kind and source.rows == rows + left
    taken_rows, refused = taken(source)
    assert (len(taken_rows), len(refused)) == (rows, left)


@shared
@pytest.mark.parametrize("path", sorted(SHARED.glob("exports/*/*.[cj]s*")), ids=lambda path: path.name)
def test_no_shared_file_breaks_anything(path: Path) -> None:
    try:
        source = look(path)
        taken(source)
    except Refused as refused:
        assert path.name in refused.sentence
