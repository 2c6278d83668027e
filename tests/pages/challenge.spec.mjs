// The challenge of a form, while the service is attacked.
import { test as base, expect } from '@playwright/test';
import { startService } from '../../clients/browser/test/service.mjs';
import { logIn } from './site.mjs';

const person = { email: 'ada@example.com', password: 'correct horse battery staple' };

const test = base.extend({
  service: [
    async ({}, use) => {
      const service = await startService({ 'Challenge:Mode': 'always', 'Challenge:MaxNumber': 5000 });
      await use(service);
      await service.stop();
    },
    { scope: 'worker' },
  ],
  baseURL: ({ service }, use) => use(service.url),
});

test('the script solves the challenge of each form before it is sent', async ({ page }) => {
  const faults = [];
  page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
  await page.goto('/account/register');
  await page.getByLabel('E-mail address').fill(person.email);
  await page.getByLabel('Password', { exact: true }).fill(person.password);
  await page.getByLabel('Confirm password').fill(person.password);
  await page.getByRole('button', { name: 'Create an account' }).click();
  await expect(page).toHaveTitle('My account – Handstamp');

  await page.context().clearCookies();
  await logIn(page, { ...person, password: 'a wrong sentence' });
  await expect(page.getByRole('alert')).toHaveText('The e-mail address or the password is wrong.');
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
