-- Each paper in `concerned` with its current text, and the reading of it that is shown: the LLM's before the rules', a
-- later one before an earlier, a failed one last. The best one by another extractor is what its claims are seconded by.
CREATE OR REPLACE TEMP TABLE readings AS
WITH ranked AS (
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
), others AS (
    SELECT other.paper_id, arg_min(other.extractor, other.place) AS other_extractor,
        arg_min(other.fingerprint, other.place) AS other_fingerprint
    FROM ranked AS best
    JOIN ranked AS other ON other.paper_id = best.paper_id AND other.extractor <> best.extractor
    WHERE best.place = 1 AND other.status <> 'failed'
    GROUP BY other.paper_id
)
SELECT papers.paper_id, papers.position AS paper_position, papers.text_hash, texts.title, papers.url, papers.published,
    ranked.* EXCLUDE (paper_id, place), others.* EXCLUDE (paper_id)
FROM concerned
JOIN store.papers ON papers.paper_id = concerned.paper_id
JOIN store.texts ON texts.paper_id = papers.paper_id AND texts.text_hash = papers.text_hash
LEFT JOIN ranked ON ranked.paper_id = papers.paper_id AND ranked.place = 1
LEFT JOIN others ON others.paper_id = papers.paper_id;
