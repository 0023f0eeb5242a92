-- The whole schema, version 1. Tables keep what was printed and who read it; what people read are the views (views/).
-- A change here comes with the next number in store.meta below and a file migrations/NNNN_name.sql that brings an older
-- file to the same tables.
CREATE SCHEMA store;

CREATE TABLE store.meta (
    name VARCHAR PRIMARY KEY,
    value VARCHAR NOT NULL
);
COMMENT ON TABLE store.meta IS 'What claimboard knows about this file itself';
COMMENT ON COLUMN store.meta.name IS 'schema_version; schema_digest, views_digest, vocabulary_digest, calibration_digest and current_digest: which of each the file has';
COMMENT ON COLUMN store.meta.value IS 'Its value, as text';

CREATE TABLE store.papers (
    paper_id VARCHAR PRIMARY KEY,
    position BIGINT NOT NULL,
    text_hash VARCHAR NOT NULL,
    title_key VARCHAR NOT NULL,
    arxiv_id VARCHAR,
    doi VARCHAR,
    url VARCHAR,
    authors VARCHAR[],
    author_count INTEGER,
    published DATE,
    date_printed VARCHAR
);
COMMENT ON TABLE store.papers IS 'One row per paper, however many sources print it';
COMMENT ON COLUMN store.papers.paper_id IS 'As the first source gave it, else arXiv id, else DOI, else made from the title';
COMMENT ON COLUMN store.papers.position IS 'Order in which papers were first read, from 1';
COMMENT ON COLUMN store.papers.text_hash IS 'The current text (store.texts): the longest abstract that a source printed';
COMMENT ON COLUMN store.papers.title_key IS 'Hash of the letters and digits of the first title: equal for two spellings of one title';
COMMENT ON COLUMN store.papers.arxiv_id IS 'arXiv identifier without version, where a source gives one';
COMMENT ON COLUMN store.papers.doi IS 'DOI in lower case, where a source gives one; not the DOIs that arXiv makes from its ids';
COMMENT ON COLUMN store.papers.url IS 'Address as printed by the first source that has one';
COMMENT ON COLUMN store.papers.authors IS 'Author names, where a source has them';
COMMENT ON COLUMN store.papers.author_count IS 'Number of authors, where a source prints it';
COMMENT ON COLUMN store.papers.published IS 'Publication date, where a source has a full one';
COMMENT ON COLUMN store.papers.date_printed IS 'The date as a source prints it, such as Jan 22';

CREATE TABLE store.texts (
    paper_id VARCHAR NOT NULL,
    text_hash VARCHAR NOT NULL,
    title VARCHAR NOT NULL,
    abstract VARCHAR NOT NULL,
    PRIMARY KEY (paper_id, text_hash)
);
COMMENT ON TABLE store.texts IS 'Every text that was once the current one of its paper; character spans of claims count in it';
COMMENT ON COLUMN store.texts.paper_id IS 'The paper';
COMMENT ON COLUMN store.texts.text_hash IS 'Hash of title and abstract';
COMMENT ON COLUMN store.texts.title IS 'Title as printed';
COMMENT ON COLUMN store.texts.abstract IS 'Abstract as printed';

CREATE TABLE store.sources (
    paper_id VARCHAR NOT NULL,
    location VARCHAR NOT NULL,
    line BIGINT NOT NULL,
    given_id VARCHAR
);
COMMENT ON TABLE store.sources IS 'Every place where a paper was read, once each';
COMMENT ON COLUMN store.sources.paper_id IS 'The paper';
COMMENT ON COLUMN store.sources.location IS 'File path as found, or - for standard input';
COMMENT ON COLUMN store.sources.line IS 'Line (text) or row (tables) where the entry starts, from 1';
COMMENT ON COLUMN store.sources.given_id IS 'The identifier that this source gives the paper';

CREATE TABLE store.runs (
    run_id VARCHAR PRIMARY KEY,
    extractor VARCHAR NOT NULL,
    fingerprint VARCHAR NOT NULL,
    sources VARCHAR[] NOT NULL,
    started_at TIMESTAMP NOT NULL,
    finished_at TIMESTAMP,
    forced BOOLEAN NOT NULL,
    status VARCHAR NOT NULL,
    reason VARCHAR,
    parameters VARCHAR,
    paper_count BIGINT NOT NULL DEFAULT 0,
    skipped_count BIGINT NOT NULL DEFAULT 0,
    failed_count BIGINT NOT NULL DEFAULT 0,
    calls BIGINT,
    tokens_in BIGINT,
    tokens_cached BIGINT,
    tokens_out BIGINT,
    seconds DOUBLE,
    cost_usd DOUBLE
);
COMMENT ON TABLE store.runs IS 'One row per extraction run. What it counts includes papers that were read again since, so that it is all that was ever paid';
COMMENT ON COLUMN store.runs.run_id IS 'Names the run';
COMMENT ON COLUMN store.runs.extractor IS 'rules or llm';
COMMENT ON COLUMN store.runs.fingerprint IS 'Names extractor, version and parameters';
COMMENT ON COLUMN store.runs.sources IS 'Locations as given to the run';
COMMENT ON COLUMN store.runs.started_at IS 'UTC';
COMMENT ON COLUMN store.runs.finished_at IS 'UTC; null while the run goes on, or after it was killed';
COMMENT ON COLUMN store.runs.forced IS 'Whether it reads also what was read before';
COMMENT ON COLUMN store.runs.status IS 'running, finished, interrupted, stopped (by a budget) or failed';
COMMENT ON COLUMN store.runs.reason IS 'Why it was interrupted, stopped or failed';
COMMENT ON COLUMN store.runs.parameters IS 'How the extractor was set and the model asked, as JSON, never with a key; null for one that has no settings';
COMMENT ON COLUMN store.runs.paper_count IS 'Papers that it read, skipped and failed ones included';
COMMENT ON COLUMN store.runs.skipped_count IS 'Those without a number, or none that may be a claim: they need no call';
COMMENT ON COLUMN store.runs.failed_count IS 'Those that failed';
COMMENT ON COLUMN store.runs.calls IS 'Requests to a model server, repeated ones included; null where none was needed';
COMMENT ON COLUMN store.runs.tokens_in IS 'Prompt tokens, cached ones included';
COMMENT ON COLUMN store.runs.tokens_cached IS 'Prompt tokens that the server had cached';
COMMENT ON COLUMN store.runs.tokens_out IS 'Completion tokens';
COMMENT ON COLUMN store.runs.seconds IS 'Of all papers together, each from its first request to its last reply';
COMMENT ON COLUMN store.runs.cost_usd IS 'US dollars by the table of prices; null where the price is not known';

