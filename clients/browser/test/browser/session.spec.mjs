import { expect } from '@playwright/test';
import { granted, hang, lose, problem } from '../service.mjs';
import { call, changes, failure, logIn, test } from './site.mjs';

const tenMinutes = 600_000;
const refreshes = (site) => site.seen('/refresh').filter(({ method }) => method === 'POST').length;

test('a login is enough for calls', async ({ tab, person, site }) => {
  const shop = await tab();
  await logIn(shop, person);
  expect(await call(shop)).toBe(200);
  expect(refreshes(site)).toBe(0);
});

test('a reload finds the session again with one silent refresh', async ({ tab, person, site }) => {
  const shop = await tab();
  await logIn(shop, person);
  await shop.reload();
  expect(await Promise.all([call(shop), call(shop), call(shop)])).toEqual([200, 200, 200]);
  expect(refreshes(site)).toBe(1);
});

test('before the access token expires it is refreshed', async ({ context, tab, person, site }) => {
  await context.clock.install();
  const shop = await tab();
  await logIn(shop, person);
  const refreshed = shop.waitForResponse('**/refresh');
  await shop.clock.fastForward(tenMinutes - 1000);
  expect((await refreshed).status()).toBe(200);
  expect(await call(shop)).toBe(200);
  expect(refreshes(site)).toBe(1);
});

test('ten tabs that need a token at once ask one at a time', async ({ tab, person, site }) => {
  const first = await tab();
  await logIn(first, person);
  const tabs = [first, ...(await Promise.all(Array.from({ length: 9 }, tab)))];
  await Promise.all(tabs.map((each) => each.reload()));
  expect(await Promise.all(tabs.map(call))).toEqual(tabs.map(() => 200));
  expect(site.mostAtOnce('/refresh')).toBe(1);
});

test('a token that one tab got is shared with the other tabs', async ({ context, tab, person, site }) => {
  await context.clock.install();
  const [one, two] = [await tab(), await tab()];
  await logIn(one, person);
  await expect.poll(() => changes(two)).toHaveLength(1);
  expect(await call(two)).toBe(200);
  expect(refreshes(site)).toBe(0);
});

test('a token that another tab got ends the wait for the end of a quiet gap', async ({ tab, person, site }) => {
  const [one, two] = [await tab(), await tab()];
  await logIn(one, person);
  await two.reload();
  site.next('/refresh', problem(409, 'refresh_token_superseded', false, { 'retry-after': '10' }));
  const waiting = call(two);
  await expect.poll(() => refreshes(site)).toBe(1);
  await logIn(one, person);
  expect(await waiting).toBe(200);
  expect(refreshes(site)).toBe(1);
});

test('the tabs also share tokens without Web Locks', async ({ context, tab, person }) => {
  await context.addInitScript(() => Object.defineProperty(navigator, 'locks', { value: undefined }));
  const first = await tab();
  await logIn(first, person);
  const tabs = [first, await tab(), await tab()];
  await Promise.all(tabs.map((each) => each.reload()));
  expect(await Promise.all(tabs.map(call))).toEqual([200, 200, 200]);
});

test('an answer that comes after the logout of another tab logs nobody in', async ({ context, tab, person, site }) => {
  // With locks, the logout would wait for the answer.
  await context.addInitScript(() => Object.defineProperty(navigator, 'locks', { value: undefined }));
  const [one, two] = [await tab(), await tab()];
  await logIn(one, person);
  await two.reload();
  await two.evaluate(() => {
    window.heard = new Promise(
      (resolve) => (new BroadcastChannel(`handstamp ${location.origin}/`).onmessage = resolve),
    );
  });
  let answer;
  site.next('/refresh', new Promise((resolve) => (answer = resolve)));
  const fault = failure(two, 'handstamp.getAccessToken()');
  await expect.poll(() => site.seen('/refresh').at(-1)?.status).toBe(200);
  await one.evaluate(() => handstamp.logout());
  await two.evaluate(() => window.heard.then(() => undefined));
  answer();
  expect(await fault).toBe('signed_out');
  expect(await changes(two)).toEqual([{ sessionId: null, code: undefined }]);
});

test('nobody is logged out while offline, and everything continues when online', async ({ context, tab, person }) => {
  await context.clock.install();
  const shop = await tab();
  await logIn(shop, person);
  await context.setOffline(true);
  for (let failures = 0; failures < 8; failures++) {
    await shop.clock.fastForward(tenMinutes);
    expect(await failure(shop, 'handstamp.getAccessToken()')).toBe('network');
  }
  // By now, a pause takes at least half a minute. The browser's event ends it within a few seconds on the page's clock.
  await shop.clock.pauseAt(await shop.evaluate(() => Date.now() + 1));
  let asked = false;
  shop.once('request', () => (asked = true));
  const refreshed = shop.waitForResponse('**/refresh');
  await context.setOffline(false);
  for (let passed = 0; !asked; passed += 10) {
    expect(passed).toBeLessThan(10_000);
    await shop.clock.runFor(10);
  }
  await shop.clock.resume();
  await refreshed;
  expect(await call(shop)).toBe(200);
  expect(await changes(shop)).toHaveLength(1);
});

test('a refresh whose answer was cut off is sent again', async ({ context, tab, person, site }) => {
  await context.clock.install();
  const shop = await tab();
  await logIn(shop, person);
  // Cut every answer: Chromium itself repeats a request when a connection that it has used before is cut.
  site.always('/refresh', lose);
  const lost = shop.waitForEvent('requestfailed');
  await shop.clock.fastForward(tenMinutes);
  await lost;
  await expect.poll(() => failure(shop, 'handstamp.getAccessToken()')).toBe('network');
  site.mend();
  await shop.clock.fastForward(60_000);
  expect(await call(shop)).toBe(200);
  expect(await changes(shop)).toHaveLength(1);
});

