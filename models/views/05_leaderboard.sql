CREATE OR REPLACE VIEW scores AS
SELECT
    canonical_benchmark AS benchmark, canonical_metric AS metric, normal_unit AS unit, canonical_model AS model,
    normal_value AS score, normal_high AS score_high, bound = 'up_to' AS up_to,
    coalesce(metric_direction, 'higher') AS better, metric_direction IS NOT NULL AS direction_known,
    value AS printed_value, value_high AS printed_value_high, unit AS printed_unit, bound,
    setting, evidence, quote_start, quote_end,
    paper_id, title, url, published, published_year AS paper_year, claim_id, flags,
    extractor, confidence, verdict, own_result, metric_assumed, benchmark_task AS task, benchmark_area AS area,
    benchmark_key, metric_key, model_key, setting_key, place, paper_position, claim_position
FROM store.current_scores;
COMMENT ON VIEW scores IS 'The claims that leaderboards choose from: those of kind score that name a benchmark and a model; a number flagged as misread is left out';
COMMENT ON COLUMN scores.benchmark IS 'Benchmark as the vocabulary shows it, else as printed';
COMMENT ON COLUMN scores.metric IS 'Metric as the vocabulary shows it, else as printed; null where the abstract names none and none is presumed';
COMMENT ON COLUMN scores.model IS 'Model as the vocabulary shows it, else as printed';
COMMENT ON COLUMN scores.score IS 'The number that is ranked, in unit; the lower end of a range';
COMMENT ON COLUMN scores.score_high IS 'The upper end of a range, in unit';
COMMENT ON COLUMN scores.unit IS 'Unit of score: % also where a fraction or a plain percentage of a metric that is known to be one was printed, SI units where multiples of them were';
COMMENT ON COLUMN scores.up_to IS 'Whether the abstract says "up to": the best case, not the usual one';
COMMENT ON COLUMN scores.better IS 'higher or lower: which way the metric is better';
COMMENT ON COLUMN scores.direction_known IS 'Whether the vocabulary knows the metric, or its words say; of any other, that higher is better is a guess';
COMMENT ON COLUMN scores.printed_value IS 'The number as printed';
COMMENT ON COLUMN scores.printed_value_high IS 'The upper end as printed, where it is a range';
COMMENT ON COLUMN scores.printed_unit IS 'The unit as printed';
COMMENT ON COLUMN scores.paper_year IS 'The year of it';
COMMENT ON COLUMN scores.task IS 'What a system is asked to do on the benchmark; null for one that the vocabulary does not know';
COMMENT ON COLUMN scores.area IS 'The part of the field that the benchmark belongs to';
COMMENT ON COLUMN scores.metric_key IS 'What metrics are compared by; empty where the abstract names none and none is presumed';
COMMENT ON COLUMN scores.place IS 'The score, its sign turned where higher is better: the least is the best';

CREATE OR REPLACE VIEW leaderboard AS
WITH best AS (
    SELECT * EXCLUDE (doubtful)
    FROM (SELECT *, list_contains(flags, 'several_values') AS doubtful FROM scores)
    QUALIFY row_number() OVER (
        PARTITION BY benchmark_key, metric_key, unit, setting_key, model_key
        -- Of several values in one sentence the surest, then the least flattering: the best is another's too often.
        ORDER BY doubtful, CASE WHEN doubtful THEN -coalesce(confidence, 0) END, CASE WHEN doubtful THEN -place ELSE place END,
            bound <> 'exact', paper_position, claim_position
    ) = 1
), benchmark_names AS (
    SELECT benchmark_key, arg_max(spelling, (times, spelling)) AS spelling
    FROM (SELECT benchmark_key, benchmark AS spelling, count(*) AS times FROM scores GROUP BY ALL)
    GROUP BY benchmark_key
), metric_names AS (
    SELECT benchmark_key, metric_key, arg_max(spelling, (times, spelling)) AS spelling
    FROM (SELECT benchmark_key, metric_key, metric AS spelling, count(*) AS times FROM scores GROUP BY ALL)
    GROUP BY benchmark_key, metric_key
), model_names AS (
    SELECT benchmark_key, model_key, arg_max(spelling, (times, spelling)) AS spelling
    FROM (SELECT benchmark_key, model_key, model AS spelling, count(*) AS times FROM scores GROUP BY ALL)
    GROUP BY benchmark_key, model_key
)
SELECT
    benchmark_names.spelling AS benchmark,
    metric_names.spelling AS metric,
    best.unit,
    rank() OVER (board ORDER BY best.place) AS rank,
    model_names.spelling AS model,
    best.score, best.score_high, best.up_to, best.better, best.direction_known,
    count(*) OVER (board) AS model_count,
    count(DISTINCT best.paper_id) OVER (board) AS paper_count,
    best.* EXCLUDE (benchmark, metric, unit, model, score, score_high, up_to, better, direction_known, place)