CREATE TABLE store.worklist (
    run_id VARCHAR NOT NULL,
    paper_id VARCHAR NOT NULL,
    position BIGINT NOT NULL,
    pending BOOLEAN NOT NULL
);
COMMENT ON TABLE store.worklist IS 'The papers of each run that is not finished, once each';
COMMENT ON COLUMN store.worklist.run_id IS 'The run';
COMMENT ON COLUMN store.worklist.paper_id IS 'The paper';
COMMENT ON COLUMN store.worklist.position IS 'Place of the paper among all, as in store.papers: the order of reading';
COMMENT ON COLUMN store.worklist.pending IS 'Whether the run has still to read it';

CREATE TABLE store.outcomes (
    paper_id VARCHAR NOT NULL,
    fingerprint VARCHAR NOT NULL,
    text_hash VARCHAR NOT NULL,
    run_id VARCHAR NOT NULL,
    status VARCHAR NOT NULL,
    reason VARCHAR,
    mention_count INTEGER NOT NULL,
    claim_count INTEGER NOT NULL,
    finished_at TIMESTAMP NOT NULL,
    calls INTEGER,
    tokens_in BIGINT,
    tokens_cached BIGINT,
    tokens_out BIGINT,
    seconds DOUBLE,
    cost_usd DOUBLE,
    PRIMARY KEY (paper_id, fingerprint)
);
COMMENT ON TABLE store.outcomes IS 'How each paper came out of its latest reading by each extractor';
COMMENT ON COLUMN store.outcomes.paper_id IS 'The paper';
COMMENT ON COLUMN store.outcomes.fingerprint IS 'Names extractor, version and parameters';
COMMENT ON COLUMN store.outcomes.text_hash IS 'The text that was read';
COMMENT ON COLUMN store.outcomes.run_id IS 'The run that read it';
COMMENT ON COLUMN store.outcomes.status IS 'done, failed, or skipped: no number in the abstract, or none that may be a claim, so no call';
COMMENT ON COLUMN store.outcomes.reason IS 'Why it failed';
COMMENT ON COLUMN store.outcomes.mention_count IS 'Numbers found in the abstract';
COMMENT ON COLUMN store.outcomes.claim_count IS 'Claims found among them';
COMMENT ON COLUMN store.outcomes.finished_at IS 'UTC, when it was stored';
COMMENT ON COLUMN store.outcomes.calls IS 'Requests to a model server, repeated ones included; null where none was needed';
COMMENT ON COLUMN store.outcomes.tokens_in IS 'Prompt tokens, cached ones included';
COMMENT ON COLUMN store.outcomes.tokens_cached IS 'Prompt tokens that the server had cached';
COMMENT ON COLUMN store.outcomes.tokens_out IS 'Completion tokens';
COMMENT ON COLUMN store.outcomes.seconds IS 'From the first request to the last reply';
COMMENT ON COLUMN store.outcomes.cost_usd IS 'US dollars by the table of prices; null where the price is not known';

-- Replies of every run are kept, so that two runs can be compared; (paper_id, fingerprint, run_id, position) is the key.
CREATE TABLE store.replies (
    paper_id VARCHAR NOT NULL,
    fingerprint VARCHAR NOT NULL,
    run_id VARCHAR NOT NULL,
    position INTEGER NOT NULL,
    reply VARCHAR NOT NULL
);
COMMENT ON TABLE store.replies IS 'What model servers replied, in runs that were told to keep it';
COMMENT ON COLUMN store.replies.paper_id IS 'The paper that was asked about';
COMMENT ON COLUMN store.replies.fingerprint IS 'Names extractor, version and parameters';
COMMENT ON COLUMN store.replies.run_id IS 'The run that asked';
COMMENT ON COLUMN store.replies.position IS 'Order of the replies about one paper, from 0; an unusable one is followed by the next attempt';
COMMENT ON COLUMN store.replies.reply IS 'The reply as the server gave it, as JSON';

