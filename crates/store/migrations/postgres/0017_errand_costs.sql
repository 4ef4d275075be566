-- Whether a transaction that carries no message of ours did what it was for: a transfer to a signer, or a resend, that succeeded. What
-- others of this kind cost was paid in vain.
ALTER TABLE overheads ADD COLUMN useful bigint NOT NULL DEFAULT 0;

CREATE OR REPLACE VIEW account_costs AS
SELECT message, attempt, chain_id, signer, landed_at, day, gas, fee_gwei, fee_rest, in_vain FROM message_costs
UNION ALL
SELECT
    NULL::bigint, -id, chain_id, signer, landed_at,
    to_char(to_timestamp(landed_at) AT TIME ZONE 'UTC', 'YYYY-MM-DD'), gas_used, fee_gwei, fee_rest, 1 - useful
FROM overheads;
