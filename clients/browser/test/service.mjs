// The real service in a separate process, and a gateway in front of it in which answers get lost.
import { execFileSync, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { createServer as createSocket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from './eventually.mjs';

const executable =
  process.env.HANDSTAMP_EXE ?? new URL('../../../artifacts/native/handstamp', import.meta.url).pathname;

/**
 * Starts the service; resolves when it is ready. In development mode, unless the environment says otherwise. A setting can
 * be a function of the service's address.
 */
export async function startService(settings = {}, environment = 'Development') {
  const data = mkdtempSync(join(tmpdir(), 'handstamp-client-'));
  const running = await serve(data, settings, environment);
  return {
    get url() {
      return running.url;
    },
    /** The same data with other settings. */
    async restart(settings) {
      await running.end();
      Object.assign(running, await serve(data, settings, environment));
    },
    /** Withdraws the key that has signed the token, and waits until the service refuses it. */
    async revokeKeyOf(token) {
      const { kid } = JSON.parse(Buffer.from(token.split('.')[0], 'base64url'));
      execFileSync(executable, ['keys', 'revoke', kid, '--yes', '--data', data], {
        env: { PATH: process.env.PATH },
        stdio: 'ignore',
      });
      const headers = { authorization: `Bearer ${token}` };
      await eventually(
        'the service refuses the token',
        async () => !(await fetch(`${running.url}/me`, { headers })).ok,
      );
    },
    /** Runs a command of the executable with these settings. */
    run(command, settings = {}) {
      const env = Object.entries(settings).map(([key, value]) => [`HANDSTAMP_${key.replaceAll(':', '__')}`, value]);
      execFileSync(executable, [...command, '--data', data], {
        env: { PATH: process.env.PATH, ...Object.fromEntries(env) },
        stdio: 'ignore',
      });
    },
    async stop() {
      await running.end();
      rmSync(data, { recursive: true, force: true });
    },
  };
}

async function serve(data, settings, environment) {
  const url = `http://127.0.0.1:${await freePort()}`;
  const ours = { 'Logging:Level': 'Warning', 'Accounts:Throttle:RegistrationFree': 10_000 };
  const of = (value) => (typeof value === 'function' ? value(url) : value);
  const given = Object.entries({ ...ours, ...settings }).map(([key, value]) => `--${key}=${of(value)}`);
  const child = spawn(executable, ['serve', '--urls', url, '--data', data, ...given], {
    env: { PATH: process.env.PATH, DOTNET_ENVIRONMENT: environment },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const base = (settings.BasePath ?? '').replace(/\/$/, '');
  await eventually('the service is ready', () => {
    if (child.exitCode !== null) throw new Error('The service did not start.');
    return isReady(url + base);
  });
  return {
    url,
    async end() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

const isReady = (url) =>
  fetch(`${url}/health/ready`).then(
    (answer) => answer.ok,
    () => false,
  );

/** A free port below those that the kernel gives to clients, because a client could take one of those first. */
export async function freePort() {
  for (let tries = 0; tries < 1000; tries++) {
    const port = randomInt(10_000, 32_000);
    const socket = createSocket();
    const isFree = await new Promise((resolve) =>
      socket.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true)),
    );
    if (!isFree) continue;
    await new Promise((resolve) => socket.close(resolve));
    return port;
  }
  throw new Error('No port is free.');
}

/**
 * What a gateway can do with the next request for a path. A promise holds its answer back until it is kept. A function
 * of the request says which of these it is. */
export const lose = Symbol('the service answers, and the answer is lost');
export const hang = Symbol('no answer ever comes');

/**
 * Starts a server that has some pages, forwards all other requests to another server, and records them. With `tls`, it
 * terminates TLS, as a proxy does, and is called by the name of its certificate.
 */
export async function startGateway(target, pages = {}, tls) {
  const seen = [];
  const running = new Map();
  const plans = [];
  const held = [];
  const answer = async (request, response) => {
    const body = await readAll(request);
    const path = new URL(`.${request.url}`, 'http://gateway').pathname;
    const page = valueOf(pages[path]);
    if (page) return response.writeHead(200, { 'content-type': page.type }).end(page.content);
    const entry = count(running, path);
    response.once('close', () => entry.now--);
    const noted = { method: request.method, path, headers: request.headers, body };
    seen.push(noted);
    const planned = takePlan(plans, path);
    const plan = typeof planned === 'function' ? await planned(noted) : planned;
    if (plan === hang) return held.push(response);
    if (plan?.status) return response.writeHead(plan.status, plan.headers).end(plan.body);
    const answered = await fetch(new URL(`.${request.url}`, valueOf(target)), {
      method: request.method,
      headers: passedOn(request, tls),
      ...(body && { body }),
    });
    noted.status = answered.status;
    const content = Buffer.from(await answered.arrayBuffer());
    if (plan === lose) return request.socket.destroy();
    await plan;
    response.writeHead(answered.status, [...answered.headers].flat()).end(content);
  };
  // A caller that goes away needs no answer.
  const listener = (request, response) => answer(request, response).catch(() => response.destroy());
  const server = tls ? createTlsServer(tls, listener) : createServer(listener);
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return {
    url: tls ? `https://${tls.name}:${server.address().port}` : `http://127.0.0.1:${server.address().port}`,
    /** The received requests, for one path if given, with the status of those that the service has answered. */
    seen: (path) => seen.filter((each) => !path || each.path === path),
    forget: () => seen.splice(0),
    /** How many requests for the path were under way at the same time. */
    mostAtOnce: (path) => running.get(path)?.most ?? 0,
    /** Plans the fate of the next request for the path: lose, hang, a promise, or an answer of the gateway. */
    next: (path, plan) => plans.push({ path, plan, once: true }),
    /** The same for every request, until it is removed. */
    always: (path, plan) => plans.push({ path, plan, once: false }),
    mend: () => plans.splice(0),
    async stop() {
      held.forEach((response) => response.destroy());
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A value that is only known later is given as a function. */
const valueOf = (given) => (typeof given === 'function' ? given() : given);

function count(running, path) {
  const entry = running.get(path) ?? { now: 0, most: 0 };
  entry.most = Math.max(entry.most, ++entry.now);
  return running.set(path, entry).get(path);
}

function takePlan(plans, path) {
  const index = plans.findIndex((each) => each.path === path);
  if (index < 0) return undefined;
  return plans[index].once ? plans.splice(index, 1)[0].plan : plans[index].plan;
}

function passedOn({ headers }, tls) {
  const { connection, host, 'content-length': length, ...others } = headers;
  return tls ? { ...others, 'x-forwarded-for': visitor, 'x-forwarded-proto': 'https' } : others;
}

/** The address that a proxy with TLS reports for its callers. */
export const visitor = '192.0.2.7';

/** A key and a certificate for a name, made for this run. */
export function certificateFor(name) {
  const folder = mkdtempSync(join(tmpdir(), 'handstamp-tls-'));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  execFileSync(
    'openssl',
    `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=${name} -keyout ${key} -out ${cert}`.split(
      ' ',
    ),
    { stdio: 'ignore' },
  );
  const tls = { name, key: readFileSync(key), cert: readFileSync(cert) };
  rmSync(folder, { recursive: true });
  return tls;
}

async function readAll(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts).toString();
}

/** A refusal in the service's format. */
export const problem = (status, code, definitive, headers = {}) => ({
  status,
  headers: { 'content-type': 'application/problem+json', ...headers },
  body: JSON.stringify({ title: 'Refused.', status, code, definitive }),
});

/** The answer of an API to a token that it does not accept. */
export const challenge = (why) => ({
  status: 401,
  headers: { 'www-authenticate': `Bearer error="invalid_token", ${why}` },
});

/** The answer of an API to a token of a revoked key. */
export const outdated = challenge('code="access_token_outdated"');

/** An answer with tokens in the service's format. */
export const granted = (members = {}) => ({
  status: 200,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({
    access_token: accessToken({ iss: 'https://auth.test', aud: ['https://auth.test'] }),
    token_type: 'Bearer',
    expires_in: 600,
    refresh_token: 'hsr_of-the-gateway',
    session_id: '0199d3f2-5c1e-7b0a-9c51-2f4d8e6a7b31',
    ...members,
  }),
});

/** An access token with these claims, for code that does not verify it. */
export const accessToken = (claims) =>
  ['{"typ":"at+jwt"}', JSON.stringify(claims), 'signature']
    .map((part) => Buffer.from(part).toString('base64url'))
    .join('.');
