// better-auth with its OAuth provider on PostgreSQL. node server.mjs PORT POSTGRES-URL
import { createHash, randomBytes } from "node:crypto";
import { createServer } from "node:http";
import { oauthProvider } from "@better-auth/oauth-provider";
import { betterAuth } from "better-auth";
import { getMigrations } from "better-auth/db/migration";
import { toNodeHandler } from "better-auth/node";
import { jwt } from "better-auth/plugins/jwt";
import pg from "pg";

const [port, database] = process.argv.slice(2);
const address = `http://127.0.0.1:${port}`;
const scopes = ["openid", "offline_access"];
const lifetime = 24 * 3600 * 1000;

const auth = betterAuth({
  baseURL: address,
  secret: randomBytes(32).toString("hex"),
  database: new pg.Pool({ connectionString: database }),
  rateLimit: { enabled: false },
  plugins: [
    jwt({ jwks: { keyPairConfig: { alg: "ES256" } } }),
    oauthProvider({
      loginPage: "/login", consentPage: "/consent", scopes, cachedTrustedClients: new Set(["bench"]),
      silenceWarnings: { oauthAuthServerConfig: true, openidConfig: true },
    }),
  ],
});
await (await getMigrations(auth.options)).runMigrations();
const { adapter } = await auth.$context;

await adapter.create({
  model: "oauthClient",
  data: {
    clientId: "bench", name: "bench", public: true, tokenEndpointAuthMethod: "none", skipConsent: true, scopes,
    grantTypes: ["authorization_code", "refresh_token"], redirectUris: ["http://127.0.0.1/back"],
    createdAt: new Date(), updatedAt: new Date(),
  },
});

// The rows that a login in a browser leaves, without a browser.
async function beginSession() {
  const token = randomBytes(24).toString("base64url");
  const [createdAt, expiresAt] = [new Date(), new Date(Date.now() + lifetime)];
  const user = await adapter.create({
    model: "user",
    data: { name: "Ada", email: `${token}@example.com`, emailVerified: true, createdAt, updatedAt: createdAt },
  });
  const session = await adapter.create({
    model: "session",
    data: { userId: user.id, token: randomBytes(24).toString("base64url"), createdAt, updatedAt: createdAt, expiresAt },
  });
  await adapter.create({
    model: "oauthRefreshToken",
    data: {
      token: createHash("sha256").update(token).digest("base64url"), clientId: "bench", sessionId: session.id,
      userId: user.id, scopes, createdAt, expiresAt, authTime: createdAt,
    },
  });
  return token;
}

const answer = toNodeHandler(auth);
const server = createServer(async (request, response) => {
  if (request.url === "/health") return response.end("well\n");
  if (request.url !== "/session") return answer(request, response);
  response.setHeader("Content-Type", "application/json");
  response.end(JSON.stringify({ refresh_token: await beginSession() }));
});
server.listen(Number(port), "127.0.0.1", () => console.log(`listening on ${address}`));
process.on("SIGTERM", () => process.exit(0));
