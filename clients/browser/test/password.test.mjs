// A password change ends every session and continues with a new one.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failsWith, pass } from './client.mjs';
import { eventually } from './eventually.mjs';
import { claimsOf, loggedIn, password, show, tenMinutes } from './fixture.mjs';
import { granted } from './service.mjs';

const here = loggedIn();
const expired = { status: 401, headers: { 'www-authenticate': 'Bearer error_description="expired"' } };
const change = { currentPassword: password, newPassword: `new ${password}` };

test('the tokens of a password change are stored at once, and reported as another session', async () => {
  const changes = [];
  here.handstamp.onChange(({ sessionId }) => changes.push(sessionId));
  here.gateway.next('/password/change', granted());
  await here.handstamp.changePassword(change);
  const [{ body, headers }] = here.gateway.seen('/password/change');
  assert.deepEqual(JSON.parse(body), { current_password: change.currentPassword, new_password: change.newPassword });
  assert.match(headers.authorization, /^Bearer ey/);
  assert.equal(here.stored, 'hsr_of-the-gateway');
  assert.deepEqual(changes, ['0199d3f2-5c1e-7b0a-9c51-2f4d8e6a7b31']);
});

test('a wrong password changes nothing', async () => {
  const before = here.stored;
  await assert.rejects(
    here.handstamp.changePassword({ ...change, currentPassword: 'wrong' }),
    failsWith('invalid_credentials', false),
  );
  assert.equal(here.stored, before);
});

test('a password change waits for a refresh that is under way, whose answer would replace the new session', async () => {
  let answer;
  pass(tenMinutes / 2);
  here.gateway.next('/me', expired);
  here.gateway.next('/refresh', new Promise((resolve) => (answer = resolve)));
  here.gateway.next('/password/change', granted());
  const refreshing = here.me();
  await eventually('the service has answered', () => here.gateway.seen('/refresh')[0]?.status === 200);
  const changing = here.handstamp.changePassword(change);
  // Enough time for a client that does not wait to send its request.
  await fetch(`${here.gateway.url}/health/ready`);
  assert.equal(here.gateway.seen('/password/change').length, 0);
  answer();
  await Promise.all([refreshing, changing]);
  assert.equal(here.stored, 'hsr_of-the-gateway');
});

test('the service continues with a new session, and has no token for the old one', async () => {
  const old = { stored: here.stored, token: await here.handstamp.getAccessToken() };
  await here.handstamp.changePassword(change);
  assert.notEqual(here.stored, old.stored);
  assert.notEqual(claimsOf(await here.handstamp.getAccessToken()).sid, claimsOf(old.token).sid);
  assert.equal((await here.handstamp.user()).email, here.email);
  assert.equal(here.refreshes(), 0);
  const answer = await show(here.service, old.stored);
  assert.deepEqual([answer.status, (await answer.json()).code], [409, 'refresh_token_superseded']);
  assert.ok(Number(answer.headers.get('retry-after')) > 0);
});

test('a program that sends the service the old token continues with the new session, too', async () => {
  const other = here.open();
  // The program has read the old token, and the service gets it after the change.
  const changed = async () => void (await here.handstamp.changePassword(change));
  here.gateway.next('/refresh', changed);
  assert.equal((await other.user()).email, here.email);
  assert.deepEqual(
    here.gateway.seen('/refresh').map(({ status }) => status),
    [409, 200],
  );
});
