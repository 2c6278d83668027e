// The effects of other code on the page, of the platform and of the network on a client.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createHandstamp } from '../dist/index.js';
import { collect, failsWith, pass } from './client.mjs';
import { eventually } from './eventually.mjs';
import { loggedIn, password, tenMinutes } from './fixture.mjs';
import { granted, hang, startGateway } from './service.mjs';

const here = loggedIn();
// Node's own fetch, which forgets the signal of a request that is no longer referenced.
const open = (options = {}) =>
  createHandstamp({
    url: here.gateway.url,
    storage: { get: () => here.stored, set: (token) => void (here.stored = token) },
    ...options,
  });
const request = (signal) => new Request(`${here.gateway.url}/orders`, { signal });

test('a caller that stops waiting for a refresh stops at once', async () => {
  const handstamp = open();
  here.gateway.next('/refresh', hang);
  const impatient = new AbortController();
  const given = handstamp.fetch(request(impatient.signal));
  await eventually('the refresh has arrived', () => here.refreshes() === 1);
  await collect();
  impatient.abort();
  await assert.rejects(given, { name: 'AbortError' });
});

test('a caller that stops waiting for an API stops at once, too', async () => {
  const handstamp = open();
  here.gateway.next('/orders', hang);
  const impatient = new AbortController();
  const given = handstamp.fetch(request(impatient.signal));
  await eventually('the call has arrived', () => here.gateway.seen('/orders').length === 1);
  await collect();
  impatient.abort();
  await assert.rejects(given, { name: 'AbortError' });
});

test('a service that does not answer is abandoned, whatever was garbage-collected meanwhile', async () => {
  const handstamp = open();
  here.gateway.next('/refresh', granted({ retry_window: 1.5 }));
  await handstamp.getAccessToken();
  pass(tenMinutes);
  here.gateway.next('/refresh', hang);
  const token = handstamp.getAccessToken();
  token.catch(() => undefined);
  await eventually('the refresh has arrived', () => here.refreshes() === 2);
  await collect();
  await assert.rejects(token, failsWith('timeout', false));
});

/** Runs an action while every object has this member. */
async function polluted(name, value, work) {
  Object.defineProperty(Object.prototype, name, { value, configurable: true, writable: true });
  try {
    return await work();
  } finally {
    delete Object.prototype[name];
  }
}

test('an origin that is in every object’s prototype gets no token', async (t) => {
  const thief = await startGateway(here.service.url);
  t.after(() => thief.stop());
  const handstamp = await polluted('apis', [thief.url], () => open());
  await handstamp.fetch(`${thief.url}/me`);
  assert.equal(thief.seen()[0].headers.authorization, undefined);
});

for (const [name, value] of [
  ['resource', 'https://thief.test'],
  ['fetch', () => assert.fail('The tokens are sent through foreign code.')],
  ['storage', { get: () => assert.fail('The tokens are stored by foreign code.'), set: () => assert.fail() }],
])
  test(`${name} is not taken from every object’s prototype`, async () => {
    const options = { url: here.gateway.url, fetch: here.fetch };
    const storage = { get: () => here.stored, set: (token) => void (here.stored = token) };
    const handstamp = await polluted(name, value, () =>
      createHandstamp(name === 'storage' ? options : { ...options, storage }),
    );
    if (name !== 'storage') assert.ok(await handstamp.user());
  });

test('the members of an answer are not taken from every object’s prototype either', async () => {
  const handstamp = open();
  here.gateway.next('/refresh', { status: 500, headers: { 'content-type': 'application/json' }, body: '{}' });
  const fault = await polluted('definitive', true, () =>
    polluted('code', 'session_revoked', () => handstamp.getAccessToken().catch((error) => error)),
  );
  assert.deepEqual([fault.code, fault.definitive], ['unexpected_answer', false]);
  assert.match(here.stored, /^hsr_/);
});

test('a redirect sends neither password nor token elsewhere', async (t) => {
  const thief = await startGateway(here.service.url);
  t.after(() => thief.stop());
  here.gateway.next('/login', { status: 307, headers: { location: `${thief.url}/login` }, body: '' });
  await assert.rejects(open().login({ email: here.email, password }), failsWith('network', false));
  assert.equal(thief.seen().length, 0);
});

test('the client works without navigator and storage, and ignores invalid messages of other pages', async (t) => {
  assert.equal(globalThis.navigator, undefined);
  const url = `${here.gateway.url}/`;
  const handstamp = createHandstamp({ url });
  const faults = [];
  process.on('uncaughtException', (fault) => faults.push(fault));
  t.after(() => process.removeAllListeners('uncaughtException'));
  const other = new BroadcastChannel(`handstamp ${url}`);
  t.after(() => other.close());
  const { access_token: accessToken, session_id: sessionId } = JSON.parse(granted().body);
  const tokens = { accessToken, bound: false, sessionId, patience: 5000, life: 600_000, left: 600_000, renewed: false };
  for (const message of [
    null,
    5,
    'tokens',
    [],
    {},
    { tokens: null },
    { tokens: {} },
    { tokens: 'ey' },
    { tokens: { ...tokens, accessToken: 5 } },
    { tokens: { ...tokens, accessToken: 'a\nb' } },
    { tokens: { ...tokens, sessionId: null } },
    { tokens: { ...tokens, left: Infinity } },
    { tokens: { ...tokens, life: 'long' } },
    { tokens: { ...tokens, patience: NaN } },
    { ended: null },
    { ended: { toString: 5 } },
  ])
    other.postMessage(message);
  const changes = [];
  handstamp.onChange(({ sessionId }) => changes.push(sessionId));
  other.postMessage({ tokens, resource: undefined });
  await eventually('the change is reported', () => changes.length);
  assert.equal(await handstamp.getAccessToken(), accessToken);
  assert.deepEqual([changes, faults], [[sessionId], []]);
});

for (const members of [
  { expires_in: -1 },
  { expires_in: 0 },
  { expires_in: null },
  { expires_in: 'soon' },
  { retry_window: -1 },
  { access_token: '' },
  { access_token: 5 },
  { access_token: 'x\r\nHost: y' },
  { session_id: null },
])
  test(`an answer with ${JSON.stringify(members)} is ignored, and ends nothing`, async () => {
    const before = here.stored;
    const handstamp = open();
    here.gateway.next('/refresh', granted(members));
    await assert.rejects(handstamp.getAccessToken(), failsWith('unexpected_answer', false));
    assert.equal(here.stored, before);
    assert.equal(here.refreshes(), 1);
  });

test('a token that lives for years causes no loop of refreshes', async () => {
  const handstamp = open();
  here.gateway.always('/refresh', granted({ expires_in: 1e12 }));
  await handstamp.getAccessToken();
  // A timer that can't be set for so long comes at once.
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(here.refreshes(), 1);
});
