-- What an application costs: what one sender has to do with one target.
CREATE VIEW costs_by_application AS
SELECT
    source, sender, chain_id, target, count(DISTINCT message) AS messages, count(DISTINCT attempt) AS transactions,
    sum(gas) AS gas, sum(fee_gwei) + sum(fee_rest) / 1000000000 AS fee_gwei, sum(fee_rest) % 1000000000 AS fee_rest,
    sum(gas * in_vain) AS vain_gas, sum(fee_gwei * in_vain) + sum(fee_rest * in_vain) / 1000000000 AS vain_fee_gwei,
    sum(fee_rest * in_vain) % 1000000000 AS vain_fee_rest
FROM message_costs GROUP BY source, sender, chain_id, target;