-- (paper_id, fingerprint, claim_id) is the key. No index keeps it: an outcome replaces its claims as a whole, and an index
-- over three strings would be larger than the claims.
CREATE TABLE store.claims (
    paper_id VARCHAR NOT NULL,
    fingerprint VARCHAR NOT NULL,
    claim_id VARCHAR NOT NULL,
    position INTEGER NOT NULL,
    value DOUBLE NOT NULL,
    value_high DOUBLE,
    unit VARCHAR,
    kind VARCHAR NOT NULL,
    bound VARCHAR NOT NULL,
    direction VARCHAR,
    basis VARCHAR,
    metric VARCHAR,
    model VARCHAR,
    benchmark VARCHAR,
    baseline VARCHAR,
    setting VARCHAR,
    evidence VARCHAR NOT NULL,
    evidence_start INTEGER NOT NULL,
    evidence_end INTEGER NOT NULL,
    number_start INTEGER NOT NULL,
    number_end INTEGER NOT NULL,
    certainty DOUBLE,
    flags VARCHAR[] NOT NULL
);
COMMENT ON TABLE store.claims IS 'Every claim of every outcome, exactly as the extractor gave it';
COMMENT ON COLUMN store.claims.paper_id IS 'The paper';
COMMENT ON COLUMN store.claims.fingerprint IS 'Names extractor, version and parameters';
COMMENT ON COLUMN store.claims.claim_id IS 'The same paper, text and number give the same id in every run';
COMMENT ON COLUMN store.claims.position IS 'Order of the claims of one outcome, from 0';
COMMENT ON COLUMN store.claims.value IS 'The number as printed (84 for 84%); the lower end of a range';
COMMENT ON COLUMN store.claims.value_high IS 'The upper end, where a range is printed';
COMMENT ON COLUMN store.claims.unit IS '%, points, x, orders of magnitude, a physical unit as printed, or null for a bare number';
COMMENT ON COLUMN store.claims.kind IS 'score (a level), delta (a change or gap) or ratio (a multiple or share)';
COMMENT ON COLUMN store.claims.bound IS 'exact, up_to, at_least or approx';
COMMENT ON COLUMN store.claims.direction IS 'Which way the metric moves: increase or decrease; null for a score';
COMMENT ON COLUMN store.claims.basis IS 'absolute or relative, only where the text says so';
COMMENT ON COLUMN store.claims.metric IS 'What is measured, in the words of the abstract';
COMMENT ON COLUMN store.claims.model IS 'The method, model or system the number belongs to';
COMMENT ON COLUMN store.claims.benchmark IS 'Named benchmark or dataset; several are joined with a comma';
COMMENT ON COLUMN store.claims.baseline IS 'What a delta or ratio is against';
COMMENT ON COLUMN store.claims.setting IS 'Conditions that tell this number from its neighbours';
COMMENT ON COLUMN store.claims.evidence IS 'Verbatim run of the abstract that makes the claim readable alone';
COMMENT ON COLUMN store.claims.evidence_start IS 'First character of the evidence in the abstract, from 0';
COMMENT ON COLUMN store.claims.evidence_end IS 'One past its last character';
COMMENT ON COLUMN store.claims.number_start IS 'First character of the number in the abstract, from 0';
COMMENT ON COLUMN store.claims.number_end IS 'One past its last character';
COMMENT ON COLUMN store.claims.certainty IS 'The extractor''s own estimate, 0 to 1, that kind, unit, metric, model and benchmark are all right; null where it gives none';
COMMENT ON COLUMN store.claims.flags IS 'Why the claim deserves a second look, such as ungrounded_model or misread';

-- (kind, printed) is the key, and (kind, form) that of store.aliases; no index keeps them: each is written as a set.
CREATE TABLE store.names (
    kind VARCHAR NOT NULL,
    printed VARCHAR NOT NULL,
    form VARCHAR NOT NULL,
    key VARCHAR NOT NULL,
    name VARCHAR,
    family VARCHAR,
    direction VARCHAR,
    scale VARCHAR,
    measures VARCHAR,
    generic BOOLEAN NOT NULL,
    task VARCHAR,
    area VARCHAR
);
COMMENT ON TABLE store.names IS 'Every name that a claim prints or that a person wrote, and what it is known to be a name of';
COMMENT ON COLUMN store.names.kind IS 'benchmark, metric or model';
COMMENT ON COLUMN store.names.printed IS 'The name as printed';
COMMENT ON COLUMN store.names.form IS 'Without mark-up, case, spacing, hyphens, plural';
COMMENT ON COLUMN store.names.key IS 'What it is compared by: that of store.current_aliases, the form itself where none knows it';
COMMENT ON COLUMN store.names.name IS 'The name to show; null where none is known, so that it is shown as printed';
COMMENT ON COLUMN store.names.family IS 'Of a metric: what it is about by the vocabulary, else by its words, as in store.metrics; null where neither says';
COMMENT ON COLUMN store.names.direction IS 'Of a metric: which values are better by these, higher or lower';
COMMENT ON COLUMN store.names.scale IS 'Of a metric: percent, fraction or unit by these';
COMMENT ON COLUMN store.names.measures IS 'Of a metric: level, ratio, saving or overhead by these';
COMMENT ON COLUMN store.names.generic IS 'Of a model: whether it names one within its paper only, such as baseline or our method';
COMMENT ON COLUMN store.names.task IS 'Of a benchmark of the vocabulary: what a system is asked to do on it';
COMMENT ON COLUMN store.names.area IS 'Of a benchmark of the vocabulary: the part of the field';

CREATE TABLE store.aliases (
    kind VARCHAR NOT NULL,
    form VARCHAR NOT NULL,
    key VARCHAR NOT NULL,
    name VARCHAR NOT NULL
);
COMMENT ON TABLE store.aliases IS 'The vocabulary: what is known under several names';
COMMENT ON COLUMN store.aliases.kind IS 'benchmark, metric or model';
COMMENT ON COLUMN store.aliases.form IS 'Normal form of one of its names';
COMMENT ON COLUMN store.aliases.key IS 'Normal form of the name to show';
COMMENT ON COLUMN store.aliases.name IS 'The name to show';

CREATE TABLE store.user_aliases (
    kind VARCHAR NOT NULL,
    form VARCHAR NOT NULL,
    printed VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    added_at TIMESTAMP NOT NULL,
    added_by VARCHAR,
    PRIMARY KEY (kind, form)
);
COMMENT ON TABLE store.user_aliases IS 'What the user says is a name of what; it wins over the vocabulary';
COMMENT ON COLUMN store.user_aliases.kind IS 'benchmark, metric or model';
COMMENT ON COLUMN store.user_aliases.form IS 'Normal form of the printed name';
COMMENT ON COLUMN store.user_aliases.printed IS 'The printed name, as the user wrote it';
COMMENT ON COLUMN store.user_aliases.name IS 'What it is a name of: the name to show';
COMMENT ON COLUMN store.user_aliases.added_at IS 'UTC';
COMMENT ON COLUMN store.user_aliases.added_by IS 'Who said so, where known';

