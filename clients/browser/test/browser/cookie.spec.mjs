import { expect } from '@playwright/test';
import { visitor } from '../service.mjs';
import { call, failure, logIn, open, register, test } from './site.mjs';

const shopper = { email: 'cookie@example.com', password: 'correct horse battery staple' };

const user = (tab) => tab.evaluate(async () => (await handstamp.user())?.email ?? null);
const handstamps = async (context) =>
  (await context.cookies()).filter(({ name }) => name.endsWith('handstamp') && !name.includes('page'));

async function begin(context, site) {
  const tab = await open(context, site);
  await register(tab, shopper);
  await logIn(tab, shopper);
  return tab;
}

test('under a base path, the cookie is only sent to the refresh route there', async ({ behind, context }) => {
  const { site } = await behind({ base: '/auth/', settings: () => ({ BasePath: '/auth' }) });
  const tab = await begin(context, site);
  expect((await handstamps(context)).map(({ path }) => path)).toEqual(['/auth/refresh']);
  await tab.reload();
  expect(await user(tab)).toBe(shopper.email);
  const withCookie = site.seen().filter(({ headers }) => headers.cookie?.includes('hsr_'));
  expect(new Set(withCookie.map(({ path }) => path))).toEqual(new Set(['/auth/refresh']));
});

test('behind a proxy that ends TLS everything is as in production', async ({ behind, context }) => {
  const { site } = await behind({ name: 'auth.shop.test' });
  const tab = await begin(context, site);
  const [cookie] = await handstamps(context);
  expect(cookie).toMatchObject({ name: '__Secure-handstamp', secure: true, httpOnly: true, sameSite: 'Strict' });
  await tab.reload();
  expect(await user(tab)).toBe(shopper.email);
  const [device] = await tab.evaluate(() => handstamp.sessions.list());
  expect(device.ip_address).toBe(visitor);
  expect(site.seen('/refresh')[0].headers['x-forwarded-for']).toBeUndefined();
});

test('a page of another site can log in if the settings say so, and a page of a third site cannot', async ({
  behind,
  context,
}) => {
  const shop = await behind({ name: 'www.shop.test' });
  const fake = await behind({ name: 'www.fake.test' });
  const { site } = await behind({
    name: 'auth.elsewhere.test',
    settings: () => ({ 'Cors:AllowedOrigins': shop.site.url, 'Cookie:SameSite': 'None' }),
  });
  const useService = (url) => (window.handstamp = window.createHandstamp({ url }));
  const there = async ({ site: { url } }) => {
    const tab = await open(context, { url });
    await tab.evaluate(async () => (window.createHandstamp = (await import('/index.js')).createHandstamp));
    await tab.evaluate(useService, site.url);
    return tab;
  };

  const tab = await there(shop);
  await register(tab, shopper);
  await logIn(tab, shopper);
  expect((await handstamps(context)).map(({ sameSite, domain }) => [sameSite, domain])).toEqual([
    ['None', 'auth.elsewhere.test'],
  ]);
  await tab.evaluate(useService, site.url);
  expect(await user(tab)).toBe(shopper.email);

  const stranger = await there(fake);
  expect(await stranger.evaluate(() => handstamp.user().catch((error) => error.code))).toBe('network');
  // Its requests arrive without the cookie: each site has its own cookie jar.
  expect(site.seen('/refresh').at(-1).headers.cookie).toBeUndefined();
  expect(await user(await there(shop))).toBe(shopper.email);
});

test('a cookie that an older domain has left behind does no harm', async ({ behind, context }) => {
  const { site, service, settings } = await behind({
    name: 'auth.shop.test',
    settings: () => ({ 'Cookie:Domain': 'shop.test', 'Sessions:RetryWindow': '00:00:00' }),
  });
  const tab = await begin(context, site);
  const { 'Cookie:Domain': _, ...without } = settings;
  await service.restart(without);

  // The old cookie is used once; then there are two, of one session.
  for (let i = 0; i < 3; i++) {
    await tab.reload();
    expect(await user(tab)).toBe(shopper.email);
  }
  expect((await handstamps(context)).map(({ domain }) => domain).sort()).toEqual(['.shop.test', 'auth.shop.test']);
  expect(site.seen('/refresh').at(-1).headers.cookie.match(/hsr_/g)).toHaveLength(2);

  // A logout works although the older cookie stays.
  await tab.evaluate(() => handstamp.logout());
  await tab.reload();
  expect(await user(tab)).toBeNull();
  await logIn(tab, shopper);
  await tab.reload();
  expect(await user(tab)).toBe(shopper.email);
});

test('a cookie that an older path has left behind does no harm', async ({ behind, context }) => {
  const { site, service, settings } = await behind({ base: '/auth/', settings: () => ({ BasePath: '/auth' }) });
  const tab = await begin(context, site);
  const [ended] = await handstamps(context);
  await tab.evaluate(() => handstamp.logout());
  // As if another version had set them for the whole site: the cookie of an ended session, and one that is not valid at
  // all.
  await context.addCookies([
    { ...ended, path: '/' },
    { ...ended, path: '/auth', value: `hsr_${'A'.repeat(72)}` },
  ]);
  await service.restart(settings);
  await tab.reload();
  // Nothing shows whether one of the cookies belongs to the browser; a login decides that.
  expect(await failure(tab, 'handstamp.user()')).toBe('refresh_cookie_ambiguous');
  await logIn(tab, shopper);
  await tab.reload();
  expect(await user(tab)).toBe(shopper.email);
  expect(site.seen('/auth/refresh').at(-1).headers.cookie.match(/hsr_/g)).toHaveLength(3);
});

test('a late refusal does not take away a newer cookie', async ({ behind, context }) => {
  const { site } = await behind();
  const tab = await begin(context, site);
  const [old] = await handstamps(context);
  const token = await tab.evaluate(() => handstamp.getAccessToken());
  await fetch(`${site.url}/logout`, { method: 'POST', headers: { authorization: `Bearer ${token}` } });

  let answer;
  site.next('/refresh', new Promise((resolve) => (answer = resolve)));
  await tab.evaluate(() => void (window.late = fetch('/refresh', { method: 'POST' })));
  await expect.poll(() => site.seen('/refresh').length).toBe(1);
  const other = await open(context, site);
  await logIn(other, shopper);
  const [newer] = await handstamps(context);
  expect(newer.value).not.toBe(old.value);
  answer();
  expect(await tab.evaluate(async () => (await (await window.late).json()).code)).toBe('session_revoked');

  expect((await handstamps(context)).map(({ value }) => value)).toEqual([newer.value]);
  await other.reload();
  expect(await call(other)).toBe(200);
});