FROM best
JOIN benchmark_names ON benchmark_names.benchmark_key = best.benchmark_key
JOIN model_names ON model_names.benchmark_key = best.benchmark_key AND model_names.model_key = best.model_key
JOIN metric_names ON metric_names.benchmark_key = best.benchmark_key AND metric_names.metric_key = best.metric_key
WINDOW board AS (PARTITION BY best.benchmark_key, best.metric_key, best.unit, best.setting_key);
COMMENT ON VIEW leaderboard IS 'The best score of each model per benchmark, metric, unit and comparable setting, as the papers report it, from the claims of kind score that name a benchmark and a model; a number flagged as misread is left out, and of those flagged as several_values the surest counts, where a model has no other';
COMMENT ON COLUMN leaderboard.benchmark IS 'Benchmark as the vocabulary shows it, else in its most frequent spelling';
COMMENT ON COLUMN leaderboard.metric IS 'Metric as the vocabulary shows it, else in its most frequent spelling; null where the abstract names none and none is presumed';
COMMENT ON COLUMN leaderboard.unit IS 'Unit of score: % also where a fraction or a plain percentage of a metric that is known to be one was printed, SI units where multiples of them were';
COMMENT ON COLUMN leaderboard.rank IS 'Place among the models of the same benchmark, metric, unit and comparable setting, from 1; equal scores share it';
COMMENT ON COLUMN leaderboard.model IS 'Model as the vocabulary shows it, else in its most frequent spelling';
COMMENT ON COLUMN leaderboard.score IS 'The number that is ranked, in unit; the lower end of a range';
COMMENT ON COLUMN leaderboard.score_high IS 'The upper end of a range, in unit';
COMMENT ON COLUMN leaderboard.up_to IS 'Whether the abstract says "up to": the best case, not the usual one';
COMMENT ON COLUMN leaderboard.better IS 'higher or lower: which way the metric is better';
COMMENT ON COLUMN leaderboard.direction_known IS 'Whether the vocabulary knows the metric, or its words say; of any other, that higher is better is a guess';
COMMENT ON COLUMN leaderboard.model_count IS 'Number of models that are ranked with it';
COMMENT ON COLUMN leaderboard.paper_count IS 'Number of papers that their scores are from';
COMMENT ON COLUMN leaderboard.printed_value IS 'The number as printed';
COMMENT ON COLUMN leaderboard.printed_value_high IS 'The upper end as printed, where it is a range';
COMMENT ON COLUMN leaderboard.printed_unit IS 'The unit as printed';
COMMENT ON COLUMN leaderboard.bound IS 'exact, up_to, at_least or approx';
COMMENT ON COLUMN leaderboard.setting IS 'Conditions of the score: shots, hardware, language; only what setting_key says of them ranks models apart';
COMMENT ON COLUMN leaderboard.evidence IS 'Verbatim run of the abstract that makes the claim readable alone';
COMMENT ON COLUMN leaderboard.quote_start IS 'First character of the number in the evidence, from 0';
COMMENT ON COLUMN leaderboard.quote_end IS 'One past its last character';
COMMENT ON COLUMN leaderboard.paper_id IS 'The paper that makes the claim';
COMMENT ON COLUMN leaderboard.title IS 'Its title';
COMMENT ON COLUMN leaderboard.url IS 'Its address as printed';
COMMENT ON COLUMN leaderboard.published IS 'Its publication date, where known';
COMMENT ON COLUMN leaderboard.paper_year IS 'The year of it';
COMMENT ON COLUMN leaderboard.claim_id IS 'The claim';
COMMENT ON COLUMN leaderboard.flags IS 'Why the claim deserves a second look';
COMMENT ON COLUMN leaderboard.extractor IS 'Who read it: llm or rules';
COMMENT ON COLUMN leaderboard.verdict IS 'accept or correct where a person said so of the claim; null where none looked at it';
COMMENT ON COLUMN leaderboard.task IS 'What a system is asked to do on the benchmark; null for one that the vocabulary does not know';
COMMENT ON COLUMN leaderboard.area IS 'The part of the field that the benchmark belongs to';
COMMENT ON COLUMN leaderboard.benchmark_key IS 'What benchmarks are compared by: equal for all spellings and known names of one';
COMMENT ON COLUMN leaderboard.metric_key IS 'What metrics are compared by; empty where the abstract names none and none is presumed';
COMMENT ON COLUMN leaderboard.model_key IS 'What models are compared by';
COMMENT ON COLUMN leaderboard.paper_position IS 'Order in which papers were first read, from 1';
COMMENT ON COLUMN leaderboard.claim_position IS 'Order of the claims of one paper, from 0';


