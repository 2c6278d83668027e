import { readFileSync } from 'node:fs';
import { expect } from '@playwright/test';
import { startGateway } from '../service.mjs';
import { client, test } from './site.mjs';

const readme = readFileSync(new URL('../../../../README.md', import.meta.url), 'utf8');
const [, shown] = readme.match(/## A page in five lines\n\n```js\n([^`]*)```/);

test('the five lines of the README work', async ({ service, page }) => {
  const [, email, password] = shown.match(/email: '(.*)', password: '(.*)'/);
  await fetch(`${service.url}/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password }),
  });
  const script = shown.replace('@handstamp/browser', '/index.js').replace('https://auth.example.com', '/');
  const site = await startGateway(service.url, {
    '/index.js': client,
    '/api/orders': { type: 'application/json', content: '[]' },
    '/': { type: 'text/html', content: `<script type="module">${script}</script>` },
  });
  const said = page.waitForEvent('console', (message) => message.type() === 'log');
  await page.goto(site.url);
  expect((await said).text()).toBe(`200 ${email}`);
  await site.stop();
});
