// Everything that the pages can do, in a browser that runs no scripts.
import { expect } from '@playwright/test';
import { logIn, post, test } from './site.mjs';

test.use({ javaScriptEnabled: false });

test('a person registers and is logged in', async ({ page }) => {
  await page.goto('/account');
  await page.getByRole('link', { name: 'Create an account' }).click();
  await page.getByLabel('E-mail address').fill('newcomer@example.com');
  await page.getByLabel('Password', { exact: true }).fill('correct horse battery staple');
  await page.getByLabel('Confirm password').fill('correct horse battery staple');
  await page.getByRole('checkbox', { name: 'I accept the terms of use.' }).check();
  await page.getByRole('button', { name: 'Create an account' }).click();
  await expect(page).toHaveTitle('My account – Handstamp');
  await expect(page.getByText('newcomer@example.com')).toBeVisible();
});

test('a fault is shown, read out first, and can be fixed', async ({ page, person }) => {
  await logIn(page, { ...person, password: 'a wrong sentence' });
  await expect(page).toHaveTitle('Error: Log in – Handstamp');
  await expect(page.getByRole('alert')).toBeFocused();
  await expect(page.getByRole('alert')).toHaveText('The e-mail address or the password is wrong.');
  await expect(page.getByLabel('E-mail address')).toHaveValue(person.email);
  await page.getByLabel('Password').fill(person.password);
  await page.getByRole('button', { name: 'Log in', exact: true }).click();
  await expect(page).toHaveTitle('My account – Handstamp');
});

test('a password is changed, and the other devices are logged out', async ({ page, person, service }) => {
  const phone = await post(service, '/login', person);
  await logIn(page, person);
  await page.getByRole('link', { name: 'Change password' }).click();
  await page.getByLabel('Current password').fill(person.password);
  await page.getByLabel('New password').fill('a quite unusual sentence');
  await page.getByLabel('Confirm password').fill('a quite unusual sentence');
  await page.getByRole('button', { name: 'Change password' }).click();
  await expect(page.getByRole('status')).toContainText('Your password has been changed.');
  await expect(page.getByRole('region', { name: 'Devices' }).getByRole('listitem')).toHaveCount(1);
  expect((await post(service, '/refresh', { refresh_token: phone.refresh_token })).code).toBe('session_revoked');
  expect((await post(service, '/login', person)).code).toBe('invalid_credentials');
});

test('a device is named and logged out', async ({ page, person, service }) => {
  const phone = await post(service, '/login', { ...person, device_name: 'Telephone' });
  await logIn(page, person);
  await page.getByRole('link', { name: 'Manage: Telephone' }).click();
  await page.getByLabel('Name').fill("Ada's phone");
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('link', { name: "Manage: Ada's phone" }).click();
  await page.getByRole('button', { name: 'Log this device out' }).click();
  await expect(page.getByRole('region', { name: 'Devices' }).getByRole('listitem')).toHaveCount(1);
  await expect(page.getByRole('region', { name: 'Devices' }).getByRole('listitem')).toContainText('This device');
  expect((await post(service, '/refresh', { refresh_token: phone.refresh_token })).code).toBe('session_revoked');
});

for (const button of ['Log out', 'Log out everywhere'])
  test(`a person logs out: ${button}`, async ({ page, person }) => {
    await logIn(page, person);
    await page.getByRole('link', { name: 'Log out' }).click();
    await page.getByRole('button', { name: button, exact: true }).click();
    await expect(page).toHaveTitle('You are logged out – Handstamp');
    await page.goto('/account');
    await expect(page).toHaveTitle('Log in – Handstamp');
  });

test('a login needs no mouse', async ({ page, person }) => {
  await page.goto('/account/login');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await page.keyboard.type(person.email);
  await page.keyboard.press('Tab');
  await page.keyboard.type(person.password);
  await page.keyboard.press('Tab');
  await expect(page.getByRole('checkbox')).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(page.getByRole('button', { name: 'Log in', exact: true })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page).toHaveTitle('My account – Handstamp');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Profile' })).toBeFocused();
});

test('a reload after a form does not send the form again', async ({ page, person }) => {
  await logIn(page, person);
  await expect(page).toHaveTitle('My account – Handstamp');
  const sent = [];
  page.on('request', (request) => sent.push(request.method()));
  await page.reload();
  await expect(page).toHaveTitle('My account – Handstamp');
  expect(sent).not.toContain('POST');
});
