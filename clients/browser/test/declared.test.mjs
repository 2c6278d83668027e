// The real service, whose tokens are for APIs.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failsWith } from './client.mjs';
import { claimsOf, loggedIn, password } from './fixture.mjs';

const api = 'https://api.test';
const other = 'https://other.test';
const here = loggedIn({ Audiences: `${api},${other}` });

const audience = async () => claimsOf(await here.handstamp.getAccessToken()).aud;
const logIn = (resource) => {
  here.handstamp = here.open({ resource });
  return here.handstamp.login({ email: here.email, password });
};

test('a token is for the first audience, and the service’s own routes get another token', async () => {
  assert.equal((await here.handstamp.user()).email, here.email);
  const [device] = await here.handstamp.sessions.list();
  await here.handstamp.sessions.rename(device.id, 'Kitchen');
  assert.equal(here.refreshes(), 1);
  assert.equal(await audience(), api);
});

test('an app gets a token for the requested resource', async () => {
  await logIn(other);
  assert.equal(await audience(), other);
});

test('an app gets a token for its resource after a password change, too', async () => {
  await logIn(other);
  await here.handstamp.changePassword({ currentPassword: password, newPassword: `new ${password}` });
  assert.equal(await audience(), other);
  assert.equal((await here.handstamp.user()).email, here.email);
});

test('an undeclared resource is refused', () =>
  assert.rejects(logIn('https://nobody.test'), failsWith('invalid_target', false)));
