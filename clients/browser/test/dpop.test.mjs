import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, mock, test } from 'node:test';
import { dpop } from '../dist/dpop.js';
import { createHandstamp } from '../dist/index.js';
import { failsWith, pass } from './client.mjs';
import { lose, problem, startGateway, startService } from './service.mjs';

const tenMinutes = 600_000;
const password = 'correct horse battery staple';
let service,
  gateway,
  stored,
  keys,
  handstamp,
  people = 0;

// A proof names the address that callers see, so the issuer is the gateway.
before(async () => {
  gateway = await startGateway(() => service.url);
  service = await startService({ Issuer: gateway.url });
});

after(async () => {
  await gateway.stop();
  await service.stop();
});

beforeEach(async () => {
  stored = null;
  keys = inMemory();
  handstamp = open();
  const email = `bound-${people++}@example.com`;
  await handstamp.register({ email, password });
  await handstamp.login({ email, password });
  gateway.forget();
});

afterEach(() => {
  mock.timers.reset();
  gateway.mend();
});

function inMemory() {
  let kept;
  return { get: () => kept, add: (key) => (kept ??= key) };
}

function open(binding = dpop(keys), url = gateway.url) {
  return createHandstamp({
    url,
    storage: { get: () => stored, set: (token) => void (stored = token) },
    dpop: binding,
  });
}

const refreshes = () => gateway.seen('/refresh').length;
const me = (client = handstamp) => client.fetch(`${gateway.url}/me`);

const claimsOf = (jwt) => JSON.parse(Buffer.from(jwt.split('.')[1], 'base64url'));

test('a bound session makes its calls with its token and a proof for the token', async () => {
  assert.equal((await me()).status, 200);
  const [{ headers }] = gateway.seen('/me');
  assert.match(headers.authorization, /^DPoP eyJ/);
  assert.equal(typeof claimsOf(headers.authorization).cnf.jkt, 'string');
  assert.equal(typeof claimsOf(headers.dpop).ath, 'string');
});

test('each request has its own proof, and only the first request of a program is asked for a nonce', async () => {
  handstamp = open();
  await me();
  await me();
  pass(tenMinutes);
  await me();
  assert.equal(refreshes(), 3);
  const ids = gateway.seen().map(({ headers }) => claimsOf(headers.dpop).jti);
  assert.equal(new Set(ids).size, ids.length);
  assert.ok(!ids.includes(undefined));
});

test('a clock that is years off does not matter', async () => {
  pass(-3 * 365 * 24 * 3_600_000);
  handstamp = open();
  assert.equal((await me()).status, 200);
});

test('a stolen refresh token is useless without the key', async () => {
  // Bypass the gateway: the thief's client retries automatically, later, and would meet the faults that other tests
  // plan there.
  const thief = open(null, service.url);
  await assert.rejects(thief.getAccessToken(), failsWith('dpop_proof_required', false));
  assert.equal((await me()).status, 200);
});

test('a stolen access token is useless without the key', async () => {
  const token = await handstamp.getAccessToken();
  for (const scheme of ['Bearer', 'DPoP']) {
    const answer = await fetch(`${gateway.url}/me`, { headers: { authorization: `${scheme} ${token}` } });
    assert.equal(answer.status, 401);
  }
});

test('a lost answer is requested again with another proof', async () => {
  pass(tenMinutes);
  gateway.next('/refresh', lose);
  await assert.rejects(me(), failsWith('network', false));
  pass(2000);
  assert.equal((await me()).status, 200);
});

test('a proof that was already used is replaced at once', async () => {
  pass(tenMinutes);
  gateway.next('/refresh', problem(401, 'dpop_proof_invalid', false));
  assert.equal((await me()).status, 200);
  assert.equal(refreshes(), 2);
});

test('repeatedly refused proofs end no session', async () => {
  pass(tenMinutes);
  gateway.always('/refresh', problem(401, 'dpop_proof_invalid', false));
  await assert.rejects(me(), failsWith('dpop_proof_invalid', false));
  assert.match(stored, /^hsr_/);
});

test('losing the key loses the session', async () => {
  keys = inMemory();
  const other = open();
  await assert.rejects(other.getAccessToken(), failsWith('dpop_proof_invalid', true));
  assert.equal(stored, null);
  assert.equal(await other.user(), null);
});

test('an unreadable key is reported, ends nothing, and is read again', async () => {
  let works = false;
  const get = () => {
    if (!works) throw new Error('locked');
    return keys.get();
  };
  const other = open(dpop({ get, add: keys.add }));
  await assert.rejects(other.getAccessToken(), failsWith('no_key', false));
  works = true;
  pass(2000);
  assert.equal((await me(other)).status, 200);
});

test('a session from before the key stays unbound until the next login', async () => {
  const email = `before-${people}@example.com`;
  const unbound = open(null);
  await unbound.register({ email, password });
  await unbound.login({ email, password });
  keys = inMemory();
  handstamp = open();
  gateway.forget();
  assert.equal((await me()).status, 200);
  assert.match(gateway.seen('/me')[0].headers.authorization, /^Bearer /);
  await handstamp.login({ email, password });
  assert.equal((await me()).status, 200);
  assert.match(gateway.seen('/me')[1].headers.authorization, /^DPoP /);
});

test('an API has its own nonce, which is requested once', async () => {
  const nonces = [];
  const api = await startGateway('http://127.0.0.1:1');
  api.always('/orders', ({ headers }) => {
    nonces.push(claimsOf(headers.dpop).nonce);
    return nonces.at(-1) === 'of-the-api'
      ? { status: 200, headers: {}, body: '' }
      : {
          status: 401,
          headers: { 'www-authenticate': 'DPoP error="use_dpop_nonce"', 'dpop-nonce': 'of-the-api' },
          body: '',
        };
  });
  const client = createHandstamp({
    url: gateway.url,
    apis: [api.url],
    storage: { get: () => stored, set: (token) => void (stored = token) },
    dpop: dpop(keys),
  });
  for (let i = 0; i < 2; i++) {
    const answer = await client.fetch(`${api.url}/orders`, { method: 'POST', body: 'an order' });
    assert.equal(answer.status, 200);
  }
  assert.deepEqual(nonces, [undefined, 'of-the-api', 'of-the-api']);
  assert.deepEqual(
    api.seen('/orders').map(({ body }) => body),
    ['an order', 'an order', 'an order'],
  );
  await api.stop();
});
