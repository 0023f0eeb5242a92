-- The views are made anew whenever a file of this folder changes, file by file in the order of their names. Each is one
-- CREATE OR REPLACE VIEW in main, so that a reader can make it for itself, as a temporary view, over a file that holds
-- older ones. A column that a view takes from store.current_claims as it is has the description that it has there.

CREATE OR REPLACE VIEW aliases AS
WITH asked AS (
    -- A name that stands for what it renames keeps the key, and with it the metric's direction or the benchmark's task.
    SELECT given.kind, given.form, names.form AS new_form,
        coalesce(own.key = given.form AND coalesce(target.key, own.key) = own.key, false) AS renames,
        CASE WHEN renames THEN own.key ELSE coalesce(target.key, names.form) END AS key,
        CASE WHEN renames OR target.key IS NULL THEN given.name ELSE target.name END AS name
    FROM store.user_aliases AS given
    JOIN store.names ON names.kind = given.kind AND names.printed = given.name
    LEFT JOIN store.aliases AS own ON own.kind = given.kind AND own.form = given.form
    LEFT JOIN store.aliases AS target ON target.kind = given.kind AND target.form = names.form
), known AS (
    SELECT kind, form, key, name, true AS by_user FROM asked
    UNION ALL
    SELECT kind, form, key, name, false FROM store.aliases ANTI JOIN asked USING (kind, form)
    UNION ALL
    SELECT kind, new_form, any_value(key), any_value(name), true
    FROM asked
    ANTI JOIN store.aliases ON aliases.kind = asked.kind AND aliases.form = asked.new_form
    ANTI JOIN asked AS other ON other.kind = asked.kind AND other.form = asked.new_form
    GROUP BY kind, new_form
)
SELECT known.kind, known.form, coalesce(further.key, known.key) AS key, coalesce(further.name, known.name) AS name,
    known.by_user OR further.key IS NOT NULL AS by_user
FROM known
LEFT JOIN asked AS further ON further.kind = known.kind AND further.form = known.key;
COMMENT ON VIEW aliases IS 'What is known under several names: the vocabulary, and before it what the user says';
COMMENT ON COLUMN aliases.kind IS 'benchmark, metric or model';
COMMENT ON COLUMN aliases.form IS 'Normal form of one of its names: without mark-up, case, spacing, hyphens, plural';
COMMENT ON COLUMN aliases.key IS 'What it is compared by, as metric_key, model_key or benchmark_key of claims';
COMMENT ON COLUMN aliases.name IS 'The name to show';
COMMENT ON COLUMN aliases.by_user IS 'Whether an alias of the user''s decides';

CREATE OR REPLACE VIEW vocabulary_names AS
WITH entries AS (
    SELECT 'benchmark' AS kind, benchmark_key AS key, area, task, NULL AS family, NULL AS direction, NULL AS scale,
        NULL AS organisation
    FROM store.benchmarks
    UNION ALL BY NAME SELECT 'metric' AS kind, metric_key AS key, family, direction, scale FROM store.metrics
    UNION ALL BY NAME SELECT 'model' AS kind, model_key AS key, organisation FROM store.models
), named AS (
    SELECT kind, key, any_value(name) AS name, list(form ORDER BY form) AS forms, bool_or(by_user) AS by_user
    FROM aliases
    GROUP BY kind, key
)
SELECT kind, name, area, task, family, direction, scale, organisation, forms, by_user, key
FROM named
LEFT JOIN entries USING (kind, key);
COMMENT ON VIEW vocabulary_names IS 'One row per benchmark, metric and model that the vocabulary or an alias of the user''s knows';
COMMENT ON COLUMN vocabulary_names.kind IS 'benchmark, metric or model';
COMMENT ON COLUMN vocabulary_names.name IS 'The name to show';
COMMENT ON COLUMN vocabulary_names.area IS 'Of a benchmark: the part of the field';
COMMENT ON COLUMN vocabulary_names.task IS 'Of a benchmark: what a system is asked to do on it';
COMMENT ON COLUMN vocabulary_names.family IS 'Of a metric: quality, speed, memory, energy, compute, size or cost';
COMMENT ON COLUMN vocabulary_names.direction IS 'Of a metric: which values are better, higher or lower';
COMMENT ON COLUMN vocabulary_names.scale IS 'Of a metric: percent, fraction or unit';
COMMENT ON COLUMN vocabulary_names.organisation IS 'Of a model: who published it, where that is one name';
COMMENT ON COLUMN vocabulary_names.forms IS 'Normal forms of all its names';
COMMENT ON COLUMN vocabulary_names.by_user IS 'Whether an alias of the user''s names it';
COMMENT ON COLUMN vocabulary_names.key IS 'What it is compared by, as metric_key, model_key or benchmark_key of claims';