-- Only ever added to: the newest verdict on a claim counts, and who changed their mind stays visible.
CREATE TABLE store.verdicts (
    paper_id VARCHAR NOT NULL,
    claim_id VARCHAR NOT NULL,
    text_hash VARCHAR NOT NULL,
    verdict VARCHAR NOT NULL,
    value DOUBLE NOT NULL,
    value_high DOUBLE,
    unit VARCHAR,
    kind VARCHAR NOT NULL,
    bound VARCHAR NOT NULL,
    direction VARCHAR,
    basis VARCHAR,
    metric VARCHAR,
    model VARCHAR,
    benchmark VARCHAR,
    baseline VARCHAR,
    setting VARCHAR,
    evidence VARCHAR NOT NULL,
    evidence_start INTEGER NOT NULL,
    evidence_end INTEGER NOT NULL,
    number_start INTEGER NOT NULL,
    number_end INTEGER NOT NULL,
    corrects VARCHAR,
    extractor VARCHAR NOT NULL,
    fingerprint VARCHAR NOT NULL,
    note VARCHAR,
    reviewer VARCHAR,
    decided_at TIMESTAMP NOT NULL
);
COMMENT ON TABLE store.verdicts IS 'What people said of claims, each with the claim as they left it, so that it outlives every new reading of the same text';
COMMENT ON COLUMN store.verdicts.paper_id IS 'The paper';
COMMENT ON COLUMN store.verdicts.claim_id IS 'The claim: the same for the same number of the same text, whoever read it';
COMMENT ON COLUMN store.verdicts.text_hash IS 'The text that it was read from; over another text the verdict says nothing';
COMMENT ON COLUMN store.verdicts.verdict IS 'accept, reject, correct (the fields beside it are the corrected ones), or withdraw: no verdict any more';
COMMENT ON COLUMN store.verdicts.value IS 'As in store.claims, corrected where the verdict is correct';
COMMENT ON COLUMN store.verdicts.value_high IS 'As in store.claims, corrected';
COMMENT ON COLUMN store.verdicts.unit IS 'As in store.claims, corrected';
COMMENT ON COLUMN store.verdicts.kind IS 'As in store.claims, corrected';
COMMENT ON COLUMN store.verdicts.bound IS 'As in store.claims, corrected';
COMMENT ON COLUMN store.verdicts.direction IS 'As in store.claims, corrected';
COMMENT ON COLUMN store.verdicts.basis IS 'As in store.claims, corrected';
COMMENT ON COLUMN store.verdicts.metric IS 'As in store.claims, corrected';
COMMENT ON COLUMN store.verdicts.model IS 'As in store.claims, corrected';
COMMENT ON COLUMN store.verdicts.benchmark IS 'As in store.claims, corrected';
COMMENT ON COLUMN store.verdicts.baseline IS 'As in store.claims, corrected';
COMMENT ON COLUMN store.verdicts.setting IS 'As in store.claims, corrected';
COMMENT ON COLUMN store.verdicts.evidence IS 'As in store.claims';
COMMENT ON COLUMN store.verdicts.evidence_start IS 'As in store.claims';
COMMENT ON COLUMN store.verdicts.evidence_end IS 'As in store.claims';
COMMENT ON COLUMN store.verdicts.number_start IS 'As in store.claims';
COMMENT ON COLUMN store.verdicts.number_end IS 'As in store.claims';
COMMENT ON COLUMN store.verdicts.corrects IS 'The fields that it corrects, each with what the extractor had, as a JSON object; null for another verdict';
COMMENT ON COLUMN store.verdicts.extractor IS 'Whose claim was looked at: llm or rules';
COMMENT ON COLUMN store.verdicts.fingerprint IS 'Names extractor, version and parameters';
COMMENT ON COLUMN store.verdicts.note IS 'What the reviewer wrote beside it';
COMMENT ON COLUMN store.verdicts.reviewer IS 'Who decided, where known';
COMMENT ON COLUMN store.verdicts.decided_at IS 'UTC';

CREATE TABLE store.metrics (
    metric_key VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    family VARCHAR NOT NULL,
    direction VARCHAR NOT NULL,
    scale VARCHAR NOT NULL,
    measures VARCHAR NOT NULL
);
COMMENT ON TABLE store.metrics IS 'The metrics of the vocabulary, and how two values of one compare';
COMMENT ON COLUMN store.metrics.metric_key IS 'Normal form of the name to show';
COMMENT ON COLUMN store.metrics.name IS 'The name to show';
COMMENT ON COLUMN store.metrics.family IS 'quality, speed, memory, energy, compute, size or cost';
COMMENT ON COLUMN store.metrics.direction IS 'Which values are better: higher or lower';
COMMENT ON COLUMN store.metrics.scale IS 'percent (0..1 and 0..100% are one scale), fraction (-1..1) or unit (units of its own)';
COMMENT ON COLUMN store.metrics.measures IS 'level (accuracy, latency), ratio (speedup: a multiple itself), saving (memory savings: the share that is gone) or overhead (the share that is added)';

CREATE TABLE store.benchmarks (
    benchmark_key VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    metric_key VARCHAR,
    task VARCHAR NOT NULL,
    area VARCHAR NOT NULL
);
COMMENT ON TABLE store.benchmarks IS 'The benchmarks of the vocabulary, and what they are about';
COMMENT ON COLUMN store.benchmarks.benchmark_key IS 'Normal form of the name to show';
COMMENT ON COLUMN store.benchmarks.name IS 'The name to show';
COMMENT ON COLUMN store.benchmarks.metric_key IS 'The metric of a score on it that names none, where the field reports nothing else; null where it does';
COMMENT ON COLUMN store.benchmarks.task IS 'What a system is asked to do on it, such as Question answering';
COMMENT ON COLUMN store.benchmarks.area IS 'The part of the field, such as Computer Vision';

CREATE TABLE store.models (
    model_key VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    organisation VARCHAR
);
COMMENT ON TABLE store.models IS 'The models of the vocabulary, and who published them';
COMMENT ON COLUMN store.models.model_key IS 'Normal form of the name to show';
COMMENT ON COLUMN store.models.name IS 'The name to show';
COMMENT ON COLUMN store.models.organisation IS 'Who published it, where that is one name';

CREATE TABLE store.words_after_numbers (
    word VARCHAR NOT NULL,
    family VARCHAR NOT NULL,
    direction VARCHAR NOT NULL,
    measures VARCHAR NOT NULL
);
COMMENT ON TABLE store.words_after_numbers IS 'Words that, right after a number, say what it is whatever metric is named: "5x faster"';
COMMENT ON COLUMN store.words_after_numbers.word IS 'As printed, in lower case';
COMMENT ON COLUMN store.words_after_numbers.family IS 'What it is about, as in store.metrics';
COMMENT ON COLUMN store.words_after_numbers.direction IS 'Whether more of it is better: higher or lower';
COMMENT ON COLUMN store.words_after_numbers.measures IS 'ratio, saving or overhead, as in store.metrics';

