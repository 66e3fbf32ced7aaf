SET client_min_messages = warning;
SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0;
SET max_parallel_workers_per_gather = 2; SET jit = on; SET jit_above_cost = 0;
SET jit_optimize_above_cost = 0; SET jit_inline_above_cost = 0;
CREATE TEMP TABLE seen (line text);
DROP TABLE IF EXISTS numbers;
CREATE TABLE numbers AS SELECT generate_series(1, 20000) AS number;
ANALYZE numbers;
DO $$
DECLARE row record;
BEGIN
  FOR row IN EXECUTE 'EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) SELECT sum(number * 2 + 1) FROM numbers' LOOP
    INSERT INTO seen VALUES (row."QUERY PLAN");
  END LOOP;
END $$;
SELECT trim(line) FROM seen WHERE line LIKE '%Workers Launched%';
SELECT sum(number * 2 + 1) FROM numbers;
