-- What no transaction can have cost, as a node that did not tell the truth once said: more than 2^40 gas, more than a million ether,
-- or in a block after the year 9999. Such costs are forgotten, and asked for again; of transactions without a message they are
-- left out. Since then receipts are held against such bounds before they are believed.
UPDATE attempt_messages SET gas_share = NULL, fee_gwei = NULL, fee_rest = NULL WHERE attempt IN (
    SELECT id FROM attempts
    WHERE gas_used > 1099511627776 OR fee_gwei > 1000000000000000 OR landed_at > 253402300799
);
UPDATE attempts SET
    block_hash = NULL, landed_at = NULL, gas_used = NULL, gas_price = NULL, fee_gwei = NULL, fee_rest = NULL,
    l1_fee = NULL, gas_refund = NULL, cost_missing = 0
WHERE gas_used > 1099511627776 OR fee_gwei > 1000000000000000 OR landed_at > 253402300799;
DELETE FROM overheads WHERE gas_used > 1099511627776 OR fee_gwei > 1000000000000000 OR landed_at > 253402300799;
