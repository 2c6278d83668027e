// A store for oidc-provider: one table, as in its own examples of SQL adapters.
import pg from "pg";

const schema = `
  CREATE TABLE IF NOT EXISTS payloads (
    model text NOT NULL, id text NOT NULL, payload jsonb NOT NULL,
    grant_id text, user_code text, uid text, expires_at timestamptz, consumed_at timestamptz,
    PRIMARY KEY (model, id));
  CREATE INDEX IF NOT EXISTS payloads_of_grant ON payloads (grant_id);
  CREATE INDEX IF NOT EXISTS payloads_by_user_code ON payloads (user_code) WHERE user_code IS NOT NULL;
  CREATE INDEX IF NOT EXISTS payloads_by_uid ON payloads (uid) WHERE uid IS NOT NULL`;

const columns = "payload, expires_at, consumed_at";

// A named statement is prepared once on each connection.
export async function openAdapter(connectionString) {
  const pool = new pg.Pool({ connectionString });
  await pool.query(schema);
  const run = (name, text, values) => pool.query({ name, text, values });
  const one = async (...query) => present((await run(...query)).rows[0]);

  return class PostgresAdapter {
    constructor(model) {
      this.model = model;
    }

    upsert(id, payload, expiresIn) {
      return run("upsert", `
        INSERT INTO payloads (model, id, payload, grant_id, user_code, uid, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (model, id) DO UPDATE SET payload = $3, grant_id = $4, user_code = $5, uid = $6, expires_at = $7`, [
        this.model, id, payload, payload.grantId, payload.userCode, payload.uid,
        expiresIn ? new Date(Date.now() + expiresIn * 1000) : null,
      ]);
    }

    find(id) {
      return one("find", `SELECT ${columns} FROM payloads WHERE model = $1 AND id = $2`, [this.model, id]);
    }

    findByUid(uid) {
      return one("find by uid", `SELECT ${columns} FROM payloads WHERE model = $1 AND uid = $2`, [this.model, uid]);
    }

    findByUserCode(code) {
      return one("find by code", `SELECT ${columns} FROM payloads WHERE model = $1 AND user_code = $2`, [this.model, code]);
    }

    consume(id) {
      return run("consume", "UPDATE payloads SET consumed_at = now() WHERE model = $1 AND id = $2", [this.model, id]);
    }

    destroy(id) {
      return run("destroy", "DELETE FROM payloads WHERE model = $1 AND id = $2", [this.model, id]);
    }

    revokeByGrantId(grantId) {
      return run("revoke", "DELETE FROM payloads WHERE grant_id = $1", [grantId]);
    }
  };
}

function present(row) {
  if (!row || (row.expires_at && row.expires_at < new Date())) return undefined;
  return row.consumed_at ? { ...row.payload, consumed: true } : row.payload;
}
