CREATE OR REPLACE VIEW conflicts AS
WITH scores AS (
    SELECT benchmark_key, metric_key, model_key, setting_key,
        coalesce(normal_unit, '') AS unit_key, normal_unit, normal_value, paper_id, claim_id,
        canonical_benchmark, canonical_metric, canonical_model, metric_assumed, paper_position, claim_position,
        evidence_start, evidence_end,
        lower(trim(coalesce(setting, ''))) AS condition,
        value::VARCHAR AS digits,
        -- Half of the last printed digit, in the unit of normal_value: the shortest text of a number has its digits.
        0.5 * abs(coalesce(normal_value / nullif(value, 0), 1)) * 10.0 ^ (
            coalesce(nullif(split_part(digits, 'e', 2), ''), '0')::INTEGER
            - length(regexp_replace(split_part(split_part(digits, 'e', 1), '.', 2), '^0$', ''))
        ) * (1 + 1e-9) AS tolerance
    FROM store.current_scores
    WHERE bound = 'exact' AND value_high IS NULL
), disputed AS (
    SELECT * FROM scores
    SEMI JOIN (
        SELECT benchmark_key, metric_key, model_key, setting_key, unit_key
        FROM scores
        GROUP BY ALL
        HAVING min(normal_value) < max(normal_value)
    ) USING (benchmark_key, metric_key, model_key, setting_key, unit_key)
), numbers AS (
    -- Each number once: papers that repeat one do not multiply the pairs to compare.
    SELECT benchmark_key, metric_key, model_key, setting_key, unit_key, normal_value, max(tolerance) AS tolerance,
        min(paper_id) AS first_paper, max(paper_id) AS last_paper
    FROM disputed
    GROUP BY ALL
), between_papers AS (
    SELECT DISTINCT benchmark_key, metric_key, model_key, setting_key, unit_key, false AS within_one_paper
    FROM numbers AS one
    JOIN numbers AS two USING (benchmark_key, metric_key, model_key, setting_key, unit_key)
    WHERE two.normal_value - one.normal_value > greatest(one.tolerance, two.tolerance)
        AND NOT (one.first_paper = two.last_paper AND one.last_paper = two.first_paper)
), within_papers AS (
    -- Numbers of one sentence are told apart by the sentence: "from 42% to 47%", "42% (easy) and 47% (hard)".
    SELECT DISTINCT benchmark_key, metric_key, model_key, setting_key, unit_key, true AS within_one_paper
    FROM disputed AS one
    JOIN disputed AS two USING (benchmark_key, metric_key, model_key, setting_key, unit_key, paper_id, condition)
    WHERE metric_key <> '' AND NOT one.metric_assumed AND NOT two.metric_assumed
        AND one.evidence_end <= two.evidence_start
        AND abs(two.normal_value - one.normal_value) > greatest(one.tolerance, two.tolerance)
), disputes AS (
    SELECT benchmark_key, metric_key, model_key, setting_key, unit_key, bool_and(within_one_paper) AS within_one_paper
    FROM (FROM between_papers UNION ALL FROM within_papers)
    GROUP BY ALL
)
SELECT
    arg_min(canonical_benchmark, (paper_position, claim_position)) AS benchmark,
    arg_min(canonical_metric, (paper_position, claim_position)) AS metric,
    arg_min(canonical_model, (paper_position, claim_position)) AS model,
    setting_key,
    any_value(normal_unit) AS unit,
    min(normal_value) AS lowest, max(normal_value) AS highest, highest - lowest AS spread,
    count(DISTINCT normal_value) AS value_count,
    count(DISTINCT paper_id) AS paper_count,
    any_value(within_one_paper) AS within_one_paper,
    list(claim_id ORDER BY normal_value, paper_position, claim_position) AS claim_ids,
    list(paper_id ORDER BY normal_value, paper_position, claim_position) AS paper_ids,
    benchmark_key, metric_key, model_key
FROM disputed
JOIN disputes USING (benchmark_key, metric_key, model_key, setting_key, unit_key)
GROUP BY benchmark_key, metric_key, model_key, setting_key, unit_key;
COMMENT ON VIEW conflicts IS 'Where papers, or two sentences of one paper under the same conditions, print different exact scores for one model, benchmark, metric and comparable setting: by more than half of the last printed digit of the coarser one';
COMMENT ON COLUMN conflicts.benchmark IS 'Benchmark as the vocabulary shows it, else as first printed';
COMMENT ON COLUMN conflicts.metric IS 'Metric as the vocabulary shows it, else as first printed; null where the abstracts name none and none is presumed, which counts between papers only';
COMMENT ON COLUMN conflicts.model IS 'Model as the vocabulary shows it, else as first printed';
COMMENT ON COLUMN conflicts.unit IS 'Unit of the scores, as in leaderboard';
COMMENT ON COLUMN conflicts.lowest IS 'The lowest score, in unit';
COMMENT ON COLUMN conflicts.highest IS 'The highest score, in unit';
COMMENT ON COLUMN conflicts.spread IS 'The distance between them, in unit';
COMMENT ON COLUMN conflicts.value_count IS 'Number of different scores';
COMMENT ON COLUMN conflicts.paper_count IS 'Number of papers that they are from';
COMMENT ON COLUMN conflicts.within_one_paper IS 'Whether no two papers disagree, but one with itself';
COMMENT ON COLUMN conflicts.claim_ids IS 'The claims, from the lowest score to the highest';
COMMENT ON COLUMN conflicts.paper_ids IS 'The paper of each of these claims';
COMMENT ON COLUMN conflicts.metric_key IS 'What metrics are compared by; empty where the abstracts name none and none is presumed';
