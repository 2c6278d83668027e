// What people do with their own accounts: profile, activity, a copy of the data, deletion.
import { readFileSync } from 'node:fs';
import { expect } from '@playwright/test';
import { logIn, post, test } from './site.mjs';

for (const javaScriptEnabled of [true, false])
  test.describe(javaScriptEnabled ? 'with script' : 'without script', () => {
    test.use({ javaScriptEnabled });

    test('a person deletes the account, and keeps it at the next login', async ({ page, person, service }) => {
      const phone = await post(service, '/login', person);
      await logIn(page, person);
      await page.getByRole('link', { name: 'Delete my account' }).click();
      await page.getByRole('button', { name: 'Delete my account' }).click();
      await expect(page.getByRole('heading')).toHaveText('Your account will be deleted');
      expect((await post(service, '/refresh', { refresh_token: phone.refresh_token })).code).toBe('session_revoked');

      await page.getByRole('link', { name: 'Log in' }).click();
      await logIn(page, person);
      await expect(page.getByRole('heading')).toHaveText('Keep your account?');
      await page.getByRole('button', { name: 'Keep my account' }).click();
      await expect(page.getByRole('status')).toHaveText('Your account stays. It will not be deleted.');
      expect((await post(service, '/login', person)).access_token).toBeTruthy();
    });

    test('a person sets a name and a language, and downloads everything', async ({ page, person }) => {
      await logIn(page, person);
      await page.getByRole('link', { name: 'Profile' }).click();
      await page.getByLabel('Your name').fill('Ada Łovelace');
      await page.getByLabel('Language').selectOption('Deutsch');
      await page.getByRole('button', { name: 'Save' }).click();
      await expect(page.getByRole('status')).toHaveText('Your profile has been saved.');

      await page.getByRole('link', { name: 'Profile' }).click();
      await expect(page.getByLabel('Your name')).toHaveValue('Ada Łovelace');
      const download = page.waitForEvent('download');
      await page.getByRole('button', { name: 'Download my data' }).click();
      const { account } = JSON.parse(readFileSync(await (await download).path(), 'utf8'));
      expect([account.profile.name, account.profile.locale]).toEqual(['Ada Łovelace', 'de']);
    });

    test('a person reads what has happened', async ({ page, person, service }) => {
      await post(service, '/login', { ...person, password: 'a wrong sentence' });
      await logIn(page, person);
      await page.getByRole('link', { name: 'Recent activity' }).click();
      await expect(page.getByRole('listitem').first()).toContainText('You logged in.');
      await expect(page.getByRole('listitem').first()).toContainText('just now');
      await expect(page.getByRole('listitem').last()).toContainText('The account was created.');
    });

    test('a device is logged out in the list', async ({ page, person, service }) => {
      const phone = await post(service, '/login', { ...person, device_name: 'Telephone' });
      await logIn(page, person);
      await page.getByRole('button', { name: 'Log out: Telephone' }).click();
      await expect(page.getByRole('status')).toHaveText('The device has been logged out.');
      expect((await post(service, '/refresh', { refresh_token: phone.refresh_token })).code).toBe('session_revoked');
    });

    test('only the field that is wrong is marked, with the reason below it', async ({ page, person }) => {
      await logIn(page, person);
      await page.getByRole('link', { name: 'Change password' }).click();
      await page.getByLabel('Current password').fill(person.password);
      await page.getByLabel('New password').fill('password');
      await page.getByLabel('Confirm password').fill('password');
      await page.getByRole('button', { name: 'Change password' }).click();
      await expect(page.locator('[aria-invalid]')).toHaveCount(1);
      const field = page.getByLabel('New password');
      await expect(field).toHaveAttribute('aria-invalid', 'true');
      await expect(field).toHaveAccessibleDescription(/This password is too common/);
      await expect(field).toBeFocused();
    });

    test('the text of an address that is taken has a link to the login', async ({ page, person }) => {
      await page.goto('/account/register');
      await page.getByLabel('E-mail address').fill(person.email);
      for (const label of ['Password', 'Confirm password'])
        await page.getByLabel(label, { exact: true }).fill('correct horse battery staple');
      await page.getByRole('checkbox', { name: 'I accept the terms of use.' }).check();
      await page.getByRole('button', { name: 'Create an account' }).click();
      await page.getByRole('alert').getByRole('link', { name: 'Log in' }).click();
      await expect(page).toHaveTitle('Log in – Handstamp');
    });
  });

test('a password is shown and hidden again, and hidden when it is sent', async ({ page, person }) => {
  await page.goto('/account/login');
  const field = page.getByLabel('Password');
  await field.fill(person.password);
  const show = page.getByRole('button', { name: 'Show password' });
  await show.click();
  await expect(field).toHaveAttribute('type', 'text');
  await expect(show).toHaveAttribute('aria-pressed', 'true');
  await show.click();
  await expect(field).toHaveAttribute('type', 'password');
  await show.click();
  await page.getByLabel('E-mail address').fill(person.email);
  const sent = page.evaluate(
    () => new Promise((resolve) => addEventListener('submit', () => resolve(document.querySelector('#password').type))),
  );
  await page.getByRole('button', { name: 'Log in' }).click();
  expect(await sent).toBe('password');
  await expect(page).toHaveTitle('My account – Handstamp');
});

test('errors are pages in a browser, and documents for programs', async ({ page, service }) => {
  await page.goto('/account/none');
  await expect(page.getByText('There is no such page here.')).toBeVisible();
  await page.goto('/errors/session_revoked');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('session_revoked');
  const program = await fetch(`${service.url}/errors/session_revoked`);
  expect(program.headers.get('content-type')).toBe('text/markdown; charset=utf-8');
  expect((await (await fetch(`${service.url}/account/none`)).json()).code).toBe('not_found');
});
