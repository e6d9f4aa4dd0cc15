"""What the world calls the ways a complaint comes in, how bad it is, and that it is over."""

WAYS = {
    "email": "email", "e_mail": "email", "mail": "email", "web": "email", "webform": "email", "web_form": "email",
    "web_widget": "email", "portal": "email", "website": "email", "form": "email", "api": "email", "online": "email",
    "feedback_widget": "email", "help_center": "email", "customer_portal": "email", "internet": "email",
    "phone": "phone", "voice": "phone", "call": "phone", "telephone": "phone", "phone_call": "phone", "tel": "phone",
    "phone_call_inbound": "phone", "phone_call_outbound": "phone", "voicemail": "phone", "telefon": "phone",
    "téléphone": "phone", "teléfono": "phone", "telefono": "phone", "anruf": "phone", "telefoon": "phone",
    "chat": "text", "live_chat": "text", "messaging": "text", "native_messaging": "text", "sms": "text",
    "text": "text", "whatsapp": "text", "messenger": "text", "telegram": "text", "conversation": "text",
    "twitter": "social", "facebook": "social", "social": "social", "social_media": "social", "instagram": "social",
    "twitter_dm": "social", "twitter_mention": "social", "facebook_post": "social",
    "facebook_private_message": "social", "forum": "social", "x": "social", "linkedin": "social",
    "post": "post", "letter": "post", "fax": "post", "postal_mail": "post", "brief": "post", "courrier": "post",
    "person": "person", "in_person": "person", "walk_in": "person", "shop": "person", "store": "person",
    "visit": "person", "branch": "person", "counter": "person",
}  # fmt: skip
HOW_BAD = {
    "urgent": "critical", "critical": "critical", "highest": "critical", "blocker": "critical", "emergency": "critical",
    "very_high": "critical", "p1": "critical", "sev1": "critical", "kritisch": "critical", "dringend": "critical",
    "urgente": "critical", "critique": "critical",
    "high": "serious", "major": "serious", "serious": "serious", "p2": "serious", "sev2": "serious", "hoch": "serious",
    "haute": "serious", "alta": "serious", "hoog": "serious", "important": "serious",
    "normal": "minor", "medium": "minor", "minor": "minor", "moderate": "minor", "p3": "minor", "sev3": "minor",
    "mittel": "minor", "moyenne": "minor", "media": "minor", "normaal": "minor",
    "low": "nuisance", "lowest": "nuisance", "trivial": "nuisance", "nuisance": "nuisance", "p4": "nuisance",
    "sev4": "nuisance", "niedrig": "nuisance", "basse": "nuisance", "baja": "nuisance", "laag": "nuisance",
    "bassa": "nuisance", "very_low": "nuisance",
}  # fmt: skip
NUMBERED = {"1": "critical", "2": "serious", "3": "minor", "4": "nuisance", "5": "nuisance"}  # the usual way round
OVER = (
    "closed", "solved", "resolved", "done", "complete", "finished", "archived", "geschlossen", "gelöst", "erledigt",
    "fermé", "clos", "résolu", "cerrado", "cerrada", "resuelto", "chiuso", "chiusa", "risolto", "gesloten", "opgelost",
    "fechado", "resolvido", "rejected", "cancelled", "canceled", "declined", "won't", "duplicate",
)  # fmt: skip
OPEN = (
    "open", "new", "pending", "on-hold", "hold", "in progress", "waiting", "active", "snoozed", "to do", "reopened",
    "offen", "neu", "in arbeit", "ouvert", "en cours", "nouveau", "abierto", "aperto", "nuovo", "aberto", "unresolved",
)  # fmt: skip
GONE = {
    "status": {"deleted": "It was deleted there.", "spam": "It was marked as spam there."},
    "state": {"deleted": "It was deleted there.", "spam": "It was marked as spam there.",
              "merged": "It was merged into another there.", "draft": "It was never sent there."},
    "deleted": {"true": "It was deleted there."},
    "archived": {"true": "It was deleted there."},
    "is_deleted": {"true": "It was deleted there."},
    "spam": {"true": "It was marked as spam there."},
    "_fivetran_deleted": {"true": "It was deleted there."},
    "fivetran_deleted": {"true": "It was deleted there."},
    "tags": {"closed_by_merge": "It was merged into another there."},
}  # fmt: skip
