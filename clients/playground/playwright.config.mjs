import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: 'test',
  workers: 1,
  // Far beyond what anything takes beside whatever else the machine does.
  timeout: 120_000,
  expect: { timeout: 60_000 },
  reporter: 'list',
  use: {
    browserName: 'chromium',
    launchOptions: {
      executablePath: '/usr/bin/chromium',
      args: ['--no-sandbox'],
    },
  },
});
