// A forgotten password, with a service that writes its mails into a directory.
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { HandstampError } from '../dist/index.js';
import { forgotPassword, HandstampError as sameError, resetPassword } from '../dist/recovery.js';
import { eventually } from './eventually.mjs';
import { loggedIn, password } from './fixture.mjs';

const mails = mkdtempSync(join(tmpdir(), 'handstamp-mails-'));
after(() => rmSync(mails, { recursive: true }));
const here = loggedIn({ 'Mail:Directory': mails, 'Mail:From': 'login@example.com' });
const service = () => ({ url: here.gateway.url });
const newPassword = `another ${password}`;

const failsWith = (code) => (error) => error instanceof HandstampError && error.code === code && !error.definitive;

/** The token of the mail to the person. */
async function tokenOfMail() {
  let token;
  await eventually('the mail arrives', () => {
    const texts = readdirSync(mails)
      .filter((file) => file.endsWith('.eml'))
      .map((file) => readFileSync(join(mails, file), 'utf8'));
    token = texts.find((text) => text.includes(`To: ${here.email}`))?.match(/hss_[\w-]+/)?.[0];
    return token;
  });
  return token;
}

test('a forgotten password is replaced, and the session ends', async () => {
  await forgotPassword(service(), here.email);
  const token = await tokenOfMail();
  await assert.rejects(resetPassword(service(), { token, newPassword: 'password1' }), failsWith('password_too_weak'));
  await resetPassword(service(), { token, newPassword });

  await here.handstamp.login({ email: here.email, password: newPassword });
  await assert.rejects(resetPassword(service(), { token, newPassword }), failsWith('reset_token_invalid'));
});

test('the failures of all modules are of one class', () => assert.equal(sameError, HandstampError));

test('an address without an account gets the same answer', () => forgotPassword(service(), 'nobody@example.com'));

test('a service under a path is found with and without a trailing slash', async () => {
  const asked = [];
  const fetch = async (url) => {
    asked.push(url.href);
    return new Response(null, { status: 204 });
  };
  await forgotPassword({ url: 'https://auth.test/auth', fetch }, here.email);
  await forgotPassword({ url: 'https://auth.test/auth/', fetch }, here.email);
  assert.deepEqual(asked, Array(2).fill('https://auth.test/auth/password/forgot'));
});
