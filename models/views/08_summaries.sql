CREATE OR REPLACE VIEW benchmark_summary AS
WITH named AS (
    SELECT benchmark_key, arg_max(canonical_benchmark, (times, canonical_benchmark)) AS benchmark
    FROM (
        SELECT benchmark_key, canonical_benchmark, count(*) AS times
        FROM claims WHERE benchmark_key IS NOT NULL GROUP BY ALL
    )
    GROUP BY benchmark_key
), counted AS (
    SELECT benchmark_key,
        any_value(benchmark_task) AS task, any_value(benchmark_area) AS area,
        count(*) AS claim_count,
        count(DISTINCT paper_id) AS paper_count,
        count(DISTINCT model_key) AS model_count,
        coalesce(list_sort(list(DISTINCT canonical_metric) FILTER (canonical_metric IS NOT NULL)), []) AS metrics,
        min(published) AS first_published, max(published) AS last_published
    FROM claims
    WHERE benchmark_key IS NOT NULL
    GROUP BY benchmark_key
), best AS (
    SELECT benchmark_key, metric AS best_metric, model AS best_model, score AS best_score, unit AS best_unit
    FROM leaderboard
    QUALIFY row_number() OVER (
        PARTITION BY benchmark_key
        ORDER BY model_count DESC, paper_count DESC, direction_known DESC, metric_key, unit, setting_key, rank,
            paper_position, claim_position
    ) = 1
)
SELECT named.benchmark, task, area, claim_count, paper_count, model_count, metrics,
    best_metric, best_model, best_score, best_unit, first_published, last_published, counted.benchmark_key
FROM counted
JOIN named ON named.benchmark_key = counted.benchmark_key
LEFT JOIN best ON best.benchmark_key = counted.benchmark_key;
COMMENT ON VIEW benchmark_summary IS 'One row per benchmark that a claim names';
COMMENT ON COLUMN benchmark_summary.benchmark IS 'Benchmark as the vocabulary shows it, else in its most frequent spelling';
COMMENT ON COLUMN benchmark_summary.task IS 'What a system is asked to do on it; null for one that the vocabulary does not know';
COMMENT ON COLUMN benchmark_summary.area IS 'The part of the field that it belongs to';
COMMENT ON COLUMN benchmark_summary.claim_count IS 'Number of claims on it, of all kinds';
COMMENT ON COLUMN benchmark_summary.paper_count IS 'Number of papers that make them';
COMMENT ON COLUMN benchmark_summary.model_count IS 'Number of models that they are about';
COMMENT ON COLUMN benchmark_summary.metrics IS 'What is measured on it';
COMMENT ON COLUMN benchmark_summary.best_metric IS 'Metric of its largest leaderboard; null where the abstracts name none and none is presumed';
COMMENT ON COLUMN benchmark_summary.best_model IS 'First model of that leaderboard; null where there is no leaderboard';
COMMENT ON COLUMN benchmark_summary.best_score IS 'Its score, in best_unit';
COMMENT ON COLUMN benchmark_summary.best_unit IS 'Unit of best_score';
COMMENT ON COLUMN benchmark_summary.first_published IS 'Date of the first paper of a claim on it, where known';
COMMENT ON COLUMN benchmark_summary.last_published IS 'Date of the last one';

CREATE OR REPLACE VIEW paper_summary AS
SELECT paper_id, title, url, published, claim_count, score_count, delta_count, ratio_count, benchmarks, models,
    best_factor, flagged_count,
    accepted_count + corrected_count + rejected_count AS reviewed_count,
    accepted_count, corrected_count, rejected_count, paper_position
FROM store.current_papers;
COMMENT ON VIEW paper_summary IS 'One row per paper: what it claims, counted';
COMMENT ON COLUMN paper_summary.paper_id IS 'The paper';
COMMENT ON COLUMN paper_summary.claim_count IS 'Claims, without those that a person rejected';
COMMENT ON COLUMN paper_summary.score_count IS 'Those of kind score';
COMMENT ON COLUMN paper_summary.delta_count IS 'Those of kind delta';
COMMENT ON COLUMN paper_summary.ratio_count IS 'Those of kind ratio';
COMMENT ON COLUMN paper_summary.benchmarks IS 'Benchmarks that they name; null where none';
COMMENT ON COLUMN paper_summary.models IS 'Models that they name; null where none';
COMMENT ON COLUMN paper_summary.best_factor IS 'The greatest factor that it claims, as in speedups; null where none';
COMMENT ON COLUMN paper_summary.flagged_count IS 'Claims with a flag, without those that a person rejected';
COMMENT ON COLUMN paper_summary.reviewed_count IS 'Claims that a person gave a verdict on, rejected ones included';
COMMENT ON COLUMN paper_summary.accepted_count IS 'Those that were accepted';
COMMENT ON COLUMN paper_summary.corrected_count IS 'Those that were corrected';
COMMENT ON COLUMN paper_summary.rejected_count IS 'Those that were rejected';

CREATE OR REPLACE VIEW review_queue AS
SELECT
    -- One number that sorts as these four do, which finds the first claims without numbering all.
    ((round(coalesce(confidence + 1, 0), 2) * 100)::BIGINT * 1000 + (round(coalesce(certainty + 1, 0), 2) * 100)::BIGINT)
        * 10_000_000_000 + least(paper_position, 9_999_999) * 1000 + least(claim_position, 999) AS queue_position,
    *
FROM store.current_claims
WHERE verdict IS NULL;
COMMENT ON VIEW review_queue IS 'The claims that no person has looked at, with all that claims has';
COMMENT ON COLUMN review_queue.queue_position IS 'Sort by it for the order in which to look at them: the least sure first (confidence, then certainty, to two digits; those without come first), then as they were read. Numbers are not consecutive';
COMMENT ON COLUMN review_queue.verdict IS 'Null: none looked at it';

CREATE OR REPLACE VIEW coverage AS
SELECT paper_id, title, url, published,
    status IS NULL AS unread,
    status IS NOT DISTINCT FROM 'failed' AS failed,
    coalesce(status IN ('done', 'skipped'), false) AND claim_count = 0 AS without_claims,
    claim_count, flagged_count,
    accepted_count + corrected_count + rejected_count AS reviewed_count,
    unreviewed_count, reason, extractor, paper_position
FROM store.current_papers;
COMMENT ON VIEW coverage IS 'One row per paper: how far reading and reviewing it has come. Count the rows for how far all of them have';
COMMENT ON COLUMN coverage.paper_id IS 'The paper';
COMMENT ON COLUMN coverage.unread IS 'Whether nobody has tried to read the current text yet';
COMMENT ON COLUMN coverage.failed IS 'Whether every reading of it failed';
COMMENT ON COLUMN coverage.without_claims IS 'Whether it was read and claims nothing';
COMMENT ON COLUMN coverage.claim_count IS 'Claims, without those that a person rejected';
COMMENT ON COLUMN coverage.flagged_count IS 'Those with a flag';
COMMENT ON COLUMN coverage.reviewed_count IS 'Claims that a person gave a verdict on, rejected ones included';
COMMENT ON COLUMN coverage.unreviewed_count IS 'Claims that no person has looked at';
COMMENT ON COLUMN coverage.reason IS 'Why reading failed';
COMMENT ON COLUMN coverage.extractor IS 'Who read it: llm or rules; null where nobody has';
