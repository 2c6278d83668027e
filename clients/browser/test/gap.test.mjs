// A superseded token, requests that take too long, and the window that says how long that is.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failsWith, follow, hold, pass, passUntil } from './client.mjs';
import { eventually } from './eventually.mjs';
import { loggedIn, password, tenMinutes } from './fixture.mjs';
import { granted, hang, problem } from './service.mjs';

const here = loggedIn();
const gap = (seconds) => problem(409, 'refresh_token_superseded', false, { 'retry-after': `${seconds}` });

test('the client waits for the end of a quiet gap, and the call takes longer', async () => {
  here.gateway.next('/refresh', gap(7));
  here.gateway.next('/refresh', granted());
  hold(tenMinutes);
  const token = here.handstamp.getAccessToken();
  await eventually('the refresh has arrived', () => here.refreshes() === 1);
  assert.ok((await passUntil(() => here.refreshes() === 2)) >= 7000);
  assert.match(await token, /^ey/);
});

test('a caller who stops waiting stops at once, and no other caller does', async () => {
  here.gateway.next('/refresh', gap(7));
  here.gateway.next('/refresh', granted());
  hold(tenMinutes);
  const impatient = new AbortController();
  const given = here.handstamp.fetch(`${here.gateway.url}/me`, { signal: impatient.signal });
  const other = here.handstamp.getAccessToken();
  await eventually('the refresh has arrived', () => here.refreshes() === 1);
  impatient.abort();
  await assert.rejects(given, { name: 'AbortError' });
  assert.equal(here.refreshes(), 1);
  await passUntil(() => here.refreshes() === 2);
  assert.match(await other, /^ey/);
});

test('nobody waits forever, and the session continues', async () => {
  here.gateway.always('/refresh', gap(300));
  hold(tenMinutes);
  const followed = follow(here.handstamp.getAccessToken());
  assert.ok((await passUntil(() => followed.done)) < 40_000);
  await assert.rejects(followed.call, failsWith('refresh_token_superseded', false));
  assert.equal(here.refreshes(), 4);
  assert.match(here.stored, /^hsr_/);

  here.gateway.mend();
  pass(299_000);
  await assert.rejects(here.me(), failsWith('refresh_token_superseded', false));
  pass(2000);
  assert.equal((await here.me()).status, 200);
});

test('a login does not wait for the end of a gap, and ends the wait', async () => {
  here.gateway.next('/refresh', gap(10));
  here.gateway.next('/login', granted());
  hold(tenMinutes);
  const token = here.handstamp.getAccessToken();
  await eventually('the refresh has arrived', () => here.refreshes() === 1);
  await here.handstamp.login({ email: here.email, password });
  assert.match(await token, /^ey/);
  assert.equal(here.refreshes(), 1);
});

test('an answer to an abandoned request is ignored', async () => {
  const before = here.stored;
  let answer;
  here.gateway.next('/refresh', new Promise((resolve) => (answer = resolve)));
  pass(tenMinutes);
  const call = here.me();
  await eventually('the service has answered', () => here.gateway.seen('/refresh')[0]?.status === 200);
  // The machine sleeps, and no timer runs.
  pass(5100);
  answer();
  await assert.rejects(call, failsWith('timeout', false));
  assert.equal(here.stored, before);
  pass(2000);
  assert.equal((await here.me()).status, 200);
});

test('an answer that another program has overtaken is ignored', async () => {
  let answer;
  here.gateway.next('/refresh', new Promise((resolve) => (answer = resolve)));
  pass(tenMinutes);
  const call = here.me();
  await eventually('the service has answered', () => here.gateway.seen('/refresh')[0]?.status === 200);
  await here.open().login({ email: here.email, password });
  const newer = here.stored;
  answer();
  assert.equal((await call).status, 200);
  assert.equal(JSON.parse(here.gateway.seen('/refresh').at(-1).body).refresh_token, newer);
});

test('the refusal of a token that another program has replaced ends nothing', async () => {
  here.gateway.next('/refresh', () => {
    here.stored = newer;
    return problem(401, 'session_revoked', true);
  });
  const older = here.stored;
  await here.open().login({ email: here.email, password });
  const newer = here.stored;
  here.stored = older;
  pass(tenMinutes);
  assert.equal((await here.me()).status, 200);
  assert.match(here.stored, /^hsr_/);
});

/** How long a refresh waits for an answer that does not come. */
async function patience() {
  here.gateway.next('/refresh', hang);
  const asked = here.refreshes();
  hold(tenMinutes);
  const followed = follow(here.handstamp.getAccessToken());
  await eventually('the refresh has arrived', () => here.refreshes() > asked);
  const passed = await passUntil(() => followed.done);
  await assert.rejects(followed.call, failsWith('timeout', false));
  return passed;
}

for (const [window, expected] of [
  [9, 1500],
  [1.5, 250],
  [60, 5000],
  [0, 5000],
  [undefined, 5000],
])
  test(`with a window of ${window} s, a refresh is abandoned after ${expected} ms`, async () => {
    here.gateway.next('/refresh', granted({ retry_window: window }));
    pass(tenMinutes);
    await here.handstamp.getAccessToken();
    const passed = await patience();
    assert.ok(passed >= expected - 1 && passed < expected + 500, `${passed}`);
  });

test('a login is abandoned after ten seconds', async () => {
  here.gateway.next('/login', hang);
  hold();
  const followed = follow(here.handstamp.login({ email: here.email, password }));
  await eventually('the login has arrived', () => here.gateway.seen('/login').length === 2);
  const passed = await passUntil(() => followed.done);
  await assert.rejects(followed.call, failsWith('timeout', false));
  assert.ok(passed >= 9999 && passed < 10_500, `${passed}`);
});

test('a program that does not know the window yet ignores an answer that is late for its window', async () => {
  const before = here.stored;
  here.handstamp = here.open();
  here.gateway.next('/refresh', () => {
    pass(4000);
    return granted({ retry_window: 9 });
  });
  await assert.rejects(here.handstamp.getAccessToken(), failsWith('timeout', false));
  assert.equal(here.stored, before);
});
