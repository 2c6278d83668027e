import { expect } from '@playwright/test';
import { call, changes, logIn, open, register, test } from './site.mjs';

const shopper = { email: 'bound@example.com', password: 'correct horse battery staple' };

const keysOf = (requests) =>
  new Set(requests.map(({ headers }) => JSON.parse(Buffer.from(headers.dpop.split('.')[0], 'base64url')).jwk.x));

test.beforeEach(async ({ behind, context }, info) => {
  Object.assign(info, await behind({ bound: true }));
  info.tab = await open(context, info.site);
  await register(info.tab, shopper);
  await logIn(info.tab, shopper);
});

test('a bound session survives a reload and works in all tabs, with one key', async ({ context }, { site, tab }) => {
  await tab.reload();
  expect(await call(tab)).toBe(200);
  const other = await open(context, site);
  expect(await call(other)).toBe(200);
  expect(keysOf(['/login', '/refresh', '/me'].flatMap((path) => site.seen(path))).size).toBe(1);
  for (const { headers } of site.seen('/me')) expect(headers.authorization).toMatch(/^DPoP /);
});

test('a token that one tab got is bound in the other tabs, too', async ({ context }, { site, tab }) => {
  const other = await open(context, site);
  await logIn(tab, shopper);
  await expect.poll(() => changes(other)).toHaveLength(1);
  expect(await call(other)).toBe(200);
  expect(site.seen('/refresh')).toHaveLength(0);
});

test('tabs that make the key at the same time make only one', async ({ browser }, { site }) => {
  const context = await browser.newContext();
  await context.addInitScript(() => {
    // With locks, they would take turns.
    Object.defineProperty(navigator, 'locks', { value: undefined });
    const generateKey = crypto.subtle.generateKey.bind(crypto.subtle);
    crypto.subtle.generateKey = async (...how) => {
      await new Promise((resolve) => (window.goOn = resolve));
      return generateKey(...how);
    };
  });
  site.forget();
  const tabs = await Promise.all(Array.from({ length: 4 }, () => open(context, site)));
  const logins = tabs.map((tab) => logIn(tab, shopper));
  await Promise.all(tabs.map((tab) => tab.waitForFunction(() => window.goOn)));
  await Promise.all(tabs.map((tab) => tab.evaluate(() => window.goOn())));
  await Promise.all(logins);
  expect(keysOf(site.seen('/login')).size).toBe(1);
  await Promise.all(tabs.map((tab) => tab.reload()));
  expect(await Promise.all(tabs.map(call))).toEqual([200, 200, 200, 200]);
  await context.close();
});

test('no script can take the key out of the browser', async ({}, { tab }) => {
  const tries = await tab.evaluate(async () => {
    const opening = indexedDB.open('handstamp');
    await new Promise((resolve) => (opening.onsuccess = resolve));
    const reading = opening.result.transaction('keys').objectStore('keys').get('dpop');
    await new Promise((resolve) => (reading.onsuccess = resolve));
    const { privateKey } = reading.result;
    const tryTo = (format) => crypto.subtle.exportKey(format, privateKey).catch((error) => error.name);
    return [privateKey.extractable, await tryTo('jwk'), await tryTo('pkcs8'), JSON.stringify(privateKey)];
  });
  expect(tries).toEqual([false, 'InvalidAccessError', 'InvalidAccessError', '{}']);
});

test('a cookie that was copied to another profile is useless and harmless', async ({ context, browser }, info) => {
  const { site, tab } = info;
  const stolen = await context.cookies();
  expect(stolen[0].value).toMatch(/^hsr_/);
  const thief = await browser.newContext();
  await thief.addCookies(stolen);
  const den = await open(thief, site);

  expect(await den.evaluate(() => handstamp.user())).toBeNull();
  const plain = await den.evaluate(async () => {
    const answer = await fetch('/refresh', { method: 'POST' });
    return [answer.status, (await answer.json()).code, answer.headers.get('set-cookie')];
  });
  expect(plain).toEqual([401, 'dpop_proof_required', null]);

  await tab.reload();
  expect(await call(tab)).toBe(200);
  await thief.close();
});
