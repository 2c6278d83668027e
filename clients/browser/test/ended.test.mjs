// Calls that are refused because their session was ended elsewhere. The client asks the service at once, and the
// service decides.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failsWith, pass } from './client.mjs';
import { loggedIn, password, tenMinutes } from './fixture.mjs';
import { challenge, problem } from './service.mjs';

const here = loggedIn();
const change = { currentPassword: password, newPassword: `new ${password}` };
const ended = challenge('code="session_revoked"');
const order = (init) => here.handstamp.fetch(`${here.gateway.url}/orders`, init);

/** Ends every session of the account, from another device. */
async function endElsewhere() {
  let stored;
  const elsewhere = here.open({ storage: { get: () => stored, set: (token) => void (stored = token) } });
  await elsewhere.login({ email: here.email, password });
  await elsewhere.logoutEverywhere();
  here.gateway.forget();
}

function listen() {
  const changes = [];
  here.handstamp.onChange((each) => changes.push(each));
  return changes;
}

const over = [{ sessionId: null, code: 'session_revoked' }];

for (const [what, refusal] of [
  ['the session was ended', ended],
  ['the token has expired', challenge('error_description="expired"')],
])
  test(`an API says that ${what}: the caller gets its answer, and an ended session is over at once`, async () => {
    await endElsewhere();
    const changes = listen();
    pass(tenMinutes / 2);
    here.gateway.always('/orders', refusal);
    assert.equal((await order({ method: 'POST', body: 'one coffee' })).status, 401);
    assert.deepEqual(changes, over);
    assert.equal(here.stored, null);
    assert.equal((await order()).status, 401);
    const [, next] = here.gateway.seen('/orders');
    assert.deepEqual([next.headers.authorization, here.refreshes()], [undefined, 1]);
  });

test('an API that wrongly reports an ended session ends nothing, and costs one refresh in ten seconds', async () => {
  const changes = listen();
  here.gateway.always('/orders', ended);
  for (let call = 0; call < 5; call++) assert.equal((await order()).status, 401);
  assert.deepEqual([here.gateway.seen('/orders').length, here.refreshes(), changes], [6, 1, []]);
});

test('an API reports an ended session while the service is unavailable: the call fails, and nobody is logged out', async () => {
  here.gateway.always('/orders', ended);
  here.gateway.always('/refresh', problem(503, 'server_busy', false));
  await assert.rejects(order(), failsWith('server_busy', false));
  assert.notEqual(here.stored, null);
});

test('the service’s own routes report an ended session, too', async () => {
  await endElsewhere();
  const changes = listen();
  await assert.rejects(here.handstamp.sessions.list(), failsWith('session_revoked', true));
  await new Promise(setImmediate);
  assert.deepEqual([changes, here.stored, here.refreshes()], [over, null, 1]);
  await assert.rejects(here.handstamp.sessions.list(), failsWith('signed_out', true));
  assert.equal(here.refreshes(), 1);
});

test('after the end of the session, nobody is logged in', async () => {
  await endElsewhere();
  assert.equal(await here.handstamp.user(), null);
});

test('a disabled account ends the session at its next call', async () => {
  const changes = listen();
  here.gateway.always('/me', problem(403, 'account_disabled', true));
  here.gateway.always('/refresh', problem(403, 'account_disabled', true));
  assert.equal(await here.handstamp.user(), null);
  await new Promise(setImmediate);
  assert.deepEqual(changes, [{ sessionId: null, code: 'account_disabled' }]);
});

test('another program on the same storage has changed the password: this one continues with the new session', async () => {
  const other = here.open();
  const old = await here.handstamp.getAccessToken();
  await other.changePassword(change);
  // This program still has the old token, which is still young.
  assert.equal((await here.handstamp.user()).email, here.email);
  assert.deepEqual(
    here.gateway.seen('/me').map(({ status }) => status),
    [401, 200],
  );
  assert.notEqual(await here.handstamp.getAccessToken(), old);
});

test('it also continues when an API is the first to report the end', async () => {
  const other = here.open();
  const old = `Bearer ${await here.handstamp.getAccessToken()}`;
  await other.changePassword(change);
  here.gateway.always('/orders', ({ headers }) =>
    headers.authorization === old ? ended : { status: 200, headers: {}, body: '' },
  );
  const changes = listen();
  assert.equal((await order()).status, 200);
  assert.deepEqual(
    changes.map(({ code }) => code),
    [undefined],
  );
});
