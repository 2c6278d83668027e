// An API, or the service, wants the person to authenticate again.
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { mfaRequired } from '../dist/factors.js';
import { reauthenticate, withStepUp } from '../dist/stepup.js';
import { failsWith } from './client.mjs';
import { eventually } from './eventually.mjs';
import { claimsOf, loggedIn, password } from './fixture.mjs';
import { granted, problem } from './service.mjs';

const here = loggedIn();
const good = { status: 200, headers: {}, body: '' };
const lacking = (what = 'max_age="300"') => ({
  status: 401,
  headers: { 'www-authenticate': `Bearer error="insufficient_user_authentication", ${what}` },
});
const orders = () => here.gateway.seen('/orders');

let asked;
let client;
beforeEach(() => {
  asked = [];
  client = withStepUp(here.handstamp, async (demand) => {
    asked.push(demand);
    await reauthenticate(here.handstamp, { password });
  });
});
const order = (init, input = `${here.gateway.url}/orders`) => client.fetch(input, init);

/** An API that takes every token but the one of before. */
async function refuseThePresentToken() {
  const refused = `Bearer ${await here.handstamp.getAccessToken()}`;
  here.gateway.always('/orders', ({ headers }) => (headers.authorization === refused ? lacking() : good));
}

test('the person authenticates again in the same session, whose refresh token stays', async () => {
  const [before, stored] = [claimsOf(await here.handstamp.getAccessToken()), here.stored];
  await reauthenticate(here.handstamp, { password });
  const after = claimsOf(await here.handstamp.getAccessToken());
  assert.equal(after.sid, before.sid);
  assert.ok(after.auth_time >= before.auth_time);
  assert.notEqual(after.jti, before.jti);
  assert.equal(here.stored, stored);
  assert.equal(here.refreshes(), 0);
  assert.equal((await here.handstamp.user()).email, here.email);
});

test('a wrong password changes nothing', () =>
  assert.rejects(reauthenticate(here.handstamp, { password: 'wrong' }), failsWith('invalid_credentials', false)));

test('the second step carries the ticket of the first', async () => {
  const due = problem(401, 'mfa_required', false);
  due.body = JSON.stringify({ ...JSON.parse(due.body), mfa_token: 'hss_ticket', methods: ['totp'] });
  here.gateway.next('/reauthenticate', due);
  here.gateway.next('/reauthenticate', granted({ refresh_token: undefined }));
  const fault = await reauthenticate(here.handstamp, { password }).catch((error) => error);
  assert.ok(failsWith('mfa_required', false)(fault));
  const { token, methods } = mfaRequired(fault);
  await reauthenticate(here.handstamp, { token, method: methods[0], code: '123456' });
  assert.deepEqual(
    here.gateway.seen('/reauthenticate').map(({ body }) => JSON.parse(body)),
    [{ password }, { mfa_token: 'hss_ticket', method: 'totp', code: '123456' }],
  );
});

test('the token is for the resource of the client', async () => {
  const other = here.open({ resource: 'https://orders.test' });
  here.gateway.next('/refresh', granted());
  here.gateway.next('/reauthenticate', granted({ refresh_token: undefined }));
  await reauthenticate(other, { password });
  assert.equal(JSON.parse(here.gateway.seen('/reauthenticate')[0].body).resource, 'https://orders.test');
});

test('the person is asked, and the call is repeated with the new token, body and all', async () => {
  await refuseThePresentToken();
  assert.equal((await order({ method: 'POST', body: 'one coffee' })).status, 200);
  assert.deepEqual(asked, [{ maxAge: 300, acrValues: [] }]);
  assert.deepEqual(
    orders().map(({ body }) => body),
    ['one coffee', 'one coffee'],
  );
});

test('so is a Request with a body', async () => {
  await refuseThePresentToken();
  const headers = { 'content-type': 'application/json' };
  const request = new Request(`${here.gateway.url}/orders`, { method: 'POST', body: '{"coffee":1}', headers });
  assert.equal((await order(undefined, request)).status, 200);
  assert.deepEqual(
    orders().map(({ body }) => body),
    ['{"coffee":1}', '{"coffee":1}'],
  );
});

test('for a body that can be sent only once the person is not asked', async () => {
  here.gateway.always('/orders', lacking());
  const body = new Blob(['one coffee']).stream();
  assert.equal((await order({ method: 'POST', body, duplex: 'half' })).status, 401);
  assert.deepEqual([asked.length, orders().length], [0, 1]);
});

test('an API that is never content gets a call twice, and the person is asked once', async () => {
  here.gateway.always('/orders', lacking('acr_values="phr phrh"'));
  assert.equal((await order()).status, 401);
  assert.deepEqual(asked, [{ maxAge: undefined, acrValues: ['phr', 'phrh'] }]);
  assert.equal(orders().length, 2);
});

test('any other refusal is the answer', async () => {
  here.gateway.always('/orders', { status: 401, headers: { 'www-authenticate': 'Bearer error="invalid_token"' } });
  assert.equal((await order()).status, 401);
  here.gateway.mend();
  here.gateway.always('/orders', { ...lacking(), status: 403 });
  assert.equal((await order()).status, 403);
  assert.equal(asked.length, 0);
});

test('calls that are refused at once ask the person once', async () => {
  await refuseThePresentToken();
  const answers = await Promise.all(Array.from({ length: 20 }, () => order()));
  assert.ok(answers.every(({ status }) => status === 200));
  assert.equal(asked.length, 1);
});

test('a refusal that arrives after the person was asked asks nobody again', async () => {
  let late;
  here.gateway.next('/orders', () => new Promise((resolve) => (late = () => resolve(lacking()))));
  const slow = order();
  await eventually('the call has come', () => late);
  await refuseThePresentToken();
  assert.equal((await order()).status, 200);
  late();
  assert.equal((await slow).status, 200);
  assert.equal(asked.length, 1);
});

test('a person who does not want to ends the call, and is asked at the next one', async () => {
  await refuseThePresentToken();
  const declined = new Error('Not now.');
  let times = 0;
  client = withStepUp(here.handstamp, () => {
    times++;
    throw declined;
  });
  for (let call = 1; call <= 2; call++) await assert.rejects(order(), (error) => error === declined);
  assert.equal(times, 2);
  assert.equal(orders().length, 2);
});

test('a caller that gives up does not wait for the person', async () => {
  await refuseThePresentToken();
  const abort = new AbortController();
  client = withStepUp(here.handstamp, async () => {
    abort.abort();
    await new Promise(() => undefined);
  });
  await assert.rejects(order({ signal: abort.signal }), { name: 'AbortError' });
});

test('a route of the service asks the person too, and once', async () => {
  here.gateway.next('/me', problem(401, 'insufficient_user_authentication', false));
  assert.equal((await client.call('me')).email, here.email);
  assert.equal(asked.length, 1);
  here.gateway.always('/me', problem(401, 'insufficient_user_authentication', false));
  await assert.rejects(client.call('me'), failsWith('insufficient_user_authentication', false));
  assert.equal(asked.length, 2);
  await assert.rejects(client.call('nothing'), failsWith('not_found', false));
});
