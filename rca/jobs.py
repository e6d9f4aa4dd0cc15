"""The timetable: every job of the house on one page, the ones that an act asks for and the ones that a clock does.

A job may run twice (a worker can be killed at its last line), so each only points at rows that know their own state.
"""

import logging
from datetime import timedelta

from django.conf import settings
from django.utils.timezone import localdate
from procrastinate import JobContext
from procrastinate.contrib.django import app

from accounts.audit.sealing import seal, verify
from accounts.people import digest
from accounts.people.drafts import KEPT, Draft
from accounts.people.models import KeptReply, User
from rca.causes import counting
from rca.causes.models import Cause, Rule
from rca.communications import mailing, outbox
from rca.complaints import carrying
from rca.health import scoring
from rca.hours.reading import current
from rca.imports import importing
from rca.lib.clock import now
from rca.lib.refused import Refused
from rca.mailbox import fetching, filing
from rca.promises import reminding
from rca.whys import inviting, patterns

log = logging.getLogger("amends.jobs")
log.setLevel(logging.INFO)  # the head of the ledger is to stand in the log, whatever LOG_LEVEL says
MINUTELY, OFTEN, HOURLY, NIGHTLY, AT_THREE = "* * * * *", "*/5 * * * *", "25 * * * *", "15 2 * * *", "0 3 * * *"


# Asked for by an act, in its transaction


@app.task(name="deliver")
def deliver(message: int) -> str:
    """One mail, at its slot."""
    return outbox.deliver(message)


@app.task(name="invite")
def invite(invitation: int) -> str:
    """One invitation to a Five Whys session, or the word that it is off."""
    return inviting.deliver(invitation)


@app.task(name="mail_the_rest")
def mail_the_rest(cause: int, by: int) -> str:
    """The accounts of a mailing that one request had no time for."""
    tally = mailing.send_all(by=User.objects.get(pk=by), cause=Cause.objects.get(pk=cause), most=mailing.BATCH)
    return tally.says


@app.task(name="work_on_import")
def work_on_import(batch: int) -> str:
    """A file: looked at, tried, brought in or taken out, as its state asks for; half a minute at a time."""
    return importing.work_on(batch)


@app.task(name="work_on_bulk")
def work_on_bulk(bulk: int) -> str:
    """One thing done to very many complaints, or taken back; half a minute at a time."""
    return carrying.work_on(bulk)


# Each minute


@app.periodic(cron=MINUTELY)
@app.task(name="retry_stalled", queueing_lock="retry_stalled", pass_context=True)
async def retry_stalled(context: JobContext, timestamp: int) -> None:
    """Jobs of a worker that was killed start again; without this they would stay “doing” for ever."""
    manager = app.job_manager
    for job in await manager.get_stalled_jobs():
        await manager.retry_job(job)


@app.periodic(cron=MINUTELY)
@app.task(name="sweep_outbox", queueing_lock="sweep_outbox")
def sweep_outbox(timestamp: int) -> None:
    """A sending that broke off becomes a doubt for a person; what is due and has no job goes all the same."""
    outbox.sweep()
    outbox.overdue()


@app.periodic(cron=MINUTELY)
@app.task(name="seal_ledger", queueing_lock="seal_ledger")
def seal_ledger(timestamp: int) -> int:
    """What was written since the last minute joins the hash chain."""
    return seal()


@app.periodic(cron=MINUTELY)
@app.task(name="pick_up_imports", queueing_lock="pick_up_imports")
def pick_up_imports(timestamp: int) -> int:
    """A file that nobody works on any more, since its worker or the database went away, is taken up again."""
    return importing.pick_up()


@app.periodic(cron=MINUTELY)
@app.task(name="pick_up_bulk_acts", queueing_lock="pick_up_bulk_acts")
def pick_up_bulk_acts(timestamp: int) -> int:
    """What was begun on many complaints and stands still, since its worker or the database went away, goes on."""
    return carrying.pick_up()


