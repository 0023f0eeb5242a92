-- What the names of the shown claims are names of (by `id`), and those of the readings that second them (without one).
CREATE OR REPLACE TEMP TABLE named AS
WITH claims AS (
    SELECT id, paper_id, claim_id, kind, direction, value, value_high, unit, metric, model, benchmark, baseline
    FROM shown
    UNION ALL
    SELECT NULL, claims.paper_id, claim_id, kind, direction, value, value_high, unit, metric, model, benchmark, baseline
    FROM store.claims
    JOIN readings ON readings.paper_id = claims.paper_id AND readings.other_fingerprint = claims.fingerprint
), usual AS (
    SELECT benchmark_key, aliases.key, aliases.name, metrics.family, metrics.direction, metrics.scale, metrics.measures
    FROM store.benchmarks
    JOIN store.current_aliases AS aliases ON aliases.kind = 'metric' AND aliases.form = benchmarks.metric_key
    JOIN store.metrics ON metrics.metric_key = aliases.key
)
SELECT claims.* EXCLUDE (metric, benchmark, baseline, value, value_high, unit),
    coalesce(metrics.name, claims.metric, usual.name) AS canonical_metric,
    usual.key IS NOT NULL AS metric_assumed,
    coalesce(models.name, regexp_replace(claims.model, '[''’]s$', '')) AS canonical_model,
    coalesce(benchmarks.name, claims.benchmark) AS canonical_benchmark,
    coalesce(baselines.name, regexp_replace(claims.baseline, '[''’]s$', '')) AS canonical_baseline,
    coalesce(metrics.key, usual.key) AS metric_key, benchmarks.key AS benchmark_key,
    -- "The baseline" of one paper is not that of another.
    CASE WHEN models.generic THEN models.key || ' of ' || paper_id ELSE models.key END AS model_key,
    CASE WHEN baselines.generic THEN baselines.key || ' of ' || paper_id ELSE baselines.key END AS baseline_key,
    coalesce(metrics.family, usual.family) AS metric_family,
    coalesce(metrics.direction, usual.direction) AS metric_direction,
    coalesce(metrics.scale, usual.scale) AS metric_scale,
    coalesce(metrics.measures, usual.measures) AS metric_measures,
    benchmarks.task AS benchmark_task, benchmarks.area AS benchmark_area,
    models.name IS NOT NULL AS model_known, models.generic AS model_generic
FROM claims
LEFT JOIN store.names AS metrics ON metrics.kind = 'metric' AND metrics.printed = claims.metric
LEFT JOIN store.names AS models ON models.kind = 'model' AND models.printed = claims.model
LEFT JOIN store.names AS benchmarks ON benchmarks.kind = 'benchmark' AND benchmarks.printed = claims.benchmark
LEFT JOIN store.names AS baselines ON baselines.kind = 'model' AND baselines.printed = claims.baseline
-- A score that can be one of the only metric that is reported on its benchmark is one.
LEFT JOIN usual ON usual.benchmark_key = benchmarks.key AND claims.kind = 'score' AND claims.metric IS NULL
    AND CASE usual.scale
        WHEN 'percent' THEN coalesce(claims.unit, '%') IN ('%', 'points') AND claims.value >= 0
            AND greatest(claims.value, claims.value_high) <= 100
        ELSE coalesce(claims.unit, 'points') = 'points'
    END;

-- Which of the models of a paper is its own proposal, as far as title and claims tell.
CREATE OR REPLACE TEMP TABLE proposals AS
WITH candidates AS (
    SELECT named.paper_id, named.model_key, any_value(model_known) AS known, any_value(model_generic) AS generic,
        count(*) AS claims,
        bool_or(starts_with(lower(title), lower(model) || ':')) AS opens_title,
        bool_or((lower(model) <> model OR regexp_matches(model, '[0-9]')) AND contains(
            -- Of characters beyond ASCII all stand for letters: classes of Unicode take long to compile.
            ' ' || regexp_replace(lower(title), '[^a-z0-9\x{80}-\x{10FFFF}]+', ' ', 'g') || ' ',
            ' ' || trim(regexp_replace(lower(model), '[^a-z0-9\x{80}-\x{10FFFF}]+', ' ', 'g')) || ' '
        )) AS in_title
    FROM named
    JOIN readings USING (paper_id)
    WHERE id IS NOT NULL AND model IS NOT NULL
    GROUP BY named.paper_id, named.model_key
), judged AS (
    SELECT paper_id, model_key,
        opens_title OR (in_title AND NOT known) AS titled,
        NOT known AND NOT generic AND 2 * claims > sum(claims) OVER (PARTITION BY paper_id) AS most_claimed
    FROM candidates
), chosen AS (
    SELECT paper_id, model_key,
        CASE WHEN bool_or(titled) OVER (PARTITION BY paper_id) THEN titled ELSE most_claimed END AS own
    FROM judged
)
SELECT paper_id, model_key,
    CASE WHEN own THEN true WHEN bool_or(own) OVER (PARTITION BY paper_id) THEN false END AS own_result
FROM chosen;
