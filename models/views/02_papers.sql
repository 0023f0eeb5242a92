CREATE OR REPLACE VIEW papers AS
SELECT papers.paper_id, current.title, texts.abstract, papers.authors,
    coalesce(papers.author_count, len(papers.authors)) AS author_count,
    papers.url, papers.published, papers.date_printed, papers.arxiv_id, papers.doi,
    current.extractor, current.fingerprint, current.status, current.reason,
    coalesce(current.status, 'failed') = 'failed' AS unread,
    current.mention_count, current.read_count AS claim_count,
    current.sources, current.paper_position
FROM store.current_papers AS current
JOIN store.papers ON papers.paper_id = current.paper_id
JOIN store.texts ON texts.paper_id = current.paper_id AND texts.text_hash = current.text_hash;
COMMENT ON VIEW papers IS 'One row per paper, with its current text and how the best reading of that text came out: the LLM''s before the rules'', a later one before an earlier, a failed one last';
COMMENT ON COLUMN papers.paper_id IS 'As the first source gave it, else arXiv id, else DOI, else made from the title';
COMMENT ON COLUMN papers.title IS 'Title as printed';
COMMENT ON COLUMN papers.abstract IS 'Abstract as printed: the longest that a source has';
COMMENT ON COLUMN papers.authors IS 'Author names, where a source has them';
COMMENT ON COLUMN papers.author_count IS 'Number of authors, where known';
COMMENT ON COLUMN papers.url IS 'Address as printed';
COMMENT ON COLUMN papers.published IS 'Publication date, where a source has a full one';
COMMENT ON COLUMN papers.date_printed IS 'The date as a source prints it, such as Jan 22';
COMMENT ON COLUMN papers.arxiv_id IS 'arXiv identifier without version';
COMMENT ON COLUMN papers.doi IS 'DOI in lower case';
COMMENT ON COLUMN papers.extractor IS 'Who made the current reading: llm or rules; null where the current text was not read yet';
COMMENT ON COLUMN papers.fingerprint IS 'Names extractor, version and parameters of the current reading';
COMMENT ON COLUMN papers.status IS 'done, failed, or skipped (no number in the abstract, or none that may be a claim); null where not read yet';
COMMENT ON COLUMN papers.reason IS 'Why it failed';
COMMENT ON COLUMN papers.unread IS 'Whether no extractor has finished the current text: not read yet, or failed';
COMMENT ON COLUMN papers.mention_count IS 'Numbers in the abstract';
COMMENT ON COLUMN papers.claim_count IS 'Claims among them';
COMMENT ON COLUMN papers.sources IS 'Every place where the paper was read, as location:line';
COMMENT ON COLUMN papers.paper_position IS 'Order in which papers were first read, from 1';
