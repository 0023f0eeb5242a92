-- A row per shown claim, with all that follows from it.
DELETE FROM store.current_claims WHERE paper_id IN (SELECT paper_id FROM concerned);

INSERT INTO store.current_claims BY NAME
WITH compared AS (
    SELECT shown.* EXCLUDE (id, position),
        named.* EXCLUDE (id, paper_id, claim_id, kind, direction, model, model_known, model_generic),
        measured.* EXCLUDE (id),
        readings.title, readings.url, readings.published, readings.paper_position, readings.other_extractor,
        proposals.own_result,
        others.kind = shown.kind AS agrees_kind,
        -- A name that is not given is the empty text here, so that null stands for no claim at the number.
        coalesce(CASE WHEN NOT others.metric_assumed THEN others.metric_key END, '')
            = coalesce(CASE WHEN NOT named.metric_assumed THEN named.metric_key END, '') AS same_metric,
        coalesce(others.model_key, '') = coalesce(named.model_key, '') AS same_model,
        coalesce(others.benchmark_key, '') = coalesce(named.benchmark_key, '') AS same_benchmark,
        coalesce(others.direction, '') = coalesce(shown.direction, '') AS same_direction,
        coalesce(others.baseline_key, '') = coalesce(named.baseline_key, '') AS same_baseline,
        others.claim_id IS NOT NULL AS is_seconded,
        -- What only a person's verdict holds comes last.
        coalesce(shown.position, 1000000 + shown.number_start) AS claim_position
    FROM shown
    JOIN named USING (id)
    JOIN measured USING (id)
    JOIN readings ON readings.paper_id = shown.paper_id
    LEFT JOIN proposals ON proposals.paper_id = shown.paper_id AND proposals.model_key = named.model_key
    LEFT JOIN named AS others
        ON others.paper_id = shown.paper_id AND others.claim_id = shown.claim_id AND others.id IS NULL
), agreed AS (
    SELECT * EXCLUDE (same_metric, same_model, same_benchmark, same_direction, same_baseline, is_seconded),
        CASE WHEN is_seconded THEN same_metric END AS agrees_metric,
        CASE WHEN is_seconded THEN same_model END AS agrees_model,
        CASE WHEN is_seconded THEN same_benchmark END AS agrees_benchmark,
        CASE WHEN is_seconded THEN same_direction END AS agrees_direction,
        CASE WHEN is_seconded THEN same_baseline END AS agrees_baseline,
        CASE
            WHEN other_extractor IS NOT NULL
            THEN coalesce(is_seconded AND agrees_kind AND same_metric AND same_model AND same_benchmark, false)
        END AS agreement,
        kind = 'score' AND bound = 'exact' AND value_high IS NULL AND benchmark_key IS NOT NULL
            AND model_key IS NOT NULL AND verdict IS DISTINCT FROM 'reject' AND NOT list_contains(flags, 'misread')
            AS is_exact_score,
        coalesce(list_aggregate(list_sort(list_distinct([
            coalesce(
                map {'zero': '0', 'one': '1', 'two': '2', 'three': '3', 'four': '4', 'five': '5', 'six': '6',
                    'eight': '8', 'ten': '10'}[shots],
                shots
            ) || '-shot'
            FOR shots IN regexp_extract_all(
                lower(setting), '\b(zero|one|two|three|four|five|six|eight|ten|few|many|\d+)[- ]shots?\b', 1
            )
        ])), 'string_agg', ', '), '') AS setting_key
    FROM compared
)
SELECT claims.* EXCLUDE (flags, is_exact_score, one_of_several),
    -- Of several scores in one sentence often one only is this model's on this board, under these conditions. What a
    -- person said of a claim stands.
    CASE
        WHEN one_of_several AND claims.verdict IS NULL THEN list_append(claims.flags, 'several_values')
        ELSE claims.flags
    END AS flags,
    year(claims.published) AS published_year,
    CASE WHEN claims.verdict IN ('accept', 'correct') THEN 1 ELSE calibration.share END AS confidence,
    claims.number_start - claims.evidence_start AS quote_start,
    claims.number_end - claims.evidence_start AS quote_end
FROM (
    SELECT *,
        is_exact_score AND min(normal_value) OVER board < max(normal_value) OVER board AS one_of_several
    FROM agreed
    WINDOW board AS (
        PARTITION BY is_exact_score, paper_id, evidence_start, model_key, benchmark_key, metric_key, normal_unit,
            setting_key, lower(trim(coalesce(setting, '')))
    )
) AS claims
LEFT JOIN store.calibration ON calibration.extractor = claims.extractor
    AND calibration.agreement IS NOT DISTINCT FROM claims.agreement
    AND coalesce(claims.certainty, -1) >= calibration.certainty_from
    AND coalesce(claims.certainty, -1) < calibration.certainty_below
ORDER BY claims.paper_position, claim_position;
