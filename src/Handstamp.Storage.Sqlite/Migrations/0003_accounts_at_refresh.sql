-- What a refresh reads of an account, without the page of its row: of ten million sessions hardly a page is in memory.
CREATE INDEX accounts_at_refresh ON accounts (id, disabled_at, claims);
