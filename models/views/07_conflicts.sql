CREATE OR REPLACE VIEW conflicts AS
WITH scores AS (
    SELECT benchmark_key, metric_key, model_key, setting_key, normal_unit, normal_value, paper_id, claim_id,
        canonical_benchmark, canonical_metric, canonical_model, paper_position, claim_position,
        lower(trim(coalesce(setting, ''))) AS condition,
        value::VARCHAR AS digits,
        -- Half of the last printed digit, in the unit of normal_value.
        0.5 * abs(coalesce(normal_value / nullif(value, 0), 1)) * 10.0 ^ (
            coalesce(nullif(split_part(digits, 'e', 2), ''), '0')::INTEGER
            - length(regexp_replace(split_part(split_part(digits, 'e', 1), '.', 2), '^0$', ''))
        ) AS tolerance
    FROM claims
    WHERE kind = 'score' AND bound = 'exact' AND value_high IS NULL AND NOT list_contains(flags, 'misread')
        AND benchmark_key IS NOT NULL AND metric_key IS NOT NULL AND model_key IS NOT NULL
), disputed AS (
    SELECT * FROM scores
    SEMI JOIN (
        SELECT benchmark_key, metric_key, model_key, setting_key, normal_unit
        FROM scores
        GROUP BY ALL
        HAVING min(normal_value) <> max(normal_value)
    ) AS various ON various.benchmark_key = scores.benchmark_key AND various.metric_key = scores.metric_key
        AND various.model_key = scores.model_key AND various.setting_key = scores.setting_key
        AND various.normal_unit IS NOT DISTINCT FROM scores.normal_unit
), printed AS (
    -- Per paper and condition once: papers that repeat a number do not multiply the pairs to compare.
    SELECT benchmark_key, metric_key, model_key, setting_key, normal_unit, normal_value, tolerance,
        min(paper_id) AS paper_id, max(paper_id) AS other_paper_id, condition
    FROM disputed
    GROUP BY ALL
), pairs AS (
    SELECT one.benchmark_key, one.metric_key, one.model_key, one.setting_key, one.normal_unit,
        one.normal_value AS low, two.normal_value AS high,
        one.paper_id = one.other_paper_id AND one.paper_id = two.paper_id AND two.paper_id = two.other_paper_id
            AS within_one_paper
    FROM printed AS one
    JOIN printed AS two ON two.benchmark_key = one.benchmark_key AND two.metric_key = one.metric_key
        AND two.model_key = one.model_key AND two.setting_key = one.setting_key
        AND two.normal_unit IS NOT DISTINCT FROM one.normal_unit
    WHERE two.normal_value - one.normal_value > greatest(one.tolerance, two.tolerance) * (1 + 1e-9)
        AND (one.condition = two.condition OR NOT within_one_paper)
), disputes AS (
    SELECT benchmark_key, metric_key, model_key, setting_key, normal_unit, bool_and(within_one_paper) AS within_one_paper
    FROM pairs
    GROUP BY ALL
)
SELECT
    arg_min(scores.canonical_benchmark, (scores.paper_position, scores.claim_position)) AS benchmark,
    arg_min(scores.canonical_metric, (scores.paper_position, scores.claim_position)) AS metric,
    arg_min(scores.canonical_model, (scores.paper_position, scores.claim_position)) AS model,
    scores.setting_key,
    scores.normal_unit AS unit,
    min(scores.normal_value) AS lowest, max(scores.normal_value) AS highest, highest - lowest AS spread,
    count(DISTINCT scores.normal_value) AS value_count,
    count(DISTINCT scores.paper_id) AS paper_count,
    any_value(disputes.within_one_paper) AS within_one_paper,
    list(scores.claim_id ORDER BY scores.normal_value, scores.paper_position, scores.claim_position) AS claim_ids,
    list(scores.paper_id ORDER BY scores.normal_value, scores.paper_position, scores.claim_position) AS paper_ids,
    scores.benchmark_key, scores.metric_key, scores.model_key
FROM disputes
JOIN disputed AS scores ON scores.benchmark_key = disputes.benchmark_key AND scores.metric_key = disputes.metric_key
    AND scores.model_key = disputes.model_key AND scores.setting_key = disputes.setting_key
    AND scores.normal_unit IS NOT DISTINCT FROM disputes.normal_unit
GROUP BY scores.benchmark_key, scores.metric_key, scores.model_key, scores.setting_key, scores.normal_unit;
COMMENT ON VIEW conflicts IS 'Where papers, or one paper under the same conditions, print different exact scores for one model, benchmark, metric and comparable setting: by more than half of the last printed digit of the coarser one. Claims that name no metric are left out: nothing says that they measure the same';
COMMENT ON COLUMN conflicts.benchmark IS 'Benchmark as the vocabulary shows it, else as first printed';
COMMENT ON COLUMN conflicts.metric IS 'Metric as the vocabulary shows it, else as first printed';
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