CREATE TABLE store.units (
    unit VARCHAR NOT NULL,
    factor DOUBLE NOT NULL,
    si_unit VARCHAR NOT NULL
);
COMMENT ON TABLE store.units IS 'Printed units that are multiples of one unit';
COMMENT ON COLUMN store.units.unit IS 'As claims print it, such as ms';
COMMENT ON COLUMN store.units.factor IS 'How many of si_unit it is, such as 0.001';
COMMENT ON COLUMN store.units.si_unit IS 'The unit to compare in, such as s';

-- (extractor, agreement, certainty_from) is the key; no index keeps it: it is written as a whole.
CREATE TABLE store.calibration (
    extractor VARCHAR NOT NULL,
    agreement BOOLEAN,
    certainty_from DOUBLE NOT NULL,
    certainty_below DOUBLE NOT NULL,
    share DOUBLE NOT NULL,
    claims INTEGER NOT NULL
);
COMMENT ON TABLE store.calibration IS 'How often claims turned out right on labelled abstracts: what view claims takes its confidence from';
COMMENT ON COLUMN store.calibration.extractor IS 'Who read them: llm or rules';
COMMENT ON COLUMN store.calibration.agreement IS 'As in view claims: whether the other extractor agrees; null where none read the text';
COMMENT ON COLUMN store.calibration.certainty_from IS 'Lowest certainty of the extractor that the row is for; -1 stands for none given';
COMMENT ON COLUMN store.calibration.certainty_below IS 'All certainties of the row are lower';
COMMENT ON COLUMN store.calibration.share IS 'Share of such claims, 0 to 1, whose kind, unit, metric, model and benchmark are all right';
COMMENT ON COLUMN store.calibration.claims IS 'Labelled claims that it was measured on; 0 where it is a guess';

-- What follows from the tables above, kept so that views need not find it out each time. models/current/ says how, and
-- keeps them in step with what they are made of. No index: rows of a paper are replaced as a set.
CREATE TABLE store.current_aliases (
    kind VARCHAR NOT NULL,
    form VARCHAR NOT NULL,
    key VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    by_user BOOLEAN NOT NULL
);
COMMENT ON TABLE store.current_aliases IS 'Derived: what is known under several names, by the vocabulary and, before it, by aliases of the user''s';
COMMENT ON COLUMN store.current_aliases.kind IS 'benchmark, metric or model';
COMMENT ON COLUMN store.current_aliases.form IS 'Normal form of one of its names';
COMMENT ON COLUMN store.current_aliases.key IS 'What it is compared by';
COMMENT ON COLUMN store.current_aliases.name IS 'The name to show';
COMMENT ON COLUMN store.current_aliases.by_user IS 'Whether an alias of the user''s decides';

