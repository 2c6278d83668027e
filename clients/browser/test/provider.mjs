// An OpenID Connect provider: as much of one as a login needs.
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { createServer } from 'node:http';

const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Starts it. `approve` is what happens there: the person logs in, and the browser is sent back to the address that it returns. */
export async function startProvider() {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const codes = new Map();
  const server = createServer(async (request, response) => {
    const answer = (body, status = 200) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    if (request.url === '/keys')
      return answer({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'one', alg: 'ES256' }] });
    if (request.url !== '/token')
      return answer({
        issuer,
        authorization_endpoint: `${issuer}/authorize`,
        token_endpoint: `${issuer}/token`,
        jwks_uri: `${issuer}/keys`,
      });

    let text = '';
    for await (const part of request) text += part;
    const form = new URLSearchParams(text);
    const code = codes.get(form.get('code'));
    codes.delete(form.get('code'));
    if (code?.challenge !== createHash('sha256').update(form.get('code_verifier')).digest('base64url'))
      return answer({ error: 'invalid_grant' }, 400);
    const now = Math.floor(Date.now() / 1000);
    const claims = { iss: issuer, aud: 'handstamp', iat: now, exp: now + 60, nonce: code.nonce, ...code.person };
    const signed = `${encode({ alg: 'ES256', kid: 'one' })}.${encode(claims)}`;
    const signature = sign('sha256', Buffer.from(signed), { key: privateKey, dsaEncoding: 'ieee-p1363' });
    answer({ access_token: 'at', id_token: `${signed}.${signature.toString('base64url')}` });
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const issuer = `http://127.0.0.1:${server.address().port}`;
  return {
    issuer,
    approve(url, person) {
      const query = new URL(url).searchParams;
      const code = `code-${codes.size}-${query.get('nonce')}`;
      codes.set(code, { nonce: query.get('nonce'), challenge: query.get('code_challenge'), person });
      return `${query.get('redirect_uri')}?code=${code}&state=${query.get('state')}`;
    },
    stop: () => server.close(),
  };
}
