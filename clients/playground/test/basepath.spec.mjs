import { expect } from '@playwright/test';
import { play, test } from './playground.mjs';

test.use({ basePath: '/auth' });

test('it lives under the base path', async ({ inside }) => {
  expect(await play(inside, 'call')).toContain('You are visitor-');
  expect(await inside.evaluate(() => location.pathname)).toBe('/auth');
});
