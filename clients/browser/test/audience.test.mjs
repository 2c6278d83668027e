// Tokens for an API, and the service's own routes, which do not accept these tokens. The gateway plays the service.
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { pass } from './client.mjs';
import { claimsOf, loggedIn, password, tenMinutes } from './fixture.mjs';
import { accessToken, granted, problem } from './service.mjs';

const here = loggedIn();
const issuer = 'https://auth.test';
const api = 'https://api.test';
let generation;

const bodies = (path) => here.gateway.seen(path).map(({ body }) => body && JSON.parse(body));
const audienceOf = ({ headers }) => claimsOf(headers.authorization).aud;

/** A token for the resource in the body, or else for the API; each time with another refresh token. */
const grant = ({ body }) => {
  const { resource = api } = JSON.parse(body);
  const refresh_token = `hsr_${++generation}`;
  return granted({ refresh_token, access_token: accessToken({ iss: issuer, aud: resource, jti: generation }) });
};

const forService = (answer) => (request) =>
  audienceOf(request) === issuer ? answer : problem(401, 'access_token_wrong_audience', false);

beforeEach(async () => {
  generation = 0;
  here.gateway.always('/login', grant);
  here.gateway.always('/refresh', grant);
  here.gateway.always('/me', forService({ status: 200, headers: {}, body: '{"email":"ada@example.com"}' }));
  here.gateway.always('/sessions', forService({ status: 200, headers: {}, body: '{"sessions":[]}' }));
  here.gateway.always('/orders', { status: 200, headers: {}, body: '' });
});

const logIn = (options) => {
  here.handstamp = here.open(options);
  return here.handstamp.login({ email: here.email, password });
};
const order = () => here.handstamp.fetch(`${here.gateway.url}/orders`);

test('if tokens are for an API, the service’s own routes get another token, once', async () => {
  await logIn();
  const users = await Promise.all(Array.from({ length: 5 }, () => here.handstamp.user()));
  assert.deepEqual(new Set(users.map(({ email }) => email)), new Set(['ada@example.com']));
  assert.deepEqual(await here.handstamp.sessions.list(), []);
  assert.deepEqual(bodies('/refresh'), [{ refresh_token: 'hsr_1', resource: issuer }]);
  assert.equal(here.stored, 'hsr_2');

  await order();
  assert.equal(audienceOf(here.gateway.seen('/orders')[0]), api);
});

test('if tokens are for the service, nothing more is requested', async () => {
  await logIn({ resource: issuer });
  await here.handstamp.user();
  assert.equal(here.refreshes(), 0);
});

test('an app names its resource at the login and at each refresh', async () => {
  await logIn({ resource: 'https://other.test' });
  assert.equal(bodies('/login').at(-1).resource, 'https://other.test');
  pass(tenMinutes);
  await order();
  assert.deepEqual(bodies('/refresh'), [{ refresh_token: 'hsr_1', resource: 'https://other.test' }]);
  assert.equal(audienceOf(here.gateway.seen('/orders')[0]), 'https://other.test');
});

test('both tokens are refreshed, one after another, with the newest refresh token', async () => {
  await logIn();
  await here.handstamp.user();
  pass(tenMinutes);
  await Promise.all([order(), here.handstamp.user(), order(), here.handstamp.user()]);
  assert.equal(here.gateway.mostAtOnce('/refresh'), 1);
  assert.deepEqual(bodies('/refresh'), [
    { refresh_token: 'hsr_1', resource: issuer },
    { refresh_token: 'hsr_2' },
    { refresh_token: 'hsr_3', resource: issuer },
  ]);
  assert.equal(here.stored, 'hsr_4');
});

test('a token for the service is dropped with its session', async () => {
  await logIn();
  await here.handstamp.user();
  here.gateway.mend();
  here.gateway.next('/login', (request) => {
    const { body } = grant(request);
    return granted({ ...JSON.parse(body), session_id: '0199d3f2-0000-7b0a-9c51-2f4d8e6a7b31' });
  });
  here.gateway.always('/refresh', grant);
  here.gateway.always('/me', forService({ status: 200, headers: {}, body: '{}' }));
  await here.handstamp.login({ email: here.email, password });
  await here.handstamp.user();
  assert.equal(here.refreshes(), 2);
});
