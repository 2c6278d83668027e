// A session of another system goes on, by its refresh token.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { createHandstamp, HandstampError } from '../dist/index.js';
import { loginWithFormerToken } from '../dist/former.js';
import { password } from './fixture.mjs';
import { startService } from './service.mjs';

const email = 'ada@example.com';
let service, status;
const former = createServer((request, response) => {
  request.resume();
  request.on('end', () => response.writeHead(status).end(JSON.stringify({ email })));
});
before(async () => {
  await new Promise((done) => former.listen(0, '127.0.0.1', done));
  service = await startService({
    'FormerSystem:SessionUrl': `http://127.0.0.1:${former.address().port}/`,
    'FormerSystem:Secret': 'a-secret-of-the-callback',
    'FormerSystem:Until': '2999-12-31',
  });
});
after(async () => {
  await service.stop();
  former.close();
});

function client() {
  let token;
  return createHandstamp({
    url: service.url,
    storage: { get: () => token, set: (value) => void (token = value) },
  });
}

test('a person stays logged in, also if the token is sent twice', async () => {
  const [handstamp, again] = [client(), client()];
  await handstamp.register({ email, password });
  status = 200;
  await loginWithFormerToken(handstamp, 'an-old-token', { deviceName: 'Phone' });
  await loginWithFormerToken(again, 'an-old-token');
  assert.equal((await handstamp.user()).email, email);
  assert.deepEqual(
    (await again.sessions.list()).map(({ device_name }) => device_name),
    ['Phone'],
  );
});

test('a refusal says whether the person has to log in', async () => {
  for (const [answer, code, definitive] of [
    [401, 'former_token_invalid', true],
    [500, 'former_system_unavailable', false],
  ]) {
    status = answer;
    await assert.rejects(
      loginWithFormerToken(client(), 'another-old-token'),
      (error) => error instanceof HandstampError && error.code === code && error.definitive === definitive,
    );
  }
});