CREATE TABLE store.current_claims (
    paper_id VARCHAR NOT NULL,
    title VARCHAR NOT NULL,
    url VARCHAR,
    published DATE,
    published_year INTEGER,
    claim_id VARCHAR NOT NULL,
    value DOUBLE NOT NULL,
    value_high DOUBLE,
    unit VARCHAR,
    kind VARCHAR NOT NULL,
    bound VARCHAR NOT NULL,
    direction VARCHAR,
    basis VARCHAR,
    metric VARCHAR,
    model VARCHAR,
    benchmark VARCHAR,
    baseline VARCHAR,
    setting VARCHAR,
    evidence VARCHAR NOT NULL,
    flags VARCHAR[] NOT NULL,
    confidence DOUBLE,
    certainty DOUBLE,
    agreement BOOLEAN,
    extractor VARCHAR NOT NULL,
    fingerprint VARCHAR NOT NULL,
    number_start INTEGER NOT NULL,
    number_end INTEGER NOT NULL,
    evidence_start INTEGER NOT NULL,
    evidence_end INTEGER NOT NULL,
    quote_start INTEGER NOT NULL,
    quote_end INTEGER NOT NULL,
    canonical_metric VARCHAR,
    canonical_model VARCHAR,
    canonical_benchmark VARCHAR,
    canonical_baseline VARCHAR,
    metric_assumed BOOLEAN NOT NULL,
    metric_key VARCHAR,
    model_key VARCHAR,
    benchmark_key VARCHAR,
    baseline_key VARCHAR,
    setting_key VARCHAR NOT NULL,
    metric_family VARCHAR,
    metric_direction VARCHAR,
    metric_scale VARCHAR,
    metric_measures VARCHAR,
    benchmark_task VARCHAR,
    benchmark_area VARCHAR,
    normal_value DOUBLE,
    normal_high DOUBLE,
    normal_unit VARCHAR,
    factor DOUBLE,
    factor_high DOUBLE,
    factor_family VARCHAR,
    formula VARCHAR,
    improves BOOLEAN,
    own_result BOOLEAN,
    verdict VARCHAR,
    reviewer VARCHAR,
    reviewed_at TIMESTAMP,
    note VARCHAR,
    other_extractor VARCHAR,
    agrees_kind BOOLEAN,
    agrees_metric BOOLEAN,
    agrees_model BOOLEAN,
    agrees_benchmark BOOLEAN,
    agrees_direction BOOLEAN,
    agrees_baseline BOOLEAN,
    paper_position BIGINT NOT NULL,
    claim_position INTEGER NOT NULL
);
COMMENT ON TABLE store.current_claims IS 'Derived, and kept so that views answer at once: a row per claim of the current reading of each paper, and per claim that a person gave a verdict on, with all that follows from it. Views that take a column over keep its description';
COMMENT ON COLUMN store.current_claims.paper_id IS 'The paper that makes the claim';
COMMENT ON COLUMN store.current_claims.title IS 'Its title';
COMMENT ON COLUMN store.current_claims.url IS 'Its address as printed';
COMMENT ON COLUMN store.current_claims.published IS 'Its publication date, where known';
COMMENT ON COLUMN store.current_claims.published_year IS 'The year of it';
COMMENT ON COLUMN store.current_claims.claim_id IS 'The same paper, text and number give the same id in every run';
COMMENT ON COLUMN store.current_claims.value IS 'The number as printed (84 for 84%); the lower end of a range';
COMMENT ON COLUMN store.current_claims.value_high IS 'The upper end, where a range is printed';
COMMENT ON COLUMN store.current_claims.unit IS '%, points, x, orders of magnitude, a physical unit as printed, or null for a bare number';
COMMENT ON COLUMN store.current_claims.kind IS 'score (a level), delta (a change or gap) or ratio (a multiple or share)';
COMMENT ON COLUMN store.current_claims.bound IS 'exact, up_to, at_least or approx';
COMMENT ON COLUMN store.current_claims.direction IS 'Which way the metric moves: increase or decrease; null for a score';
COMMENT ON COLUMN store.current_claims.basis IS 'absolute or relative, only where the text says so';
COMMENT ON COLUMN store.current_claims.metric IS 'What is measured, in the words of the abstract';
COMMENT ON COLUMN store.current_claims.model IS 'The method, model or system the number belongs to';
COMMENT ON COLUMN store.current_claims.benchmark IS 'Named benchmark or dataset; several are joined with a comma';
COMMENT ON COLUMN store.current_claims.baseline IS 'What a delta or ratio is against';
COMMENT ON COLUMN store.current_claims.setting IS 'Conditions that tell this number from its neighbours';
COMMENT ON COLUMN store.current_claims.evidence IS 'Verbatim run of the abstract that makes the claim readable alone';
COMMENT ON COLUMN store.current_claims.flags IS 'Why the claim deserves a second look, such as ungrounded_model or misread; several_values where one sentence gives its model several exact scores under one metric, benchmark and setting, of which often one only is its own; empty where nothing is amiss, or where a person accepted or corrected it';
COMMENT ON COLUMN store.current_claims.confidence IS 'How sure to be, 0 to 1: how often claims of this extractor, certainty and agreement were right on labelled abstracts (store.calibration) in kind, unit, metric, model and benchmark; 1 where a person accepted or corrected it, null for an extractor that was never measured';
COMMENT ON COLUMN store.current_claims.certainty IS 'The extractor''s own estimate, 0 to 1, that these five are all right; null where it gives none';
COMMENT ON COLUMN store.current_claims.agreement IS 'Whether another extractor makes the same claim of this number: same kind, metric, model and benchmark; false also where it holds the number to be no claim, null where no other finished the text';
COMMENT ON COLUMN store.current_claims.extractor IS 'Who read it: llm or rules; of a claim with a verdict, whose claim was looked at';
COMMENT ON COLUMN store.current_claims.fingerprint IS 'Names extractor, version and parameters';
COMMENT ON COLUMN store.current_claims.number_start IS 'First character of the number in the abstract, from 0';
COMMENT ON COLUMN store.current_claims.number_end IS 'One past its last character';
COMMENT ON COLUMN store.current_claims.evidence_start IS 'First character of the evidence in the abstract, from 0';
COMMENT ON COLUMN store.current_claims.evidence_end IS 'One past its last character';
COMMENT ON COLUMN store.current_claims.quote_start IS 'First character of the number in the evidence, from 0';
COMMENT ON COLUMN store.current_claims.quote_end IS 'One past its last character';
COMMENT ON COLUMN store.current_claims.canonical_metric IS 'The metric under the name that the vocabulary, or an alias of the user''s, shows; as printed where neither knows it; that of the benchmark where metric_assumed';
COMMENT ON COLUMN store.current_claims.canonical_model IS 'The model under the name that the vocabulary, or an alias of the user''s, shows; as printed where neither knows it';
COMMENT ON COLUMN store.current_claims.canonical_benchmark IS 'The benchmark under the name that the vocabulary, or an alias of the user''s, shows; as printed where neither knows it';
COMMENT ON COLUMN store.current_claims.canonical_baseline IS 'The baseline under the name that the vocabulary, or an alias of the user''s, shows for a model; as printed where neither knows it';
COMMENT ON COLUMN store.current_claims.metric_assumed IS 'Whether the abstract names no metric, and the score is compared under the only one that is reported on its benchmark';
COMMENT ON COLUMN store.current_claims.metric_key IS 'What metrics are compared by: equal for all spellings and known names of one';
COMMENT ON COLUMN store.current_claims.model_key IS 'What models are compared by; of one that is named within its paper only, such as baseline, with the paper';
COMMENT ON COLUMN store.current_claims.benchmark_key IS 'What benchmarks are compared by';
COMMENT ON COLUMN store.current_claims.baseline_key IS 'What baselines are compared by, as models are';
COMMENT ON COLUMN store.current_claims.setting_key IS 'What of the setting tells scores apart that are otherwise comparable: the number of examples shown, as 0-shot or few-shot; empty where it says none';
COMMENT ON COLUMN store.current_claims.metric_family IS 'What the metric is about: quality, speed, memory, energy, compute, size or cost; by the vocabulary, else by the words of the metric, null where these say nothing';
COMMENT ON COLUMN store.current_claims.metric_direction IS 'Which values are better: higher or lower; null where neither vocabulary nor words say';
COMMENT ON COLUMN store.current_claims.metric_scale IS 'percent (0..1 and 0..100% are one scale), fraction (-1..1) or unit (units of its own); null where unknown';
COMMENT ON COLUMN store.current_claims.metric_measures IS 'level (accuracy, latency), ratio (speedup: a multiple itself), saving (memory savings: the share that is gone) or overhead (the share that is added); null where unknown';
COMMENT ON COLUMN store.current_claims.benchmark_task IS 'What a system is asked to do on the benchmark; null for one that the vocabulary does not know';
COMMENT ON COLUMN store.current_claims.benchmark_area IS 'The part of the field that the benchmark belongs to';
COMMENT ON COLUMN store.current_claims.normal_value IS 'The number in normal_unit: percentages and fractions of one metric on one scale, physical units in SI units, orders of magnitude as a multiple';
COMMENT ON COLUMN store.current_claims.normal_high IS 'The upper end, where a range is printed';
COMMENT ON COLUMN store.current_claims.normal_unit IS 'Unit of normal_value: %, x, points, an SI unit (s, B, J, W, Hz, FLOP ...), the unit as printed where it is none of these, null for a bare number';
COMMENT ON COLUMN store.current_claims.factor IS 'How many times better the claim says that something is, of the families speed, memory, energy, compute, size and cost: above 1 is better whatever was printed, below 1 is worse; formula says how it comes from value. The smaller end of a range';
COMMENT ON COLUMN store.current_claims.factor_high IS 'The greater end of a range';
COMMENT ON COLUMN store.current_claims.factor_family IS 'What is so many times better: the family of the metric, or speed or cost where the word after the number says so ("5x faster"); null without factor';
COMMENT ON COLUMN store.current_claims.formula IS 'How factor comes from v, the number as printed: v (times), 10^v (orders of magnitude), v/100 (percent of), 1+v/100 (percent more), 1-v/100 (percent less), or 1/(one of these) where less is better or the number says how much less it is; null without factor';
COMMENT ON COLUMN store.current_claims.improves IS 'Whether the claim says better (true) or worse (false) than what it is against, by the direction of its metric; null where unknown, and for a level';
COMMENT ON COLUMN store.current_claims.own_result IS 'Whether it is a result of the paper''s own proposal: a model that opens the title before a colon; or that stands in it, has a capital or digit and is not in the vocabulary; or, where the title names none, that has most claims of the paper and is not in the vocabulary. False for other models of a paper whose proposal is known so, null where it is not, or where the claim names no model';
COMMENT ON COLUMN store.current_claims.verdict IS 'What a person said of the claim: accept, correct, reject; null where none did';
COMMENT ON COLUMN store.current_claims.reviewer IS 'Who said so, where known';
COMMENT ON COLUMN store.current_claims.reviewed_at IS 'UTC, when';
COMMENT ON COLUMN store.current_claims.note IS 'What the reviewer wrote beside it';
COMMENT ON COLUMN store.current_claims.other_extractor IS 'Another extractor that finished the same text; null where none did';
COMMENT ON COLUMN store.current_claims.agrees_kind IS 'Whether its claim of this number has the same kind; null where it makes none';
COMMENT ON COLUMN store.current_claims.agrees_metric IS 'Whether it has the same metric, by metric_key, or none either';
COMMENT ON COLUMN store.current_claims.agrees_model IS 'Whether it has the same model, by model_key, or none either';
COMMENT ON COLUMN store.current_claims.agrees_benchmark IS 'Whether it has the same benchmark, by benchmark_key, or none either';
COMMENT ON COLUMN store.current_claims.agrees_direction IS 'Whether it has the same direction, or none either';
COMMENT ON COLUMN store.current_claims.agrees_baseline IS 'Whether it has the same baseline, by baseline_key, or none either';
COMMENT ON COLUMN store.current_claims.paper_position IS 'Order in which papers were first read, from 1';
COMMENT ON COLUMN store.current_claims.claim_position IS 'Order of the claims of one paper, from 0; those that only a verdict holds come last, in the order of the abstract';

