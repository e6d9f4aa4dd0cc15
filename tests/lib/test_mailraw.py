"""One mail is one mail, by whatever road it came; two mails are two, whatever number they bear."""

from rca.lib.mailraw import digest, message_id, split
from tests.mailbox.mails import mail


def test_another_road_another_day_and_other_line_ends_are_the_same_mail() -> None:
    one = mail()
    other_road = one.replace(b"from a.example by b.example", b"from c.example by d.example; with ESMTPS")
    spam_checked = b"X-Spam-Score: 3\r\nDelivered-To: support@fairlight.example\r\n" + one
    assert digest(one) == digest(other_road) == digest(spam_checked) == digest(one.replace(b"\r\n", b"\n"))
    assert digest(one) == digest(b"From june@x Tue Mar 10\n" + one.replace(b"\r\n", b"\n") + b"\n")


def test_a_folded_header_is_the_same_header() -> None:
    assert digest(mail(subject="Charged twice")) == digest(mail(subject="Charged\r\n twice"))


def test_other_words_another_sender_or_another_subject_are_another_mail() -> None:
    others = [mail("Other words."), mail(sender="bob@x.example"), mail(subject="Other"), mail(number="<two@x.example>")]
    assert len({digest(one) for one in [mail(), *others]}) == 5


def test_the_number_is_found_however_it_is_written() -> None:
    assert message_id(mail(number="\r\n <a@b.example>")) == "<a@b.example>"
    assert message_id(mail(number="no brackets")) == "no brackets" and message_id(mail(number="")) == ""


def test_a_number_that_no_index_would_take_is_none() -> None:
    assert message_id(mail(number="<" + "x" * 2_000 + "@y.example>")) == message_id(mail(number="ß" * 900)) == ""
    assert len(message_id(mail(number=f"<{'x' * 900}@y.example>"))) == 912


def test_a_text_without_headers_is_all_body() -> None:
    assert split(b"Hello: is that you\xff?\nNo.")[0] == [(b"hello", b"is that you\xff?")]
    assert split(b"It rained.\n\nBye.") == ([], b"It rained.\n\nBye.")
