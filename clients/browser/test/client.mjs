import { request as ask } from 'node:http';
import { mock } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { HandstampError } from '../dist/index.js';

// The wall clock goes on by itself; the timers that it would have set off do not.
export function pass(milliseconds) {
  const then = Date.now() + milliseconds;
  mock.timers.reset();
  mock.timers.enable({ apis: ['Date'], now: then });
}

export const failsWith = (code, definitive) => (error) =>
  error instanceof HandstampError && error.code === code && error.definitive === definitive;

/** Starts the test clock and replaces the timers, which move only in `passUntil`. Node's own fetch needs real timers. */
export function hold(milliseconds = 0) {
  const then = Date.now() + milliseconds;
  mock.timers.reset();
  mock.timers.enable({ apis: ['Date', 'setTimeout'], now: then });
}

/** Moves the held timers, one millisecond at a time, until the condition holds; returns how far that was. */
export async function passUntil(done) {
  for (let passed = 0; ; passed++) {
    if (done()) return passed;
    if (passed > 60_000) throw new Error('It has not happened in a minute.');
    await new Promise(setImmediate);
    mock.timers.tick(1);
  }
}

/** Whether a call is over, for code that does not wait for it. */
export function follow(call) {
  const followed = { done: false, call };
  const settle = () => (followed.done = true);
  call.then(settle, settle);
  return followed;
}

const underWay = new Set();

/** A fetch that needs no timers: Node's own fetch does not work when they stand still. */
export async function timelessFetch(input, init) {
  const request = new Request(input, init);
  // Node's requests hear of no abort once they are collected.
  underWay.add(input).add(request);
  const body = await request.text();
  return new Promise((resolve, reject) => {
    const { method, signal } = request;
    // Node gives the body of a DELETE no length by itself, and the receiver takes the body for another request.
    const headers = { ...Object.fromEntries(request.headers), 'content-length': Buffer.byteLength(body) };
    ask(request.url, { method, signal, agent: false, headers }, (answer) => {
      const parts = [];
      answer.on('data', (part) => parts.push(part));
      answer.on('error', reject);
      answer.on('end', () => {
        const content = answer.statusCode === 204 ? null : Buffer.concat(parts);
        resolve(new Response(content, { status: answer.statusCode, headers: answer.headers }));
      });
    })
      .on('error', reject)
      .end(body);
  });
}

setFlagsFromString('--expose-gc');
const gc = runInNewContext('gc');

/** Runs the garbage collector. */
export async function collect() {
  for (let times = 0; times < 5; times++) {
    gc();
    await new Promise(setImmediate);
  }
}
