// A person who is logged in at the real service, behind a gateway of the test.
import { after, afterEach, before, beforeEach, mock } from 'node:test';
import { createHandstamp } from '../dist/index.js';
import { timelessFetch } from './client.mjs';
import { startGateway, startService } from './service.mjs';

export const password = 'correct horse battery staple';
export const tenMinutes = 600_000;

/** The service's answer to a refresh token that no client sends. */
export const show = (service, token) =>
  fetch(`${service.url}/refresh`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ refresh_token: token }),
  });

/** The claims of an access token, unverified. */
export const claimsOf = (token) => JSON.parse(Buffer.from(token.split('.')[1], 'base64url'));

/** The fixture of a test: `service`, `gateway`, `handstamp`, `email`, and the `stored` values. */
export function loggedIn(settings = {}) {
  const here = {
    refreshes: () => here.gateway.seen('/refresh').length,
    me: () => here.handstamp.fetch(`${here.gateway.url}/me`),
  };
  here.open = (options = {}) =>
    createHandstamp({
      url: here.gateway.url,
      fetch: timelessFetch,
      storage: { get: () => here.stored, set: (token) => void (here.stored = token) },
      ...options,
    });
  let people = 0;
  before(async () => (here.service = await startService(settings)));
  after(() => here.service.stop());
  beforeEach(async () => {
    here.gateway = await startGateway(here.service.url);
    here.stored = null;
    here.email = `fixture-${people++}@example.com`;
    here.handstamp = here.open();
    await here.handstamp.register({ email: here.email, password });
    await here.handstamp.login({ email: here.email, password });
  });
  afterEach(async () => {
    mock.timers.reset();
    await here.gateway.stop();
  });
  return here;
}
