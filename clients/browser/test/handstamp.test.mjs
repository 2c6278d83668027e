import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import { after, afterEach, before, beforeEach, mock, test } from 'node:test';
import { promisify } from 'node:util';
import { createHandstamp } from '../dist/index.js';
import { failsWith, pass } from './client.mjs';
import { hang, lose, problem, startGateway, startService } from './service.mjs';

const tenMinutes = 600_000;
const password = 'correct horse battery staple';
let service,
  gateway,
  stored,
  changes,
  handstamp,
  people = 0;

before(async () => (service = await startService()));
after(() => service.stop());

beforeEach(async () => {
  gateway = await startGateway(service.url);
  stored = null;
  changes = [];
  handstamp = open();
  const email = `person-${people++}@example.com`;
  await handstamp.register({ email, password });
  await handstamp.login({ email, password });
});

afterEach(async () => {
  mock.timers.reset();
  await gateway.stop();
});

function open(options = {}) {
  const client = createHandstamp({
    url: gateway.url,
    storage: { get: () => stored, set: (token) => void (stored = token) },
    ...options,
  });
  // The list of this test: a client of the previous test may still report a change.
  const heard = changes;
  client.onChange((change) => heard.push(change));
  return client;
}

const refreshes = () => gateway.seen('/refresh').length;
const me = () => handstamp.fetch(`${gateway.url}/me`);

test('a login is enough for calls, and says who is logged in', async () => {
  assert.equal((await me()).status, 200);
  assert.match((await handstamp.user()).email, /@example.com$/);
  assert.equal(changes.length, 1);
  assert.equal(refreshes(), 0);
});

test('a new program with the same storage is logged in', async () => {
  handstamp = open();
  assert.equal((await me()).status, 200);
  assert.equal(refreshes(), 1);
});

test('an expired token is refreshed before it is sent, once for all who wait', async () => {
  pass(tenMinutes);
  const answers = await Promise.all(Array.from({ length: 20 }, me));
  assert.ok(answers.every((answer) => answer.status === 200));
  assert.equal(refreshes(), 1);
});

test('at a random moment in the last fifth of its life a token is still used, and refreshed', async (t) => {
  t.mock.method(Math, 'random', () => 0.5);
  handstamp = open();
  await me();
  assert.equal(refreshes(), 1);
  pass(0.89 * tenMinutes);
  await me();
  assert.equal(refreshes(), 1);
  pass(0.02 * tenMinutes);
  gateway.next('/refresh', hang);
  assert.equal((await me()).status, 200);
  assert.equal(refreshes(), 2);
});

test('when an API says expired, the call is repeated once with its body', async () => {
  const expired = {
    status: 401,
    headers: { 'www-authenticate': 'Bearer error="invalid_token", error_description="The token expired"' },
  };
  gateway.next('/orders', expired);
  gateway.next('/orders', expired);
  pass(tenMinutes / 2);
  const answer = await handstamp.fetch(`${gateway.url}/orders`, { method: 'POST', body: 'one coffee' });
  assert.equal(answer.status, 401);
  assert.deepEqual(
    gateway.seen('/orders').map(({ body }) => body),
    ['one coffee', 'one coffee'],
  );
  assert.equal(refreshes(), 1);
});

test('an API whose clock is wrong causes no refresh', async () => {
  gateway.next('/orders', {
    status: 401,
    headers: { 'www-authenticate': 'Bearer error_description="The token expired"' },
  });
  assert.equal((await handstamp.fetch(`${gateway.url}/orders`)).status, 401);
  assert.equal(refreshes(), 0);
});

test('another 401 is left to the caller', async () => {
  pass(tenMinutes / 2);
  gateway.next('/orders', { status: 401, headers: { 'www-authenticate': 'Bearer error="invalid_token"' } });
  assert.equal((await handstamp.fetch(`${gateway.url}/orders`)).status, 401);
  assert.equal(refreshes(), 0);
});

test('an API of another origin gets no token, and its 401 causes no refresh', async (t) => {
  const other = await startGateway(service.url);
  t.after(() => other.stop());
  other.next('/', { status: 401, headers: { 'www-authenticate': 'Bearer error_description="expired"' } });
  assert.equal((await handstamp.fetch(`${other.url}/`)).status, 401);
  assert.equal(other.seen()[0].headers.authorization, undefined);
  assert.equal(refreshes(), 0);
});

test('an origin that is named gets the token', async (t) => {
  const api = await startGateway(service.url);
  t.after(() => api.stop());
  handstamp = open({ apis: [api.url] });
  await handstamp.fetch(`${api.url}/me`);
  assert.match(api.seen()[0].headers.authorization, /^Bearer ey/);
});

test('a lost answer logs nobody out', async () => {
  gateway.next('/refresh', lose);
  pass(tenMinutes);
  await assert.rejects(me(), failsWith('network', false));
  pass(10_000);
  assert.equal((await me()).status, 200);
  assert.equal(changes.length, 1);
});

