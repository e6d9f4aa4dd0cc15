"""The SQL by which words are weighed: of each complaint, of what a cause says itself, and of what the prompt reads."""

# The known words of each text `words` of c, weighing 1 + ln(times), each text scaled to length one.
_WEIGHED = """
    SELECT x.lexeme, x.a / x.length AS weight
    FROM {texts} c, LATERAL (
        SELECT known.lexeme, known.a, sqrt(sum(known.a * known.a) OVER ()) AS length FROM (
            SELECT u.lexeme, 1 + ln(coalesce(array_length(u.positions, 1), 1)) AS a
            FROM unnest(to_tsvector('english', c.words)) u JOIN rca_word USING (lexeme)) known) x"""
WORDS_OF_EACH = _WEIGHED.format(texts="rca_complaint") + " WHERE c.id = ANY(%s)"  # of these complaints
WORDS_OF_TEXT = _WEIGHED.format(texts="(SELECT %s::text AS words)")

# What each cause says itself: its title, the line anyone may say, and the confirmed whys above its roots.
SAID = """
    WITH RECURSIVE up AS (
        SELECT r.cause_id, w.id, w.parent_id, w.answer, w.state
        FROM rca_root r JOIN rca_why w ON w.id = r.why_id WHERE r.cause_id = ANY(%(causes)s)
        UNION
        SELECT up.cause_id, w.id, w.parent_id, w.answer, w.state FROM up JOIN rca_why w ON w.id = up.parent_id
    ), said AS (
        SELECT c.id AS cause_id, concat_ws(' ', c.title,
            (SELECT l.text FROM rca_knownline l
             WHERE l.cause_id = c.id AND l.approved_at IS NOT NULL ORDER BY l.id DESC LIMIT 1),
            (SELECT string_agg(up.answer, ' ') FROM up WHERE up.cause_id = c.id AND up.state = 'confirmed')) AS text
        FROM rca_cause c WHERE c.id = ANY(%(causes)s)
    )"""

# The strongest words of each cause, weighed by rarity and scaled; a row that moved by less than 2 % stays as it is.
READ = f"""{SAID}, own AS (
        SELECT said.cause_id, x.lexeme, 2 * x.a / x.length AS weight FROM said, LATERAL (
            SELECT known.lexeme, known.a, sqrt(sum(known.a * known.a) OVER ()) AS length FROM (
                SELECT u.lexeme, 1 + ln(coalesce(array_length(u.positions, 1), 1)) AS a
                FROM unnest(to_tsvector('english', said.text)) u JOIN rca_word USING (lexeme)) known) x
    ), weighed AS (
        SELECT both_.cause_id, both_.lexeme, sum(both_.weight) * w.idf AS weight
        FROM (SELECT cause_id, lexeme, weight FROM rca_causeword WHERE cause_id = ANY(%(causes)s)
              UNION ALL SELECT * FROM own) both_ JOIN rca_word w USING (lexeme)
        GROUP BY both_.cause_id, both_.lexeme, w.idf
    ), ranked AS (
        SELECT *, sqrt(sum(weight * weight) OVER (PARTITION BY cause_id)) AS norm,
               row_number() OVER (PARTITION BY cause_id ORDER BY weight DESC, lexeme) AS place FROM weighed
    ), wanted AS (
        SELECT cause_id, lexeme, weight / norm AS weight FROM ranked WHERE place <= %(kept)s AND norm > 0
    ), gone AS (
        DELETE FROM rca_causereading r WHERE r.cause_id = ANY(%(causes)s)
        AND NOT EXISTS (SELECT FROM wanted w WHERE w.cause_id = r.cause_id AND w.lexeme = r.lexeme)
    ), here AS (
        INSERT INTO rca_causereading AS r (cause_id, lexeme, weight) SELECT cause_id, lexeme, weight FROM wanted
        ON CONFLICT (cause_id, lexeme) DO UPDATE SET weight = excluded.weight
        WHERE abs(r.weight - excluded.weight) > 0.02 * r.weight
    )
    UPDATE rca_cause c SET read_count = c.complaint_count,
        norm = coalesce((SELECT max(norm) FROM ranked WHERE ranked.cause_id = c.id), 0)
    WHERE c.id = ANY(%(causes)s)"""
