"""What columns are called, in the languages whose exports we have seen; the likelier name first."""

# One line of names after another, parted by commas.
NAMES = {
    "external_id": """
        ticket id, ticket number, ticket no, case id, case number, complaint id, complaint number,
        reference, ref, id, case, ticket, number, no, nr, nummer, ticketnummer, fallnummer, vorgangsnummer,
        numéro, numero, número, référence, referenz, referencia, referentie, zaaknummer, key, issue, uuid
    """,
    "account": """
        account, account name, company, company name, customer, customer name, cust, client, client name,
        organization, organisation, organization name, business, firm, shop, kunde, kundenname, firma,
        unternehmen, société, entreprise, cliente, empresa, azienda, ragione sociale, klant, klantnaam,
        bedrijf, requester, user, merchant
    """,
    "account_ref": """
        account id, account number, customer id, customer number, customer no, client id, company id,
        organization id, kundennummer, kundennr, kunden nr, numéro client, número de cliente, codice
        cliente, klantnummer
    """,
    "words": """
        description, complaint, complaint text, message, details, narrative, comment, comments, body, text,
        content, what happened, issue description, problem, feedback, notes, beschreibung, beschwerde,
        nachricht, inhalt, plainte, réclamation, commentaire, descripción, queja, mensaje, descrizione,
        reclamo, messaggio, omschrijving, klacht, bericht, descrição, subject, summary, title, betreff,
        sujet, objet, asunto, oggetto, onderwerp
    """,
    "received_at": """
        received, received at, date received, created, created at, created on, created time, create date,
        creation date, date created, opened, opened at, open date, submitted, submitted at, logged,
        reported, complaint date, date, datum, eingang, eingegangen, erstellt, erstellt am, eingangsdatum,
        date de création, créé le, reçu le, fecha, fecha de creación, creado, data, data creazione, creato,
        ontvangen, aangemaakt, timestamp, time, first response time
    """,
    "ended_at": """
        closed, closed at, closed on, closed date, date closed, close date, closing date, resolved, resolved
        at, resolution date, date resolved, solved, solved at, completed, ended, geschlossen, geschlossen
        am, erledigt am, gelöst am, clôturé le, résolu le, fermé le, cerrado, fecha de cierre, chiuso, data
        chiusura, gesloten, opgelost, time to resolution, timeto resolution
    """,
    "channel": """
        channel, source, via, medium, origin, contact method, submitted via, way, kanal, herkunft, quelle,
        canal, origine, origen, canale, kanaal, bron
    """,
    "severity": """
        severity, priority, prio, urgency, impact, priorität, dringlichkeit, schwere, priorité, gravité,
        prioridad, gravedad, priorità, prioriteit, ernst
    """,
    "state": """
        status, state, stage, open closed, zustand, statut, état, estado, stato, toestand
    """,
    "product": """
        product, product name, product purchased, item, service, article, category, produkt, artikel,
        produit, producto, prodotto, produto, sku, model, kategorie, catégorie, categoría
    """,
    "outcome": """
        outcome, resolution, result, solution, ergebnis, lösung, résultat, solución, resultado, risoluzione,
        esito, oplossing, resultaat
    """,
    "remedy": """
        remedy, remedy sought, desired outcome, wanted, expectation, wunsch, forderung, demande
    """,
    "contact_name": """
        contact, contact name, contact person, name, full name, reporter, caller, person, ansprechpartner,
        kontakt, nom, nombre, nome, naam, contactpersoon
    """,
    "contact_email": """
        email, e mail, mail, email address, contact email, customer email, e mail adresse, mailadresse,
        courriel, correo, correo electrónico, posta, mailadres
    """,
    "contact_phone": """
        phone, telephone, tel, mobile, phone number, contact phone, telefon, telefonnummer, handy,
        téléphone, portable, teléfono, móvil, telefono, cellulare, telefoon, cell
    """,
}
WORDS = {ours: [" ".join(name.split()) for name in names.split(",")] for ours, names in NAMES.items()}
