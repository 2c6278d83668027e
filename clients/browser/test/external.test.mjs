// Logins at another service, with a provider of the test's own.
import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import {
  finishExternalLink,
  finishExternalLogin,
  listExternalLogins,
  removeExternalLogin,
  startExternalLink,
  startExternalLogin,
} from '../dist/external.js';
import { failsWith } from './client.mjs';
import { loggedIn } from './fixture.mjs';
import { startProvider } from './provider.mjs';

const provider = await startProvider();
after(() => provider.stop());
const redirectUri = 'https://app.example.com/callback';
const here = loggedIn({
  'ExternalLogins:corp:Issuer': provider.issuer,
  'ExternalLogins:corp:ClientId': 'handstamp',
  'ExternalLogins:corp:ClientSecret': 'secret',
  'ExternalLogins:corp:RedirectUris': redirectUri,
});
const service = () => ({ url: here.gateway.url });
const visit = { provider: 'corp', redirectUri };

// What each tab of a browser has.
const openTab = () => {
  const items = new Map();
  globalThis.sessionStorage = {
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => void items.set(key, value),
    removeItem: (key) => void items.delete(key),
  };
};
beforeEach(openTab);

test('a person logs in at another service', async () => {
  const url = await startExternalLogin(service(), visit);
  const address = provider.approve(url, { sub: 'ada', email: 'ada@corp.example', email_verified: true });

  await finishExternalLogin(here.handstamp, { address, deviceName: 'Laptop' });

  assert.equal((await here.handstamp.user()).email, 'ada@corp.example');
  assert.equal((await here.handstamp.sessions.list()).find((device) => device.current).device_name, 'Laptop');
  await assert.rejects(finishExternalLogin(here.handstamp, { address }), failsWith('external_login_failed', false));
});

test('an answer is of no use in a tab that has not begun it', async () => {
  const address = provider.approve(await startExternalLogin(service(), visit), { sub: 'mallory' });
  openTab();
  await assert.rejects(finishExternalLogin(here.handstamp, { address }), failsWith('external_login_failed', false));
  await startExternalLogin(service(), visit);
  await assert.rejects(finishExternalLogin(here.handstamp, { address }), failsWith('external_login_failed', false));
});

test('a provider is added to the account, listed and removed', async () => {
  const url = await startExternalLink(here.handstamp, visit);
  const added = await finishExternalLink(here.handstamp, {
    address: provider.approve(url, { sub: here.email, preferred_username: 'grace' }),
  });
  assert.deepEqual([added.provider, added.label], ['corp', 'grace']);
  assert.deepEqual(await listExternalLogins(here.handstamp), [added]);

  await removeExternalLogin(here.handstamp, added.id);
  assert.deepEqual(await listExternalLogins(here.handstamp), []);
});
