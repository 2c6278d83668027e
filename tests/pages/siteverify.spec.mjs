// The widget of another service that checks visitors, in the forms that need it.
import { createServer } from 'node:http';
import { test as base, expect } from '@playwright/test';
import { startService } from '../../clients/browser/test/service.mjs';
import { logIn } from './site.mjs';

const person = { email: 'ada@example.com', password: 'correct horse battery staple' };

// As the real ones do it: a frame of that service in each element of the class, and a field with the response beside it.
const widget = (origin) => `
for (const place of document.querySelectorAll('.test-widget')) {
  const frame = document.createElement('iframe');
  frame.src = '${origin}/frame?key=' + place.dataset.sitekey;
  frame.title = 'Check';
  const field = Object.assign(document.createElement('input'), { type: 'hidden', name: 'test-response' });
  place.append(frame, field);
  fetch('${origin}/response').then((answer) => answer.text()).then((text) => { field.value = text; place.dataset.done = ''; });
}`;

async function startWidgets() {
  const given = new Set();
  let count = 0;
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, 'http://widgets');
    const origin = `http://127.0.0.1:${server.address().port}`;
    response.setHeader('Access-Control-Allow-Origin', '*');
    if (pathname === '/api.js') return response.setHeader('Content-Type', 'text/javascript').end(widget(origin));
    if (pathname === '/frame') return response.setHeader('Content-Type', 'text/html').end('<p>You are a person.</p>');
    if (pathname === '/response') {
      const made = `response-${count++}`;
      given.add(made);
      return response.end(made);
    }
    let body = '';
    for await (const part of request) body += part;
    const sent = new URLSearchParams(body);
    const success = sent.get('secret') === 'the-secret' && given.delete(sent.get('response'));
    return response
      .setHeader('Content-Type', 'application/json')
      .end(JSON.stringify({ success, hostname: '127.0.0.1' }));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${server.address().port}`, stop: () => server.close() };
}

const test = base.extend({
  widgets: [
    async ({}, use) => {
      const widgets = await startWidgets();
      await use(widgets);
      widgets.stop();
    },
    { scope: 'worker' },
  ],
  service: [
    async ({ widgets }, use) => {
      const service = await startService({
        'Challenge:Mode': 'always',
        'Challenge:SiteVerify:SiteKey': 'the-key',
        'Challenge:SiteVerify:Secret': 'the-secret',
        'Challenge:SiteVerify:Url': `${widgets.url}/siteverify`,
        'Challenge:SiteVerify:Script': `${widgets.url}/api.js`,
        'Challenge:SiteVerify:Class': 'test-widget',
        'Challenge:SiteVerify:Field': 'test-response',
      });
      await use(service);
      await service.stop();
    },
    { scope: 'worker' },
  ],
  baseURL: ({ service }, use) => use(service.url),
});

test('the widget of each form sends its response, and nothing is blocked', async ({ page }) => {
  const faults = [];
  page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
  const checked = () => page.locator('[data-done]').waitFor({ state: 'attached' });

  await page.goto('/account/register');
  await checked();
  await expect(page.frameLocator('iframe[title=Check]').getByText('You are a person.')).toBeVisible();
  await page.getByLabel('E-mail address').fill(person.email);
  await page.getByLabel('Password', { exact: true }).fill(person.password);
  await page.getByLabel('Confirm password').fill(person.password);
  await page.getByRole('button', { name: 'Create an account' }).click();
  await expect(page).toHaveTitle('My account – Handstamp');

  await page.context().clearCookies();
  await page.goto('/account/login');
  await checked();
  await page.getByLabel('E-mail address').fill(person.email);
  await page.getByLabel('Password').fill('a wrong sentence');
  await page.getByRole('button', { name: 'Log in', exact: true }).click();
  await expect(page.getByRole('alert')).toHaveText('The e-mail address or the password is wrong.');
  await checked();
  await page.getByLabel('Password').fill(person.password);
  await page.getByRole('button', { name: 'Log in', exact: true }).click();
  await expect(page).toHaveTitle('My account – Handstamp');
  expect(faults.filter((text) => /Content Security Policy/.test(text))).toEqual([]);
});

test.describe('without script', () => {
  test.use({ javaScriptEnabled: false });

  test('the page says that it is needed', async ({ page }) => {
    await page.goto('/account/login');
    await expect(page.locator('noscript')).toBeVisible();
    await logIn(page, person);
    await expect(page.getByRole('alert')).toContainText('your browser has to solve a task');
  });
});
