-- The views are made anew whenever a file of this folder changes, file by file in the order of their names. Each is one
-- CREATE OR REPLACE VIEW in main, so that a reader can make it for itself, as a temporary view, over a file that holds
-- older ones. A column that a view takes from store.current_claims as it is has the description that it has there.

CREATE OR REPLACE VIEW aliases AS
FROM store.current_aliases;
COMMENT ON VIEW aliases IS 'What is known under several names: by aliases of the user''s, and after them by the vocabulary';
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
    FROM store.current_aliases
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
