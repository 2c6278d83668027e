import { readFileSync } from 'node:fs';
import { test as base } from '@playwright/test';
import { startGateway, startService } from '../service.mjs';

const page = (options) => ({
  type: 'text/html',
  content: `<!doctype html><title>Shop</title><script type="module">
    import { createHandstamp } from '/client.js';
    window.handstamp = createHandstamp(${JSON.stringify(options)});
    window.changes = [];
    handstamp.onChange((change) => changes.push(change));
  </script>`,
});

export const client = {
  type: 'text/javascript',
  content: readFileSync(new URL('../../dist/index.js', import.meta.url)),
};

let people = 0;

/** A shop's page, the service behind the same origin, and somebody with an account. */
export const test = base.extend({
  service: [
    async ({}, use) => {
      const service = await startService();
      await use(service);
      await service.stop();
    },
    { scope: 'worker' },
  ],
  site: async ({ service }, use) => {
    const site = await startGateway(service.url, {
      '/shop': page({ url: '/' }),
      '/client.js': client,
    });
    await use(site);
    await site.stop();
  },
  /** A page of another origin than the service, which may or may not allow it. */
  elsewhere: async ({}, use) => {
    const parts = [];
    await use(async (settings) => {
      let service;
      const site = await startGateway(() => service.url, {
        '/client.js': client,
        '/shop': () => page({ url: service.url }),
      });
      service = await startService(settings(site.url));
      parts.push(site, service);
      return { site, service };
    });
    for (const part of parts) await part.stop();
  },
  /** Opens a tab on the shop. */
  tab: async ({ context, site }, use) => {
    await use(async () => {
      const tab = await context.newPage();
      await tab.goto(`${site.url}/shop`);
      await tab.waitForFunction('window.handstamp');
      return tab;
    });
  },
  /** Somebody with an account. */
  person: async ({ service }, use) => {
    const person = { email: `shopper-${people++}@example.com`, password: 'correct horse battery staple' };
    await fetch(`${service.url}/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(person),
    });
    await use(person);
  },
});

export const logIn = (tab, person) => tab.evaluate((person) => handstamp.login(person), person);
export const call = (tab) => tab.evaluate(async () => (await handstamp.fetch('/me')).status);
export const changes = (tab) => tab.evaluate(() => changes);
/** The code that a call fails with. */
export const failure = (tab, call) => tab.evaluate(`${call}.then(() => null, (error) => error.code)`);