test('a busy service gets no retry before the time that it names', async () => {
  gateway.next('/refresh', problem(503, 'server_busy', false, { 'retry-after': '120' }));
  pass(tenMinutes);
  await assert.rejects(me(), failsWith('server_busy', false));
  pass(119_000);
  await assert.rejects(me(), failsWith('server_busy', false));
  assert.equal(refreshes(), 1);
  pass(2000);
  assert.equal((await me()).status, 200);
});

test('the page of a proxy logs nobody out', async () => {
  gateway.next('/refresh', {
    status: 401,
    headers: { 'content-type': 'text/html' },
    body: '<h1>Log in to the Wi-Fi</h1>',
  });
  pass(tenMinutes);
  await assert.rejects(me(), failsWith('unexpected_answer', false));
  assert.notEqual(stored, null);
});

test('a session that has ended is over, and says why', async () => {
  const kept = stored;
  await handstamp.logoutEverywhere();
  stored = kept;
  handstamp = open();
  await assert.rejects(handstamp.getAccessToken(), failsWith('session_revoked', true));
  assert.equal(stored, null);
  assert.deepEqual(changes.at(-1), { sessionId: null, code: 'session_revoked' });
  assert.equal(await handstamp.user(), null);
  const asked = refreshes();
  await assert.rejects(handstamp.getAccessToken(), failsWith('signed_out', true));
  assert.equal(refreshes(), asked);
});

test('after a superseded token, the newest one in the storage is tried', async () => {
  gateway.next('/refresh', problem(409, 'refresh_token_superseded', false));
  pass(tenMinutes);
  assert.equal((await me()).status, 200);
  assert.equal(refreshes(), 2);
});

test('a refresh sends no more than necessary', async () => {
  const shown = stored;
  pass(tenMinutes);
  await me();
  const [{ body, headers }] = gateway.seen('/refresh');
  assert.deepEqual(JSON.parse(body), { refresh_token: shown });
  assert.equal(headers.authorization, undefined);
});

test('a logout without an answer does not count', async () => {
  gateway.always('/refresh', lose);
  await assert.rejects(handstamp.logout(), failsWith('network', false));
  gateway.mend();
  assert.equal(changes.length, 1);
  await handstamp.logout();
  assert.deepEqual(changes.at(-1), { sessionId: null, code: undefined });
  assert.equal(stored, null);
});

test('a person who is logged out can still make calls, without a token', async () => {
  await handstamp.logout();
  assert.equal((await me()).status, 401);
  assert.equal(gateway.seen('/me').at(-1).headers.authorization, undefined);
});

test('devices can be listed, named and ended', async () => {
  const [device] = await handstamp.sessions.list();
  await handstamp.sessions.rename(device.id, 'Kitchen');
  assert.equal((await handstamp.sessions.list())[0].device_name, 'Kitchen');
  await handstamp.sessions.end(device.id);
  assert.equal(await handstamp.user(), null);
});

for (const id of ['../password/change', '..', '.', '', '?a=b', '%2e%2e', '0199d3f2-5c1e-7b0a-9c51-2f4d8e6a7b31/..'])
  test(`'${id}' is not a device, and leads to no other route`, async () => {
    const asked = gateway.seen().length;
    await assert.rejects(handstamp.sessions.rename(id, 'Kitchen'), failsWith('session_not_found', false));
    await assert.rejects(handstamp.sessions.end(id), failsWith('session_not_found', false));
    assert.equal(gateway.seen('/sessions/-').length, 2);
    assert.equal(gateway.seen().length, asked + 2);
  });

test('a module logs in by another route, with the transport of the client', async () => {
  await handstamp.logout();
  const person = { email: 'module@example.com', password };
  await handstamp.register(person);
  await handstamp.loginWith('login', person);
  assert.deepEqual(JSON.parse(gateway.seen('/login').at(-1).body), { ...person, transport: 'body' });
  assert.equal((await handstamp.call('me')).email, person.email);
});

for (const path of ['//evil.example/me', 'https://evil.example/me'])
  test(`a call of '${path}' stays at the service`, async () => {
    const asked = gateway.seen().length;
    await assert.rejects(handstamp.call(path), failsWith('not_found', false));
    assert.equal(gateway.seen().length, asked + 1);
  });

test('the members that belong to an error are kept', async () => {
  const failure = await handstamp
    .register({ email: 'weak@example.com', password: 'password1' })
    .catch((error) => error);
  assert.equal(failure.code, 'password_too_weak');
  assert.equal(failure.problem.rule, 'common');
});

test('a wrong password is reported as such', async () => {
  await assert.rejects(
    handstamp.login({ email: 'nobody@example.com', password }),
    failsWith('invalid_credentials', false),
  );
});

test('the example for Node stays logged in', async (t) => {
  const token = new URL('../examples/.refresh-token', import.meta.url);
  t.after(() => rmSync(token, { force: true }));
  const { email } = await handstamp.user();
  const run = async (...words) =>
    (await promisify(execFile)(process.execPath, ['examples/node.mjs', gateway.url, ...words])).stdout;
  assert.equal(await run(), 'Nobody is logged in.\n');
  assert.equal(await run(email, password), `You are ${email}.\n`);
  assert.equal(await run(), `You are ${email}.\n`);
});
