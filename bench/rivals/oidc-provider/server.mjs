// oidc-provider as it comes, with its store in memory; or on PostgreSQL. node server.mjs PORT [POSTGRES-URL]
import { generateKeyPairSync } from "node:crypto";
import { createServer } from "node:http";
import Provider from "oidc-provider";

const [port, database] = process.argv.slice(2);
const address = `http://127.0.0.1:${port}`;
const accountId = "ada";
const scope = "openid offline_access";

const key = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({ format: "jwk" });
const provider = new Provider(address, {
  jwks: { keys: [{ ...key, alg: "ES256", use: "sig", kid: "bench" }] },
  cookies: { keys: ["bench"] },
  clients: [{
    client_id: "bench",
    token_endpoint_auth_method: "none",
    id_token_signed_response_alg: "ES256",
    grant_types: ["authorization_code", "refresh_token"],
    redirect_uris: ["http://127.0.0.1/back"],
    application_type: "native",
  }],
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
  features: { devInteractions: { enabled: false } },
  rotateRefreshToken: true,
  adapter: database && await (await import("./postgres.mjs")).openAdapter(database),
});

// The rows that a login in a browser leaves, without a browser.
async function beginSession() {
  const client = await provider.Client.find("bench");
  const grant = new provider.Grant({ accountId, clientId: "bench" });
  grant.addOIDCScope(scope);
  const grantId = await grant.save();
  const token = new provider.RefreshToken({
    accountId, client, grantId, scope, gty: "authorization_code", authTime: Math.floor(Date.now() / 1000),
  });
  return token.save();
}

const answer = provider.callback();
const server = createServer(async (request, response) => {
  if (request.url !== "/session") return answer(request, response);
  response.setHeader("Content-Type", "application/json");
  response.end(JSON.stringify({ refresh_token: await beginSession() }));
});
server.listen(Number(port), "127.0.0.1", () => console.log(`listening on ${address}`));
process.on("SIGTERM", () => process.exit(0));
