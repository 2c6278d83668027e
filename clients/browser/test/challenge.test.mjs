// The challenge that the service asks for while it is attacked.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createHandstamp, HandstampError } from '../dist/index.js';
import { solvingChallenges } from '../dist/challenge.js';
import { register } from '../dist/entry.js';
import { password } from './fixture.mjs';
import { startService } from './service.mjs';

let service;
before(async () => (service = await startService({ 'Challenge:Mode': 'always', 'Challenge:MaxNumber': 5000 })));
after(() => service.stop());

const failsWith = (code) => (error) => error instanceof HandstampError && error.code === code;
const client = (fetch) => {
  let token;
  return createHandstamp({
    url: service.url,
    storage: { get: () => token, set: (value) => void (token = value) },
    fetch,
  });
};

test('a client solves the challenge and sends the request once more', async () => {
  const email = 'ada@example.com';
  const sent = [];
  const handstamp = client(
    solvingChallenges((request) => {
      sent.push(new URL(request.url).pathname);
      return fetch(request);
    }),
  );
  await handstamp.register({ email, password });
  await handstamp.login({ email, password });
  assert.equal((await handstamp.user()).email, email);
  assert.deepEqual(sent, ['/register', '/register', '/login', '/login', '/me']);
});

test('a page on which nobody is logged in does so too', async () => {
  const there = { url: service.url, fetch: solvingChallenges() };
  await register(there, { email: 'bob@example.com', password });
  await assert.rejects(register(there, { email: 'bob@example.com', password }), failsWith('account_exists'));
});

test('a client without the module gets the refusal', async () => {
  await assert.rejects(client().login({ email: 'eve@example.com', password }), failsWith('challenge_required'));
});

test('a challenge that has no solution, or not enough of its members, leaves the refusal', async () => {
  const answer = (challenge) =>
    Response.json({ code: 'challenge_required', title: '', definitive: false, challenge }, { status: 403 });
  for (const challenge of [{ challenge: '0'.repeat(64), salt: 'x', maxnumber: 300 }, undefined, null, 7]) {
    let calls = 0;
    const send = async () => (calls++, answer(challenge));
    await assert.rejects(
      client(solvingChallenges(send)).login({ email: 'eve@example.com', password }),
      failsWith('challenge_required'),
    );
    assert.equal(calls, 1);
  }
});

test('the response of the widget of another service is passed on, and without one the refusal is left', async () => {
  const challenge = {
    service: 'turnstile',
    site_key: 'key',
    action: 'handstamp',
    script: 'https://widgets.example/api.js',
  };
  const answer = () =>
    Response.json({ code: 'challenge_required', title: '', definitive: false, challenge }, { status: 403 });
  const sent = [];
  const send = async (request) => (sent.push(request.headers.get('siteverify')), answer());
  const asked = [];
  const login = (respond) => client(solvingChallenges(send, respond)).login({ email: 'eve@example.com', password });

  await assert.rejects(
    login(async (given) => (asked.push(given), 'a response')),
    failsWith('challenge_required'),
  );
  assert.deepEqual({ ...asked[0] }, challenge);
  assert.deepEqual(sent.splice(0), [null, 'a response']);
  await assert.rejects(
    login(async () => undefined),
    failsWith('challenge_required'),
  );
  await assert.rejects(login(), failsWith('challenge_required'));
  assert.deepEqual(sent, [null, null]);
});
