-- works with: 3
-- A counter says when all that it has counted is forgotten: the more, the later. So one that says nothing any more can
-- be told, and swept, without its rule. What was counted before does not say it, and goes.
DROP TABLE throttle;

CREATE TABLE throttle (
  key           uuid   NOT NULL PRIMARY KEY,
  forgotten_at  bigint NOT NULL,
  blocked_until bigint NOT NULL
) WITH (fillfactor = 50);