CREATE TABLE store.current_scores (
    paper_id VARCHAR NOT NULL,
    title VARCHAR NOT NULL,
    url VARCHAR,
    published DATE,
    published_year INTEGER,
    claim_id VARCHAR NOT NULL,
    value DOUBLE NOT NULL,
    value_high DOUBLE,
    unit VARCHAR,
    bound VARCHAR NOT NULL,
    setting VARCHAR,
    evidence VARCHAR NOT NULL,
    evidence_start INTEGER NOT NULL,
    evidence_end INTEGER NOT NULL,
    quote_start INTEGER NOT NULL,
    quote_end INTEGER NOT NULL,
    flags VARCHAR[] NOT NULL,
    confidence DOUBLE,
    extractor VARCHAR NOT NULL,
    verdict VARCHAR,
    own_result BOOLEAN,
    canonical_benchmark VARCHAR NOT NULL,
    canonical_metric VARCHAR,
    canonical_model VARCHAR NOT NULL,
    metric_assumed BOOLEAN NOT NULL,
    benchmark_key VARCHAR NOT NULL,
    metric_key VARCHAR NOT NULL,
    model_key VARCHAR NOT NULL,
    setting_key VARCHAR NOT NULL,
    benchmark_task VARCHAR,
    benchmark_area VARCHAR,
    normal_value DOUBLE NOT NULL,
    normal_high DOUBLE,
    normal_unit VARCHAR,
    metric_direction VARCHAR,
    place DOUBLE NOT NULL,
    paper_position BIGINT NOT NULL,
    claim_position INTEGER NOT NULL
);
COMMENT ON TABLE store.current_scores IS 'Derived: those of the current claims that leaderboards rank, scores that name a benchmark and a model and were neither rejected nor misread. Columns without a description have that of store.current_claims';
COMMENT ON COLUMN store.current_scores.metric_key IS 'What metrics are compared by; empty where none is known';
COMMENT ON COLUMN store.current_scores.place IS 'Lower is better: normal_value, with the other sign where higher values are better';

