-- Works with schema 3 and later.
-- Of what a model would have blocked while there was a control group: the probability of being reviewed instead.
ALTER TABLE transactions ADD COLUMN propensity REAL;
