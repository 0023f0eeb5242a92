CREATE OR REPLACE VIEW speedups AS
SELECT factor_family AS family, factor, factor_high, formula,
    nullif(regexp_extract(
        concat_ws(', ', setting, metric),
        '\b((?:NVIDIA |AMD |Intel |Apple )?(?:[ABHV]\d00s?|GB?200|A10G?|A40|A6000|L40S?|L4|T4|P100|[RG]TX[- ]?\d{4}(?:[- ]?Ti| SUPER)?|MI\d{3}[XA]?|TPU[- ]?v?\d?\w?|FPGAs?|ASICs?|Jetson(?:[- ]\w+)*|Raspberry Pi(?: \d)?|M\d(?: Max| Pro| Ultra)?|Xeon(?: \w+)?|Snapdragon(?: \w+)?|EPYC(?: \w+)?|[CGN]PUs?|smartphones?|iPhone(?: \w+)?))\b',
        1
    ), '') AS hardware,
    claims.* EXCLUDE (factor_family, factor, factor_high, formula)
FROM claims
WHERE factor IS NOT NULL;
COMMENT ON VIEW speedups IS 'What is said to be how many times faster, smaller or cheaper: a row per claim on speed, memory, energy, compute, size or cost that says a factor, whatever it was printed as';
COMMENT ON COLUMN speedups.family IS 'What became better: speed, memory, energy, compute, size or cost';
COMMENT ON COLUMN speedups.hardware IS 'The hardware that the setting or the metric names first; null where they name none';

CREATE OR REPLACE VIEW gains AS
SELECT
    CASE
        WHEN unit = 'points' OR basis = 'absolute' THEN 'points'
        WHEN unit = 'x' OR unit = 'orders of magnitude' OR kind = 'ratio' THEN 'multiple'
        WHEN unit = '%' AND basis = 'relative' THEN 'relative'
        WHEN unit = '%' THEN 'percent'
        ELSE 'difference'
    END AS counted_in,
    claims.*
FROM claims
WHERE kind <> 'score' AND metric_family = 'quality';
COMMENT ON VIEW gains IS 'How much better or worse something is than what it is compared with: the claims of kind delta and ratio on metrics of quality';
COMMENT ON COLUMN gains.counted_in IS 'points (of a percentage, or said so), relative (percent of the baseline, said so), percent (either of these: the abstract does not say), multiple (times or share of the baseline), or difference (in the unit of the metric)';
