// Tokens that are refused because their key is no longer valid: another token works, however young they are.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failsWith, pass } from './client.mjs';
import { eventually } from './eventually.mjs';
import { loggedIn, tenMinutes } from './fixture.mjs';
import { outdated, problem } from './service.mjs';

const here = loggedIn();
const good = { status: 200, headers: {}, body: '' };
const expired = { status: 401, headers: { 'www-authenticate': 'Bearer error_description="expired"' } };

/** An API that accepts every token except this one. */
const refusing =
  (token) =>
  ({ headers }) =>
    headers.authorization === `Bearer ${token}` ? outdated : good;
const order = (init) => here.handstamp.fetch(`${here.gateway.url}/orders`, init);
const orders = () => here.gateway.seen('/orders');

test('the token is replaced and the call is repeated with its body', async () => {
  here.gateway.always('/orders', refusing(await here.handstamp.getAccessToken()));
  assert.equal((await order({ method: 'POST', body: 'one coffee' })).status, 200);
  assert.deepEqual(
    orders().map(({ body }) => body),
    ['one coffee', 'one coffee'],
  );
  assert.equal(here.refreshes(), 1);
});

test('the token is also replaced when AddJwtBearer refuses it', async () => {
  const description = 'Bearer error="invalid_token", error_description="The signature key was not found"';
  here.gateway.next('/orders', { status: 401, headers: { 'www-authenticate': description } });
  here.gateway.next('/orders', good);
  assert.equal((await order()).status, 200);
});

test('an API that always refuses gets each call at most twice, and the service one refresh in ten seconds', async () => {
  here.gateway.always('/orders', outdated);
  for (let call = 0; call < 5; call++) assert.equal((await order()).status, 401);
  assert.deepEqual([orders().length, here.refreshes()], [6, 1]);
  pass(10_000);
  await order();
  assert.deepEqual([orders().length, here.refreshes()], [8, 2]);
});

test('calls that are refused at the same time share one refresh', async () => {
  const token = await here.handstamp.getAccessToken();
  let goOn;
  const all = new Promise((resolve) => (goOn = resolve));
  here.gateway.always('/orders', async (request) => {
    if (orders().length === 20) goOn();
    await all;
    return refusing(token)(request);
  });
  const answers = await Promise.all(Array.from({ length: 20 }, () => order()));
  assert.ok(answers.every(({ status }) => status === 200));
  assert.equal(here.refreshes(), 1);
});

test('a token that was replaced while the call was under way needs no refresh', async () => {
  const token = await here.handstamp.getAccessToken();
  let late;
  here.gateway.next('/orders', () => new Promise((resolve) => (late = () => resolve(outdated))));
  here.gateway.always('/orders', refusing(token));
  const slow = order();
  await eventually('the call has come', () => late);
  await order();
  late();
  assert.equal((await slow).status, 200);
  assert.equal(here.refreshes(), 1);
});

test('the token is replaced on the service’s own routes too, and only once', async () => {
  here.gateway.next('/me', problem(401, 'access_token_outdated', false));
  assert.equal((await here.handstamp.user()).email, here.email);
  pass(10_000);
  here.gateway.always('/me', problem(401, 'access_token_outdated', false));
  await assert.rejects(here.handstamp.user(), failsWith('access_token_outdated', false));
  await assert.rejects(here.handstamp.user(), failsWith('access_token_outdated', false));
  assert.deepEqual([here.gateway.seen('/me').length, here.refreshes()], [5, 2]);
});

/** A body like one from a pipe. */
const stream = () =>
  new ReadableStream({
    start(controller) {
      controller.enqueue(new TextEncoder().encode('one coffee'));
      controller.close();
    },
  });

const streams = {
  'a stream': () => [`${here.gateway.url}/orders`, { method: 'POST', body: stream(), duplex: 'half' }],
  'a stream in a Request': () => [
    new Request(`${here.gateway.url}/orders`, { method: 'POST', body: stream(), duplex: 'half' }),
  ],
};

for (const [what, make] of Object.entries(streams))
  test(`${what} is sent once and not kept, and the next call has another token`, async (t) => {
    const clone = t.mock.method(Request.prototype, 'clone');
    here.gateway.always('/orders', refusing(await here.handstamp.getAccessToken()));
    assert.equal((await here.handstamp.fetch(...make())).status, 401);
    assert.deepEqual(
      orders().map(({ body }) => body),
      ['one coffee'],
    );
    assert.equal(here.refreshes(), 1);
    assert.equal((await here.handstamp.fetch(...make())).status, 200);
    assert.equal(here.refreshes(), 1);
    assert.equal(clone.mock.callCount(), 0);
  });

test('the caller gets its answer even if no other token is available', async () => {
  here.gateway.always('/orders', outdated);
  here.gateway.always('/refresh', problem(503, 'server_busy', false));
  assert.equal((await order({ method: 'POST', body: stream(), duplex: 'half' })).status, 401);
});

test('a stream is sent with a token that has a fifth of its life left', async () => {
  pass(0.81 * tenMinutes);
  here.gateway.always('/orders', good);
  await order({ method: 'POST', body: stream(), duplex: 'half' });
  assert.deepEqual(
    here.gateway
      .seen()
      .map(({ path }) => path)
      .slice(-2),
    ['/refresh', '/orders'],
  );
});

for (const [what, init] of [
  ['a text', () => ({ body: 'one coffee', headers: { 'content-type': 'text/plain' } })],
  ['JSON', () => ({ body: '"one coffee"', headers: { 'content-type': 'application/json' } })],
  ['a form', () => ({ body: new URLSearchParams({ coffee: 'one' }) })],
])
  test(`${what} in a Request is sent once more`, async () => {
    pass(tenMinutes / 2);
    here.gateway.next('/orders', expired);
    here.gateway.next('/orders', good);
    const answer = await here.handstamp.fetch(new Request(`${here.gateway.url}/orders`, { method: 'POST', ...init() }));
    assert.equal(answer.status, 200);
    assert.equal(new Set(orders().map(({ body }) => body)).size, 1);
  });

test('a Request without a body is sent once more', async () => {
  here.gateway.next('/orders', outdated);
  here.gateway.next('/orders', good);
  assert.equal((await here.handstamp.fetch(new Request(`${here.gateway.url}/orders`))).status, 200);
});

test('after keys revoke the next call succeeds, and nobody is logged out', async () => {
  const token = await here.handstamp.getAccessToken();
  await here.service.revokeKeyOf(token);
  assert.equal((await here.me()).status, 200);
  assert.equal((await here.handstamp.user()).email, here.email);
  assert.equal(here.refreshes(), 1);
  assert.notEqual((await here.handstamp.getAccessToken()).split('.')[0], token.split('.')[0]);
});
