// What people do with their own accounts, at the real service.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  changeUsername,
  deleteAccount,
  deletionPending,
  exportAccount,
  keepAccount,
  listActivity,
  restoreAccount,
  updateProfile,
} from '../dist/account.js';
import { login, register } from '../dist/entry.js';
import { mfaRequired } from '../dist/factors.js';
import { failsWith } from './client.mjs';
import { claimsOf, loggedIn, password } from './fixture.mjs';

const here = loggedIn({ 'Accounts:Identifiers': 'both' });

test('a person registers by a username, and one with an address gets one', async () => {
  const { handstamp } = here;
  const anywhere = { url: here.gateway.url };
  await register(anywhere, { username: 'grace', password });
  await assert.rejects(changeUsername(handstamp, 'Grace'), failsWith('username_taken', false));
  await changeUsername(handstamp, 'Ada');
  const user = await handstamp.user();
  assert.deepEqual([user.username, user.email], ['Ada', here.email]);
  const other = here.open({ storage: { get: () => null, set() {} } });
  await login(other, { username: 'ada', password });
  assert.equal((await other.user()).id, user.id);
});

test('a profile is changed member by member, and is in no token', async () => {
  await updateProfile(here.handstamp, { name: 'Ada', locale: 'de-AT', data: { theme: 'dark' } });
  const user = await updateProfile(here.handstamp, { name: null });
  assert.deepEqual([user.name, user.locale, user.data], [undefined, 'de-AT', { theme: 'dark' }]);
  assert.deepEqual((await here.handstamp.user()).data, { theme: 'dark' });
  const claims = claimsOf(await here.handstamp.getAccessToken());
  assert.deepEqual([claims.name, claims.locale, claims.data], [undefined, undefined, undefined]);
  await assert.rejects(
    updateProfile(here.handstamp, { picture: 'javascript:alert(1)' }),
    failsWith('invalid_request', false),
  );
});

test('the activity is read page by page', async () => {
  await updateProfile(here.handstamp, { name: 'Ada' });
  const all = await listActivity(here.handstamp);
  const first = await listActivity(here.handstamp, { limit: 1 });
  const second = await listActivity(here.handstamp, { limit: 1, before: first.next });
  assert.deepEqual([...first.activity, ...second.activity], all.activity.slice(0, 2));
  assert.equal(all.activity[0].kind, 'account.profile_changed');
});

test('the export has the account and its parts', async () => {
  const exported = await exportAccount(here.handstamp);
  assert.equal(exported.account.profile.email, here.email);
  assert.equal(exported.sessions.length, 1);
});

test('a deleted account logs out, and a login can keep it', async () => {
  const { handstamp, email } = here;
  const { deletes_at, deleted } = await deleteAccount(handstamp);
  assert.ok(Date.parse(deletes_at) > Date.now() && !deleted);
  await assert.rejects(handstamp.getAccessToken(), failsWith('signed_out', true));

  const fault = await handstamp.login({ email, password }).catch((error) => error);
  const pending = deletionPending(fault);
  assert.equal(pending.deletesAt, deletes_at);
  await keepAccount(handstamp, pending);
  assert.equal((await handstamp.user()).email, email);
  assert.deepEqual([deletionPending(new Error('another one')), mfaRequired(fault)], [null, null]);
});

test('a token that is not of a mail keeps nothing', async () => {
  await assert.rejects(
    restoreAccount({ url: here.service.url }, 'hss_nothing'),
    failsWith('email_token_invalid', false),
  );
});
