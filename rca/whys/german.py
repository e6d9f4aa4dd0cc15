"""German: a small table beside the English one. It asks less boldly: what it cannot turn round, it quotes."""

import re
from collections.abc import Collection

from rca.lib.text import clean
from rca.whys.language import Kind, Language, Proposal, Subject


def _(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.VERBOSE)


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


KINDS = {
    "human_error": Kind(
        "Diese Antwort bleibt bei einem Fehlgriff stehen.",
        "Das hätte jedem passieren können.",
        "Was hat den Fehlgriff möglich gemacht, und warum hat ihn nichts abgefangen?",
        _(r"""\bmenschliche[rns]?[ ](?:versagen|fehler)\b|\b(?:tipp|flüchtigkeits|bedien|eingabe)fehler\b
            |\baus[ ]versehen\b|\bversehentlich\b|\birrtümlich\b|\bunachtsam|\bnachlässig|\bnicht[ ]aufgepasst\b"""),
    ),
    "forgot": Kind(
        "Diese Antwort bleibt bei etwas Vergessenem stehen.",
        "Vergessen wird immer etwas; das weiß man vorher.",
        "Warum hing es daran, dass jemand daran denkt?",
        _(r"\bvergessen\b|\bvergaß\b|\bübersehen\b|\baus[ ]dem[ ](?:kopf|gedächtnis)\b"),
    ),
    "should_have": Kind(
        "Diese Antwort sagt, was hätte sein sollen.",
        "Was geschah, hatte damals einen Grund.",
        "Was ist geschehen, und warum erschien es in dem Augenblick richtig?",
        _(r"\bhätten?[ ](?:\w+[ ]){0,6}(?:sollen|müssen)\b"),
    ),
    "training": Kind(
        "Diese Antwort verlangt nach einer Schulung.",
        "Würde ein Geschulter hier nie danebengreifen?",
        "Was an der Arbeit macht es schwer, es richtig zu machen?",
        _(r"\b(?:nicht|schlecht|un)[ ]?(?:geschult|eingewiesen|eingearbeitet)\b|\b(?:mehr|keine|fehlende)[ ]schulung"),
    ),
    "customer": Kind(
        "Diese Antwort schiebt es auf den Kunden.",
        "Kunden finden vor, was wir ihnen geben.",
        "Was in unserem Formular, unseren Worten oder Fristen hat das zugelassen?",
    ),
    "person": Kind(
        "Diese Antwort nennt einen Menschen.",
        "Hätte es jedem an dieser Stelle passieren können?",
        "Was hat es möglich gemacht, wer auch immer an der Stelle war?",
        _(r"^niemand[ ](?:hat|prüfte|sah|bemerkte|meldete|fragte|dachte|las|achtete)\b"),
    ),
    "lack": Kind(
        "Diese Antwort nennt das fehlende Heilmittel.",
        "Was ging schief, weil es fehlte?",
        "Warum fehlt es?",
        _(r"""^es[ ](?:gab|gibt)[ ](?:dafür[ ])?kein(?:e|en|er)?\b|^(?:kein|keine)[ ]\w+[ ](?:prüft|warnt|sagt|nennt)\b
            |^nichts[ ](?:prüft|warnt|vergleicht|meldet)\b|^es[ ]fehlte?\b"""),
    ),
    "repeats": Kind(
        "Das sagt dasselbe noch einmal.",
        "Frage und Antwort haben dieselben Wörter.",
        "Was geschah kurz davor und führte dahin?",
    ),
    "circle": Kind(
        "Das stand weiter oben schon: die Kette läuft im Kreis.",
        "Eines von beiden war zuerst da.",
        "Was war zuerst da, und was hat es ausgelöst?",
    ),
}

# Verbs that may stand second in a plain sentence; they go to the front, and nothing else changes.
FINITE = _words("""
ist sind war waren wird werden wurde wurden hat haben hatte hatten kann können konnte konnten muss müssen musste mussten
darf dürfen durfte durften soll sollen will wollen wollte wollten steht stehen stand standen liegt liegen lag lagen geht
gehen ging gingen kommt kommen kam kamen bleibt bleiben blieb blieben fehlt fehlen fehlte fehlten gibt geben gab gaben
läuft laufen lief liefen fällt fallen fiel fielen hält halten hielt hielten zeigt zeigen zeigte zeigten prüft prüfen
prüfte prüften nennt nannte sagt sagte bekam bekamen nahm nahmen ließ ließen
""")
ARTICLES = _words(
    "der die das ein eine unser unsere sein seine ihr ihre dieser diese dieses jeder jede jedes kein keine"
)
PRONOUNS = _words("er sie es wir man niemand jemand nichts alles das dies")


def turned(answer: str, names: Collection[str] = ()) -> Proposal:
    """“Der Preis ist falsch.” to “Warum ist der Preis falsch?”: only a short subject and a verb that is known."""
    said = re.sub(r"\s+", " ", clean(answer)).strip(' “”„"').rstrip(".! ")
    if re.search(r"[.!?;:]\s|,|\?", said):
        return Proposal("")
    words = said.split()
    low = [word.lower() for word in words]
    at = next((i for i, word in enumerate(low[:6]) if word in FINITE), 0)
    if not at or not _one_subject(low[:at]):
        return Proposal("")
    subject = " ".join([lowered(words[0], names), *words[1:at]])
    return Proposal(f"Warum {low[at]} {' '.join([subject, *words[at + 1 :]])}?")


def _one_subject(words: list[str]) -> bool:
    """A pronoun, or an article with its noun: before a verb in second place there is nothing else then."""
    return words[0] in PRONOUNS if len(words) == 1 else words[0] in ARTICLES and len(words) <= 4


def lowered(said: str, names: Collection[str] = ()) -> str:
    """A noun and a name keep their capital; articles and pronouns do not."""
    head = said.split(" ")[0].lower()
    return said[:1].lower() + said[1:] if head in ARTICLES | PRONOUNS else said


GERMAN = Language(
    code="de",
    kinds=KINDS,
    subject=Subject(
        before=r"(?:(?:der|die|das|ein|eine|unser|unsere)\s+(?:[a-zäöüß-]+(?:e|er|es)\s+)?)?",
        roles=_words("""
            leiter chef vorgesetzte fahrer kassierer verkäufer mitarbeiter kollege techniker entwickler bäcker koch
            kellner arzt pfleger schwester lehrer hausmeister lagerist sachbearbeiter disponent azubi lehrling
            praktikant aushilfe trainer pilot schaffner er sie jemand"""),
        buyers=_words("""
            kunde kunden gast gäste patient nutzer benutzer anrufer leser mieter fahrgast käufer bürger mitglied"""),
        place=r"(?:\s+(?:in|an|im|am|bei|aus|von|der|des)\s+(?:der\s+|dem\s+)?[\w-]+)?",
        passive=_(r"(?:wurden?|wird|werden|konnten?|kann|können|durften?|bekam(?:en)?)\b"),
        skipped=r"(?:auch |nur |einfach |nie |oft )?",
        endings="(?:in|innen|n|s)?",
        acts=lambda word, subject: True,  # a sentence that begins with somebody has its verb next
    ),
    turn=turned,
    lowered=lowered,
    because=_(r"^weil[ ]|^wegen[ ]"),
    behind=_(r"$^"),
    small=_words("""
        der die das ein eine den dem des zu in im am an auf für und oder es ist war sind mit dass nicht kein von"""),
    that="Warum war das so?",
    therefore="deshalb",
    asks=re.compile(r"(?i)^(warum|was|wie|wieso|weshalb)\b"),
    otherwise="sonst",
)  # fmt: skip
