-- What is known of each paper in `concerned`: how the shown reading of its current text came out, and its claims, counted.
DELETE FROM store.current_papers WHERE paper_id IN (SELECT paper_id FROM concerned);

INSERT INTO store.current_papers BY NAME
WITH places AS (
    SELECT paper_id, list(location || ':' || line ORDER BY location, line) AS sources
    FROM store.sources
    SEMI JOIN concerned USING (paper_id)
    GROUP BY paper_id
), counted AS (
    SELECT paper_id,
        count(*) FILTER (kept) AS claim_count,
        count(*) FILTER (kept AND kind = 'score') AS score_count,
        count(*) FILTER (kept AND kind = 'delta') AS delta_count,
        count(*) FILTER (kept AND kind = 'ratio') AS ratio_count,
        count(*) FILTER (kept AND len(flags) > 0) AS flagged_count,
        count(*) FILTER (verdict IS NULL) AS unreviewed_count,
        count(*) FILTER (verdict = 'accept') AS accepted_count,
        count(*) FILTER (verdict = 'correct') AS corrected_count,
        count(*) FILTER (NOT kept) AS rejected_count,
        list_sort(list(DISTINCT canonical_benchmark) FILTER (kept AND canonical_benchmark IS NOT NULL)) AS benchmarks,
        list_sort(list(DISTINCT canonical_model) FILTER (kept AND canonical_model IS NOT NULL)) AS models,
        max(factor) FILTER (kept) AS best_factor
    FROM (SELECT *, verdict IS DISTINCT FROM 'reject' AS kept FROM store.current_claims)
    SEMI JOIN concerned USING (paper_id)
    GROUP BY paper_id
)
SELECT readings.paper_id, paper_position, text_hash, title, url, published, extractor, fingerprint, status, reason,
    mention_count, readings.claim_count AS read_count,
    places.sources,
    coalesce(counted.claim_count, 0) AS claim_count, coalesce(score_count, 0) AS score_count,
    coalesce(delta_count, 0) AS delta_count, coalesce(ratio_count, 0) AS ratio_count,
    coalesce(flagged_count, 0) AS flagged_count, coalesce(unreviewed_count, 0) AS unreviewed_count,
    coalesce(accepted_count, 0) AS accepted_count, coalesce(corrected_count, 0) AS corrected_count,
    coalesce(rejected_count, 0) AS rejected_count,
    benchmarks, models, best_factor
FROM readings
LEFT JOIN places ON places.paper_id = readings.paper_id
LEFT JOIN counted ON counted.paper_id = readings.paper_id
ORDER BY paper_position;
