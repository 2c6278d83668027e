// oidc-provider as it comes, with its own pages for the login: node provider.mjs ALG REDIRECT-URI...
import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import Provider from 'oidc-provider';

const [alg, ...redirectUris] = process.argv.slice(2);
const pair = alg === 'RS256' ? generateKeyPairSync('rsa', { modulusLength: 2048 }) : generateKeyPairSync('ec', { namedCurve: 'P-256' });

const server = createServer();
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    jwks: { keys: [{ ...pair.privateKey.export({ format: 'jwk' }), alg, use: 'sig', kid: 'one' }] },
    cookies: { keys: ['test'] },
    clients: [
      {
        client_id: 'handstamp',
        client_secret: 's3cret',
        redirect_uris: redirectUris,
        id_token_signed_response_alg: alg,
      },
    ],
    claims: { email: ['email', 'email_verified'] },
    findAccount: (_, id) => ({
      accountId: id,
      claims: () => ({ sub: id, email: `${id}@example.com`, email_verified: true }),
    }),
  });
  server.on('request', provider.callback());
  console.log(`listening on ${issuer}`);
});
process.on('SIGTERM', () => process.exit(0));