@app.periodic(cron=MINUTELY)
@app.task(name="fetch_mail", queueing_lock="fetch_mail", lock="fetch_mail")
def fetch_mail(timestamp: int) -> str:
    """What lies in the mailbox comes in; what was kept and not filed, since a fetcher was stopped, is filed."""
    filing.file_kept()
    return fetching.from_imap().says if settings.MAILBOX_URL else ""


# Every five minutes


@app.periodic(cron=OFTEN)
@app.task(name="tell_us", queueing_lock="tell_us", lock="tell_us")
def tell_us(timestamp: int) -> int:
    """Promises whose window comes near are remembered, and whoever is at work gets what is due for them in one mail.

    The lock lets no two of these run at once, so a worker that was down for hours sends one mail a person.
    """
    reminding.remind()
    calendar = current().calendar
    return digest.mail_due(lambda person, at: calendar.moved(person.time_zone).open_at(at))


# Each hour


@app.periodic(cron=HOURLY)
@app.task(name="find_patterns", queueing_lock="find_patterns")
def find_patterns(timestamp: int) -> int:
    """Complaints that share words and product, and about which nobody has asked why, are put together anew."""
    return patterns.find()


@app.periodic(cron=HOURLY)
@app.task(name="count_words", queueing_lock="count_words")
def count_words(timestamp: int) -> int:
    """How rare each word of the customers is, for the prompt of known causes."""
    return counting.count_words()


# Each night


@app.periodic(cron=NIGHTLY)
@app.task(name="match_accounts", queueing_lock="match_accounts")
def match_accounts(timestamp: int) -> int:
    """The rules of causes that are not closed find the accounts that were hit since yesterday."""
    matcher, added = User.objects.system("matcher"), 0
    for rule in Rule.objects.exclude(cause__state__in=["closed", "accepted"]).select_related("cause"):
        try:
            added += rule.run(by=matcher)
        except Refused as refused:
            log.info("Rule %s of %s was not run: %s", rule.pk, rule.cause.ref, refused.sentence)
    return added


@app.periodic(cron=NIGHTLY)
@app.task(name="count_wounds", queueing_lock="count_wounds")
def count_wounds(timestamp: int) -> int:
    """The wounds of the last ninety days become what the events say now."""
    return scoring.refresh()


@app.periodic(cron=NIGHTLY)
@app.task(name="mend_words", queueing_lock="mend_words")
def mend_words(timestamp: int) -> int:
    """What the prompt of known causes reads is made anew, and a part of the sums behind it counted afresh."""
    mended = counting.rebuild(localdate())
    if mended:
        log.info(
            "The words of %s causes had changed since their complaints were linked; they are counted anew.", mended
        )
    return mended


@app.periodic(cron=NIGHTLY)
@app.task(name="forget_files", queueing_lock="forget_files")
def forget_files(timestamp: int) -> int:
    """Files that were brought in a month ago are let go; what came of them stays."""
    return importing.forget()


@app.periodic(cron=AT_THREE)
@app.task(name="prove_ledger", queueing_lock="prove_ledger")
def prove_ledger(timestamp: int) -> str:
    """Late entries are sealed, the whole chain is walked, and its head is noted in the log, outside the database."""
    while seal(whole=True):
        pass
    proof = verify()
    if proof.fault:
        log.critical("The ledger does not hold. %s", proof.fault)
    else:
        log.info("The ledger holds: %s entries, head %s", proof.sealed, proof.head)
    return proof.fault or proof.head


@app.periodic(cron=AT_THREE)
@app.task(name="tidy", queueing_lock="tidy", pass_context=True)
async def tidy(context: JobContext, timestamp: int) -> None:
    """Jobs that ended three days ago, answers kept for a repeat of their request, and old drafts are let go."""
    await app.job_manager.delete_old_jobs(nb_hours=72, include_cancelled=True, include_aborted=True)
    await KeptReply.objects.filter(at__lt=now() - timedelta(hours=24)).adelete()
    await Draft.objects.filter(saved_at__lt=now() - KEPT).adelete()
