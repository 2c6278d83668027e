import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: 'test',
  workers: 1,
  reporter: 'list',
  use: {
    browserName: 'chromium',
    launchOptions: {
      executablePath: '/usr/bin/chromium',
      args: ['--no-sandbox'],
    },
  },
});