CREATE TABLE store.current_papers (
    paper_id VARCHAR NOT NULL,
    paper_position BIGINT NOT NULL,
    text_hash VARCHAR NOT NULL,
    title VARCHAR NOT NULL,
    url VARCHAR,
    published DATE,
    extractor VARCHAR,
    fingerprint VARCHAR,
    status VARCHAR,
    reason VARCHAR,
    mention_count INTEGER,
    read_count INTEGER,
    sources VARCHAR[],
    claim_count INTEGER NOT NULL,
    score_count INTEGER NOT NULL,
    delta_count INTEGER NOT NULL,
    ratio_count INTEGER NOT NULL,
    flagged_count INTEGER NOT NULL,
    unreviewed_count INTEGER NOT NULL,
    accepted_count INTEGER NOT NULL,
    corrected_count INTEGER NOT NULL,
    rejected_count INTEGER NOT NULL,
    benchmarks VARCHAR[],
    models VARCHAR[],
    best_factor DOUBLE
);
COMMENT ON TABLE store.current_papers IS 'Derived: one row per paper, how its current text was read and what it claims, counted';
COMMENT ON COLUMN store.current_papers.paper_id IS 'The paper';
COMMENT ON COLUMN store.current_papers.paper_position IS 'Order in which papers were first read, from 1';
COMMENT ON COLUMN store.current_papers.text_hash IS 'Its current text';
COMMENT ON COLUMN store.current_papers.title IS 'Its title';
COMMENT ON COLUMN store.current_papers.url IS 'Its address as printed';
COMMENT ON COLUMN store.current_papers.published IS 'Its publication date, where known';
COMMENT ON COLUMN store.current_papers.extractor IS 'Whose reading of the current text is shown: llm or rules; null where nobody has read it';
COMMENT ON COLUMN store.current_papers.fingerprint IS 'Names extractor, version and parameters';
COMMENT ON COLUMN store.current_papers.status IS 'How that reading came out: done, failed or skipped';
COMMENT ON COLUMN store.current_papers.reason IS 'Why it failed';
COMMENT ON COLUMN store.current_papers.mention_count IS 'Numbers in the abstract';
COMMENT ON COLUMN store.current_papers.read_count IS 'Claims that this reading found among them';
COMMENT ON COLUMN store.current_papers.sources IS 'Every place where the paper was read, as location:line';
COMMENT ON COLUMN store.current_papers.claim_count IS 'Current claims, without those that a person rejected, as in all that follows';
COMMENT ON COLUMN store.current_papers.score_count IS 'Those of kind score';
COMMENT ON COLUMN store.current_papers.delta_count IS 'Those of kind delta';
COMMENT ON COLUMN store.current_papers.ratio_count IS 'Those of kind ratio';
COMMENT ON COLUMN store.current_papers.flagged_count IS 'Those with a flag';
COMMENT ON COLUMN store.current_papers.unreviewed_count IS 'Those that no person has looked at';
COMMENT ON COLUMN store.current_papers.accepted_count IS 'Those that a person accepted';
COMMENT ON COLUMN store.current_papers.corrected_count IS 'Those that a person corrected';
COMMENT ON COLUMN store.current_papers.rejected_count IS 'Claims that a person rejected';
COMMENT ON COLUMN store.current_papers.benchmarks IS 'Benchmarks that its claims name; null where none';
COMMENT ON COLUMN store.current_papers.models IS 'Models that they name; null where none';
COMMENT ON COLUMN store.current_papers.best_factor IS 'The greatest factor among them; null where none';

CREATE TABLE store.batches (
    batch_id VARCHAR PRIMARY KEY,
    run_id VARCHAR NOT NULL,
    state VARCHAR NOT NULL,
    model VARCHAR NOT NULL,
    base_url VARCHAR,
    form VARCHAR NOT NULL,
    provider_id VARCHAR,
    papers INTEGER NOT NULL,
    requests INTEGER NOT NULL,
    created_at TIMESTAMP NOT NULL,
    closed_at TIMESTAMP,
    reason VARCHAR
);
COMMENT ON TABLE store.batches IS 'Requests that were handed over together, to be answered within a day or so';
COMMENT ON COLUMN store.batches.batch_id IS 'Names the batch, also at the provider and in each of its requests';
COMMENT ON COLUMN store.batches.run_id IS 'The run whose papers it asks about';
COMMENT ON COLUMN store.batches.state IS 'starting, running, exported (to a file), collected, or dropped: it never ran';
COMMENT ON COLUMN store.batches.model IS 'The model that is asked, as provider/name';
COMMENT ON COLUMN store.batches.base_url IS 'Address of the server; null for the provider''s own';
COMMENT ON COLUMN store.batches.form IS 'How the schema of the reply is sent: json_schema, tools or json';
COMMENT ON COLUMN store.batches.provider_id IS 'What the provider calls it, once it has it';
COMMENT ON COLUMN store.batches.papers IS 'Papers that it asks about';
COMMENT ON COLUMN store.batches.requests IS 'Requests; a paper with many numbers takes several';
COMMENT ON COLUMN store.batches.created_at IS 'UTC';
COMMENT ON COLUMN store.batches.closed_at IS 'UTC, when it was collected or dropped';
COMMENT ON COLUMN store.batches.reason IS 'How it ended, where that was not with an answer to every request';

-- (batch_id, number) is the key; no index keeps it: a batch is written once, as a whole.
CREATE TABLE store.batch_papers (
    batch_id VARCHAR NOT NULL,
    number INTEGER NOT NULL,
    paper_id VARCHAR NOT NULL,
    text_hash VARCHAR NOT NULL,
    asked_hash VARCHAR NOT NULL
);
COMMENT ON TABLE store.batch_papers IS 'The papers that each batch asks about';
COMMENT ON COLUMN store.batch_papers.batch_id IS 'The batch';
COMMENT ON COLUMN store.batch_papers.number IS 'Names the paper in the requests of the batch, from 1';
COMMENT ON COLUMN store.batch_papers.paper_id IS 'The paper';
COMMENT ON COLUMN store.batch_papers.text_hash IS 'The text that it asks about';
COMMENT ON COLUMN store.batch_papers.asked_hash IS 'Hash of what is asked: a reply counts only while the same would be asked';

-- (batch_id, number, question) is the key; no index keeps it: what is inserted is looked for before.
CREATE TABLE store.batch_replies (
    batch_id VARCHAR NOT NULL,
    number INTEGER NOT NULL,
    question INTEGER NOT NULL
);
COMMENT ON TABLE store.batch_replies IS 'The replies of batches that were taken in: what each took is counted in its run, once';
COMMENT ON COLUMN store.batch_replies.batch_id IS 'The batch';
COMMENT ON COLUMN store.batch_replies.number IS 'The paper, as in store.batch_papers';
COMMENT ON COLUMN store.batch_replies.question IS 'The question about it, from 1';

INSERT INTO store.meta VALUES ('schema_version', '1');
