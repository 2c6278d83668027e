import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: 'test/browser',
  workers: 1,
  // Far beyond what anything takes beside whatever else the machine does.
  timeout: 120_000,
  expect: { timeout: 60_000 },
  reporter: 'list',
  use: {
    browserName: 'chromium',
    ignoreHTTPSErrors: true,
    launchOptions: {
      executablePath: '/usr/bin/chromium',
      // People's browsers have it.
      ignoreDefaultArgs: ['--disable-back-forward-cache'],
      // The names of the tests' sites are this machine's.
      args: ['--no-sandbox', '--host-resolver-rules=MAP *.test 127.0.0.1'],
    },
  },
});
