-- The reading of the current text that is shown of each paper in `concerned`: the LLM's before the rules', a later one
-- before an earlier, a failed one last; and the best one by another extractor, by which its claims are seconded.
CREATE OR REPLACE TEMP TABLE readings AS
WITH readings AS (
    SELECT outcomes.paper_id, runs.extractor, outcomes.fingerprint, outcomes.status, outcomes.reason,
        outcomes.mention_count, outcomes.claim_count,
        row_number() OVER (
            PARTITION BY outcomes.paper_id
            ORDER BY outcomes.status = 'failed',
                CASE runs.extractor WHEN 'llm' THEN 1 WHEN 'rules' THEN 3 ELSE 2 END,
                outcomes.finished_at DESC, outcomes.fingerprint
        ) AS place
    FROM concerned
    JOIN store.papers ON papers.paper_id = concerned.paper_id
    JOIN store.outcomes ON outcomes.paper_id = papers.paper_id AND outcomes.text_hash = papers.text_hash
    JOIN store.runs ON runs.run_id = outcomes.run_id
)
SELECT best.* EXCLUDE (place),
    arg_min(other.extractor, other.place) AS other_extractor,
    arg_min(other.fingerprint, other.place) AS other_fingerprint
FROM readings AS best
LEFT JOIN readings AS other
    ON other.paper_id = best.paper_id AND other.extractor <> best.extractor AND other.status <> 'failed'
WHERE best.place = 1
GROUP BY ALL;
