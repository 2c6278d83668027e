import { expect } from '@playwright/test';
import { call, failure, logIn, test } from './site.mjs';

test('no script of the page can read the refresh token', async ({ tab, person, context }) => {
  const shop = await tab();
  await logIn(shop, person);
  await call(shop);
  const cookies = await context.cookies();
  expect(cookies.filter(({ value }) => value.startsWith('hsr_'))).toHaveLength(1);
  expect(cookies.filter(({ httpOnly }) => !httpOnly)).toEqual([]);

  const found = await shop.evaluate(async () => {
    const asked = [
      ['POST', undefined],
      ['POST', '{"transport":"body"}'],
      ['POST', '{"refresh_token":null,"transport":"body"}'],
      ['POST', '{}'],
      ['PUT', '{}'],
      ['GET', undefined],
      ['DELETE', '{"transport":"body"}'],
    ];
    const answers = [];
    for (const [method, body] of asked) {
      const answer = await fetch('/refresh', {
        method,
        body,
        headers: body ? { 'content-type': 'application/json' } : {},
      });
      answers.push(JSON.stringify([...answer.headers]), await answer.text());
    }
    const databases = await indexedDB.databases();
    return [document.cookie, { ...localStorage }, { ...sessionStorage }, databases, answers].map((each) =>
      JSON.stringify(each),
    );
  });
  expect(found.join()).not.toContain('hsr_');
  expect(found[0]).toBe('""');
});

test('the refresh token is sent to /refresh and nowhere else', async ({ tab, person, site }) => {
  const shop = await tab();
  await logIn(shop, person);
  await call(shop);
  await shop.reload();
  await shop.evaluate(() => handstamp.sessions.list());
  await shop.evaluate(() => handstamp.logout());
  const withToken = site.seen().filter(({ headers }) => headers.cookie?.includes('hsr_'));
  expect(new Set(withToken.map(({ path }) => path))).toEqual(new Set(['/refresh']));
  expect(withToken.map(({ method }) => method)).toEqual(['POST', 'DELETE']);
});

test('nothing is stored where a later script could find it', async ({ tab, person }) => {
  const shop = await tab();
  await logIn(shop, person);
  await call(shop);
  expect(await shop.evaluate(() => [localStorage.length, sessionStorage.length])).toEqual([0, 0]);
});

test('a page of another origin can log in when the settings say so', async ({ elsewhere, page, person }) => {
  const { site } = await elsewhere((origin) => ({ 'Cors:AllowedOrigins': origin }));
  await page.goto(`${site.url}/shop`);
  await page.waitForFunction('window.handstamp');
  await page.evaluate((person) => handstamp.register(person), person);
  await logIn(page, person);
  await page.reload();
  expect(await page.evaluate(async () => (await handstamp.user())?.email)).toBe(person.email);
});

test('a page of another origin cannot log in without these settings', async ({ elsewhere, page, person }) => {
  const { site } = await elsewhere(() => ({}));
  await page.goto(`${site.url}/shop`);
  await page.waitForFunction('window.handstamp');
  expect(await failure(page, `handstamp.login(${JSON.stringify(person)})`)).toBe('network');
});
