import { mock } from 'node:test';
import { HandstampError } from '../dist/index.js';

// The wall clock goes on by itself; the timers that it would have set off do not.
export function pass(milliseconds) {
  const then = Date.now() + milliseconds;
  mock.timers.reset();
  mock.timers.enable({ apis: ['Date'], now: then });
}

export const failsWith = (code, definitive) => (error) =>
  error instanceof HandstampError && error.code === code && error.definitive === definitive;
