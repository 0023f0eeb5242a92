-- The claims of the shown readings, and those that a person gave a verdict on, as the person left them: a verdict holds a
-- claim as long as the text is the same, whatever extractors make of it.
CREATE OR REPLACE TEMP TABLE shown AS
WITH decided AS (
    -- Of several at one moment the one written last.
    SELECT verdicts.*
    FROM store.verdicts
    JOIN readings ON readings.paper_id = verdicts.paper_id AND readings.text_hash = verdicts.text_hash
    QUALIFY row_number() OVER (
        PARTITION BY verdicts.paper_id, verdicts.claim_id ORDER BY verdicts.decided_at DESC, verdicts.rowid DESC
    ) = 1
), verdicts AS (
    SELECT * FROM decided WHERE verdict <> 'withdraw'
), read AS (
    SELECT claims.*, readings.extractor
    FROM store.claims
    JOIN readings ON readings.paper_id = claims.paper_id AND readings.fingerprint = claims.fingerprint
), both_kinds AS (
    SELECT *, NULL AS verdict, NULL AS reviewer, NULL::TIMESTAMP AS reviewed_at, NULL AS note
    FROM read
    ANTI JOIN verdicts USING (paper_id, claim_id)
    UNION ALL BY NAME
    SELECT verdicts.* EXCLUDE (text_hash, decided_at, corrects), verdicts.decided_at AS reviewed_at,
        read.certainty, read.position,
        CASE verdicts.verdict WHEN 'reject' THEN coalesce(read.flags, []) ELSE [] END AS flags
    FROM verdicts
    LEFT JOIN read USING (paper_id, claim_id)
)
SELECT row_number() OVER () AS id, * FROM both_kinds;
