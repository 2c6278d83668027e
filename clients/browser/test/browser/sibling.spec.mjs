import { expect } from '@playwright/test';
import { logIn, open, register, test } from './site.mjs';

const password = 'correct horse battery staple';
const shopper = { email: 'sibling@example.com', password };
const mallory = { email: 'mallory@example.com', password };

const user = (tab) => tab.evaluate(async () => (await handstamp.user())?.email ?? null);

/** Logs in without the browser, and returns the cookies that a browser would keep. */
async function begin(service, person) {
  const post = (path, body) =>
    fetch(`${service.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  await post('/register', person);
  const answer = await post('/login', { ...person, transport: 'cookie' });
  return answer.headers.getSetCookie().map((cookie) => cookie.split(';')[0]);
}

test('a sibling host can plant its own session beside the visitor’s session, but cannot replace that session', async ({
  behind,
  context,
}) => {
  const { site, service } = await behind({ name: 'auth.shop.test' });
  const sibling = await behind({ name: 'blog.shop.test' });
  const tab = await open(context, site);
  await register(tab, shopper);
  await logIn(tab, shopper);

  const [token, own] = await begin(service, mallory);
  const blog = await open(context, sibling.site);
  await blog.evaluate(
    ([token, own]) => {
      document.cookie = `${token}; domain=shop.test; path=/refresh; secure`;
      document.cookie = `${token}left; domain=shop.test; path=/; secure`;
      document.cookie = `${own}; domain=shop.test; path=/; secure`;
      document.cookie = `${own}; path=/; secure`;
    },
    [token, own],
  );

  const sent = await context.cookies(`${site.url}/refresh`);
  expect(sent.filter(({ name }) => name === '__Secure-handstamp')).toHaveLength(3);
  expect(sent.filter(({ name }) => name === '__Host-handstamp-session')).toHaveLength(1);
  await tab.reload();
  expect(await user(tab)).toBe(shopper.email);
});