CREATE OR REPLACE VIEW boards AS
WITH counted AS (
    SELECT benchmark_key, metric_key, unit, setting_key, count(*) AS claim_count
    FROM scores
    GROUP BY ALL
), ranked AS (
    SELECT benchmark, metric, unit, setting_key, better, direction_known, task, area, model_count, paper_count,
        max(abs(score)) AS largest, benchmark_key, metric_key
    FROM leaderboard
    GROUP BY ALL
)
SELECT benchmark, metric, ranked.unit, ranked.setting_key, better, direction_known, task, area, model_count, paper_count,
    claim_count, largest, ranked.benchmark_key, ranked.metric_key
FROM ranked
JOIN counted ON counted.benchmark_key = ranked.benchmark_key AND counted.metric_key = ranked.metric_key
    AND counted.unit IS NOT DISTINCT FROM ranked.unit AND counted.setting_key = ranked.setting_key;
COMMENT ON VIEW boards IS 'One row per leaderboard: a benchmark, metric, unit and comparable setting';
COMMENT ON COLUMN boards.benchmark IS 'Benchmark as in leaderboard';
COMMENT ON COLUMN boards.metric IS 'Metric as in leaderboard; null where the abstracts name none and none is presumed';
COMMENT ON COLUMN boards.unit IS 'Unit of its scores';
COMMENT ON COLUMN boards.better IS 'higher or lower: which way the metric is better';
COMMENT ON COLUMN boards.direction_known IS 'Whether the vocabulary knows the metric, or its words say; of any other, that higher is better is a guess';
COMMENT ON COLUMN boards.model_count IS 'Number of models';
COMMENT ON COLUMN boards.paper_count IS 'Number of papers that their scores are from';
COMMENT ON COLUMN boards.task IS 'What a system is asked to do on the benchmark; null for one that the vocabulary does not know';
COMMENT ON COLUMN boards.area IS 'The part of the field that the benchmark belongs to';
COMMENT ON COLUMN boards.claim_count IS 'Number of claims that the scores were chosen from';
COMMENT ON COLUMN boards.largest IS 'The largest score, its sign left out';
COMMENT ON COLUMN boards.benchmark_key IS 'What benchmarks are compared by';
COMMENT ON COLUMN boards.metric_key IS 'What metrics are compared by; empty where the abstracts name none and none is presumed';
