import { test as base } from '@playwright/test';
import { startProvider } from '../../clients/browser/test/provider.mjs';
import { startService } from '../../clients/browser/test/service.mjs';

let people = 0;

/** The service with its pages, a person with an account, and the actions of that person on the pages. */
export const test = base.extend({
  service: [
    async ({}, use) => {
      const provider = await startProvider();
      const service = await startService({
        'Accounts:LoginByMail': 'true',
        'Accounts:Terms:Version': '2026-11',
        'Accounts:Terms:Url': 'https://example.com/terms',
        'Accounts:Terms:PrivacyUrl': 'https://example.com/privacy',
        'ExternalLogins:corp:Issuer': provider.issuer,
        'ExternalLogins:corp:ClientId': 'handstamp',
        'ExternalLogins:corp:ClientSecret': 'secret',
        'ExternalLogins:corp:DisplayName': 'Corp',
      });
      await use(service);
      await service.stop();
      provider.stop();
    },
    { scope: 'worker' },
  ],
  baseURL: ({ service }, use) => use(service.url),
  /** A person with an account. */
  person: async ({ service }, use) => {
    const person = { email: `person-${people++}@example.com`, password: 'correct horse battery staple' };
    await post(service, '/register', { ...person, terms: '2026-11' });
    await use(person);
  },
});

/** Sends a request as an app does, without the pages; resolves with the answer's JSON. */
export async function post(service, path, body) {
  const answer = await fetch(service.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return answer.json();
}

export async function logIn(page, person) {
  await page.goto('/account/login');
  await page.getByLabel('E-mail address').fill(person.email);
  await page.getByLabel('Password').fill(person.password);
  await page.getByRole('button', { name: 'Log in' }).click();
}
