import { execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import { freePort, startService } from '../service.mjs';

const pathOf = (path) => new URL(`../../../../${path}`, import.meta.url).pathname;
const web = pathOf('samples/Web');
const email = 'ada@example.com';

let api, origin, service;

test.beforeAll(async () => {
  execFileSync('npm', ['run', 'client'], { cwd: web, stdio: 'ignore' });
  origin = `http://127.0.0.1:${await freePort()}`;
});

test.afterEach(async () => {
  const ended = new Promise((resolve) => api.once('exit', resolve));
  api.kill();
  await ended;
  await service.stop();
});

/** samples/Api with samples/Web as its page, and a service with these settings. */
async function open(page, settings) {
  service = await startService(settings);
  api = spawn(pathOf('artifacts/bin/Api/release/Api'), ['--urls', origin, '--Authority', service.url, '--Page', web]);
  await new Promise((resolve) => api.stdout.on('data', (line) => `${line}`.includes('listening on') && resolve()));
  const script = readFileSync(`${web}/app.js`, 'utf8').replace('http://127.0.0.1:5110', service.url);
  await page.route('**/app.js', (route) => route.fulfill({ contentType: 'text/javascript', body: script }));
  await page.goto(`${origin}/index.html`);
}

async function register(page) {
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill('correct horse battery staple');
  await page.getByRole('button', { name: 'Register' }).click();
}

test('samples/Web: log in, call the API, reload, log out', async ({ page, context }) => {
  await open(page, { 'Cors:AllowedOrigins': origin });
  const said = page.getByRole('status');
  await expect(said).toHaveText('Nobody is logged in.');
  await register(page);
  await expect(said).toHaveText(`Welcome, ${email}.`);
  await page.getByRole('button', { name: 'Call the API' }).click();
  await expect(said).toHaveText(/^You are [0-9a-f-]{36}\.\s$/);
  await page.reload();
  await expect(said).toHaveText(`Welcome back, ${email}.`);
  await page.getByRole('button', { name: 'Log out' }).click();
  await expect(said).toHaveText('You are out.');
  await expect(page.getByLabel('E-mail')).toBeVisible();
  expect((await context.cookies()).map(({ name }) => name)).toEqual(['handstamp-device']);
});

test('samples/Web: without Cors:AllowedOrigins nobody can log in', async ({ page, context }) => {
  await open(page, {});
  await register(page);
  await expect(page.getByRole('status')).toHaveText('The service could not be reached.');
  expect(await context.cookies()).toEqual([]);
});
