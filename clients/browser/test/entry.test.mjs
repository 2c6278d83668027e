// Who may come in: invitations, terms of use, and people who do not want to be remembered.
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createHandstamp } from '../dist/index.js';
import { acceptInvitation, acceptTerms, HandstampError, login, register, termsDue } from '../dist/entry.js';
import { eventually } from './eventually.mjs';
import { password } from './fixture.mjs';
import { startService } from './service.mjs';

const mails = mkdtempSync(join(tmpdir(), 'handstamp-mails-'));
const mail = { 'Mail:Directory': mails, 'Mail:From': 'login@example.com' };
const terms = { 'Accounts:Terms:Version': '2026-11', 'Accounts:Terms:Url': 'https://example.com/terms' };
const newTerms = { ...terms, 'Accounts:Terms:Version': '2027-01' };
let service;
before(async () => (service = await startService({ ...mail, ...terms, 'Sessions:TemporaryIdleLifetime': '02:00:00' })));
after(async () => {
  await service.stop();
  rmSync(mails, { recursive: true });
});

const there = () => ({ url: service.url });
const failsWith = (code) => (error) => error instanceof HandstampError && error.code === code;

function client() {
  let token;
  const answers = [];
  const fetch = async (...call) => {
    const answer = await globalThis.fetch(...call);
    answers.push(answer.clone());
    return answer;
  };
  const handstamp = createHandstamp({
    url: service.url,
    fetch,
    storage: { get: () => token, set: (value) => void (token = value) },
  });
  return { handstamp, answers };
}

async function tokenOfMailTo(email) {
  let found;
  await eventually(`the mail to ${email} comes`, () => {
    const texts = readdirSync(mails)
      .filter((file) => file.endsWith('.eml'))
      .map((file) => readFileSync(join(mails, file), 'utf8').replaceAll('=\r\n', '').replaceAll('=\n', ''));
    found = texts.find((text) => text.includes(`To: ${email}`))?.match(/hss_[\w-]+/)?.[0];
    return found;
  });
  return found;
}

test('an invited person gets an account with the terms of use', async () => {
  service.run(['invite', 'eve@example.com', '--role', 'editor'], mail);
  const token = await tokenOfMailTo('eve@example.com');
  await assert.rejects(
    acceptInvitation(there(), { token, password: 'password1', terms: '2026-11' }),
    failsWith('password_too_weak'),
  );
  await acceptInvitation(there(), { token, password, terms: '2026-11' });
  await assert.rejects(
    acceptInvitation(there(), { token, password, terms: '2026-11' }),
    failsWith('invitation_invalid'),
  );

  const { handstamp } = client();
  await login(handstamp, { email: 'eve@example.com', password });
  const user = await handstamp.user();
  assert.deepEqual([user.roles, user.email_verified, user.terms.due], [['editor'], true, false]);
});

test('a registration that names no version learns which one is in force', async () => {
  const error = await register(there(), { email: 'bob@example.com', password }).catch((fault) => fault);
  assert.deepEqual(termsDue(error), { version: '2026-11', url: 'https://example.com/terms' });
  assert.equal(termsDue(new Error('something else')), null);

  await register(there(), { email: 'bob@example.com', password, terms: termsDue(error).version });
});

test('a person who does not want to be remembered gets a session that expires sooner', async () => {
  await register(there(), { email: 'carol@example.com', password, terms: '2026-11' });
  for (const [remember, expected] of [
    [undefined, 14 * 86400],
    [false, 7200],
  ]) {
    const { handstamp, answers } = client();
    await login(handstamp, { email: 'carol@example.com', password, deviceName: 'Library', remember });
    assert.equal((await answers[0].json()).refresh_expires_in, expected);
    assert.equal((await handstamp.sessions.list()).find((one) => one.current).device_name, 'Library');
  }
});

test('a new version is due until it is accepted', async () => {
  await register(there(), { email: 'dan@example.com', password, terms: '2026-11' });
  await service.restart({ ...mail, ...newTerms });
  const { handstamp } = client();
  await login(handstamp, { email: 'dan@example.com', password });
  assert.equal((await handstamp.user()).terms.due, true);

  await acceptTerms(handstamp, '2027-01');

  assert.equal((await handstamp.user()).terms.due, false);
});
