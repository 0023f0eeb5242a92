-- Those of the current claims of the papers in `concerned` that leaderboards rank: few of all, so that a board is found
-- among few.
DELETE FROM store.current_scores WHERE paper_id IN (SELECT paper_id FROM concerned);

INSERT INTO store.current_scores BY NAME
SELECT paper_id, title, url, published, published_year, claim_id, value, value_high, unit, bound, setting, evidence,
    evidence_start, evidence_end, quote_start, quote_end, flags, confidence, extractor, verdict, own_result,
    canonical_benchmark, canonical_metric, canonical_model, metric_assumed,
    benchmark_key, coalesce(metric_key, '') AS metric_key, model_key, setting_key, benchmark_task, benchmark_area,
    normal_value, normal_high, normal_unit, metric_direction,
    CASE metric_direction WHEN 'lower' THEN normal_value ELSE -normal_value END AS place,
    paper_position, claim_position
FROM store.current_claims
SEMI JOIN concerned USING (paper_id)
WHERE kind = 'score' AND benchmark_key IS NOT NULL AND model_key IS NOT NULL
    AND NOT list_contains(flags, 'misread') AND verdict IS DISTINCT FROM 'reject';
