-- works with: 3
-- Which node cleans up, and until when. An advisory lock could be taken by everybody who may connect, and a lock on a
-- table for as long as a node lives would keep vacuum away.
CREATE TABLE leader (
  id    integer NOT NULL PRIMARY KEY CHECK (id = 1),
  node  uuid,
  until bigint  NOT NULL
);

INSERT INTO leader (id, until) VALUES (1, 0);