test('a tab that crashes in the middle of its refresh delays no other tab', async ({ tab, person, site }) => {
  const [one, two] = [await tab(), await tab()];
  await logIn(one, person);
  await Promise.all([one.reload(), two.reload()]);
  site.next('/refresh', hang);
  const asked = one.waitForRequest('**/refresh');
  one.evaluate(() => handstamp.getAccessToken()).catch(() => undefined);
  await asked;
  const answer = call(two);
  await one.close();
  expect(await answer).toBe(200);
});

test('the other tabs do not wait forever for a tab that hangs with the lock', async ({ tab, person }) => {
  const [one, two] = [await tab(), await tab()];
  await logIn(one, person);
  await two.reload();
  await one.evaluate(() => {
    navigator.locks.request(`handstamp ${location.origin}/`, () => new Promise(() => undefined));
  });
  expect(await call(two)).toBe(200);
});

test('a logout in one tab is seen in all', async ({ tab, person, context }) => {
  const [one, two] = [await tab(), await tab()];
  await logIn(one, person);
  await expect.poll(() => changes(two)).toHaveLength(1);
  await one.evaluate(() => handstamp.logout());
  await expect.poll(async () => (await changes(two)).at(-1).sessionId).toBeNull();
  expect(await two.evaluate(() => handstamp.user())).toBeNull();
  expect((await context.cookies()).map(({ name }) => name)).toEqual(['handstamp-device']);
});

test('after a password change in one tab, all tabs continue with the new session', async ({ tab, person, site }) => {
  const [one, two] = [await tab(), await tab()];
  await logIn(one, person);
  await expect.poll(() => changes(two)).toHaveLength(1);
  const answer = granted({ refresh_token: undefined });
  site.next('/password/change', answer);
  await one.evaluate(
    (currentPassword) => handstamp.changePassword({ currentPassword, newPassword: 'another' }),
    person.password,
  );
  const { session_id: sessionId, access_token: token } = JSON.parse(answer.body);
  for (const each of [one, two]) {
    await expect.poll(async () => (await changes(each)).at(-1).sessionId).toBe(sessionId);
    expect(await each.evaluate(() => handstamp.getAccessToken())).toBe(token);
  }
  expect(refreshes(site)).toBe(0);
});

test('a session that has ended is over in every tab, and says why', async ({ context, tab, person, service }) => {
  await context.clock.install();
  const [one, two] = [await tab(), await tab()];
  await logIn(one, person);
  await expect.poll(() => changes(two)).toHaveLength(1);
  const token = await one.evaluate(() => handstamp.getAccessToken());
  await fetch(`${service.url}/logout`, { method: 'POST', headers: { authorization: `Bearer ${token}` } });
  await one.clock.fastForward(tenMinutes);
  for (const each of [one, two])
    await expect
      .poll(async () => (await changes(each)).at(-1))
      .toMatchObject({ sessionId: null, code: 'session_revoked' });
});

test('a refresh that fails is retried automatically', async ({ tab, person, site }) => {
  const shop = await tab();
  await logIn(shop, person);
  site.next('/refresh', problem(503, 'server_busy', false));
  await shop.evaluate(() => dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true })));
  await shop.waitForResponse((answer) => answer.url().endsWith('/refresh') && answer.ok());
  expect(refreshes(site)).toBe(2);
});

test('a busy service keeps everybody logged in', async ({ context, tab, person, site }) => {
  await context.clock.install();
  const shop = await tab();
  await logIn(shop, person);
  site.next('/refresh', problem(503, 'server_busy', false, { 'retry-after': '30' }));
  await shop.clock.fastForward(tenMinutes);
  expect(await failure(shop, 'handstamp.getAccessToken()')).toBe('server_busy');
  await shop.evaluate(() => dispatchEvent(new Event('online')));
  expect(await failure(shop, 'handstamp.getAccessToken()')).toBe('server_busy');
  expect(refreshes(site)).toBe(1);
  await shop.clock.fastForward(31_000);
  expect(await call(shop)).toBe(200);
});

test('a page that comes back from the back-forward cache checks whether the session still exists', async ({
  tab,
  person,
  service,
  site,
}) => {
  const shop = await tab();
  await logIn(shop, person);
  await shop.evaluate(() => (window.kept = true));
  const token = await shop.evaluate(() => handstamp.getAccessToken());
  await fetch(`${service.url}/logout`, { method: 'POST', headers: { authorization: `Bearer ${token}` } });
  await shop.goto(`${site.url}/health/live`);
  await shop.goBack({ waitUntil: 'commit' });
  expect(await shop.evaluate(() => window.kept)).toBe(true);
  await expect
    .poll(async () => (await changes(shop)).at(-1))
    .toMatchObject({ sessionId: null, code: 'session_revoked' });
});

test('a listener that throws affects nothing else', async ({ tab, person }) => {
  const shop = await tab();
  await shop.evaluate(() => {
    handstamp.onChange(() => {
      throw new Error('a fault of the page');
    });
  });
  const fault = shop.waitForEvent('pageerror');
  await logIn(shop, person);
  expect((await fault).message).toBe('a fault of the page');
  expect(await call(shop)).toBe(200);
});

test('nobody is logged in in a private window', async ({ browser, tab, person, site }) => {
  await logIn(await tab(), person);
  const stranger = await (await browser.newContext()).newPage();
  await stranger.goto(`${site.url}/shop`);
  await stranger.waitForFunction('window.handstamp');
  expect(await stranger.evaluate(() => handstamp.user())).toBeNull();
  await stranger.context().close();
});
