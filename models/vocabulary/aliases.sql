-- What every name is a name of: the vocabulary, and before it what the user says, whose aliases are in `batch` with the
-- normal forms of both names. Run where either has changed.
DELETE FROM store.current_aliases;

INSERT INTO store.current_aliases BY NAME
WITH given AS (
    SELECT * FROM batch
    QUALIFY row_number() OVER (PARTITION BY kind, form ORDER BY added_at DESC) = 1
), asked AS (
    -- A name that stands for what it renames keeps the key, and with it the metric's direction or the benchmark's task.
    SELECT given.kind, given.form, given.target_form,
        coalesce(own.key = given.form AND coalesce(target.key, own.key) = own.key, false) AS renames,
        -- Several that one name renames are one thing.
        CASE
            WHEN renames THEN min(CASE WHEN renames THEN own.key END) OVER (PARTITION BY given.kind, given.target_form)
            ELSE coalesce(target.key, given.target_form)
        END AS key,
        CASE WHEN renames OR target.key IS NULL THEN given.target ELSE target.name END AS name
    FROM given
    LEFT JOIN store.aliases AS own ON own.kind = given.kind AND own.form = given.form
    LEFT JOIN store.aliases AS target ON target.kind = given.kind AND target.form = given.target_form
), known AS (
    SELECT kind, form, key, name, true AS by_user FROM asked
    UNION ALL
    SELECT kind, form, key, name, false FROM store.aliases ANTI JOIN asked USING (kind, form)
    UNION ALL
    SELECT kind, target_form, any_value(key), any_value(name), true
    FROM asked
    ANTI JOIN store.aliases ON aliases.kind = asked.kind AND aliases.form = asked.target_form
    ANTI JOIN asked AS other ON other.kind = asked.kind AND other.form = asked.target_form
    GROUP BY kind, target_form
)
SELECT known.kind, known.form, coalesce(further.key, known.key) AS key, coalesce(further.name, known.name) AS name,
    known.by_user OR further.key IS NOT NULL AS by_user
FROM known
LEFT JOIN asked AS further ON further.kind = known.kind AND further.form = known.key;
