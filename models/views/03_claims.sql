CREATE OR REPLACE VIEW claims AS
SELECT * FROM store.current_claims WHERE verdict IS DISTINCT FROM 'reject';
COMMENT ON VIEW claims IS 'One row per claim of the current reading of each paper, as a person corrected it where one did, without those that a person rejected; store.claims keeps those of all readings as they were. Sort by paper_position, claim_position for the order in which they were read';
COMMENT ON COLUMN claims.verdict IS 'accept or correct where a person said so; null where none looked at it';

CREATE OR REPLACE VIEW rejected AS
SELECT * FROM store.current_claims WHERE verdict = 'reject';
COMMENT ON VIEW rejected IS 'The claims that a person rejected, with all that claims has';
COMMENT ON COLUMN rejected.verdict IS 'reject';
