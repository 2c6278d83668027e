import { readFileSync } from 'node:fs';
import { test as base } from '@playwright/test';
import { certificateFor, startGateway, startService } from '../service.mjs';

export const page = (options, bound = false) => ({
  type: 'text/html',
  content: `<!doctype html><title>Shop</title><script type="module">
    import { createHandstamp } from '/index.js';
    import { dpop } from '/dpop.js';
    import * as passkeys from '/passkeys.js';
    window.passkeys = passkeys;
    window.handstamp = createHandstamp({ ...${JSON.stringify(options)}, dpop: ${bound} ? dpop() : undefined });
    window.changes = [];
    handstamp.onChange((change) => changes.push(change));
  </script>`,
});

const module = (name) => ({
  type: 'text/javascript',
  content: readFileSync(new URL(`../../dist/${name}.js`, import.meta.url)),
});

export const client = module('index');
export const modules = { '/index.js': client, '/dpop.js': module('dpop'), '/passkeys.js': module('passkeys') };

let people = 0;

/** A shop's page, the service behind the same origin, and a person with an account. */
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
      ...modules,
    });
    await use(site);
    await site.stop();
  },
  /** A page of another origin than the service. The service may or may not allow it. */
  elsewhere: async ({}, use) => {
    const parts = [];
    await use(async (settings) => {
      let service;
      const site = await startGateway(() => service.url, {
        '/shop': () => page({ url: service.url }),
        ...modules,
      });
      service = await startService(settings(site.url));
      parts.push(site, service);
      return { site, service };
    });
    for (const part of parts) await part.stop();
  },
  /**
   * A shop and the service behind one proxy, whose address is the issuer, with the test's own settings.
   * `names` are the hosts for which the proxy terminates TLS; without names, the proxy uses plain http.
   */
  behind: async ({}, use) => {
    const parts = [];
    await use(async ({ settings = () => ({}), base = '/', bound = false, name } = {}) => {
      let service;
      const tls = name && certificateFor(name);
      const site = await startGateway(() => service.url, { '/shop': page({ url: base }, bound), ...modules }, tls);
      const all = { Issuer: site.url + base.slice(0, -1), BasePath: base, ...settings(site.url) };
      if (tls) all['Proxy:Networks'] = '127.0.0.1/32';
      service = await startService(all, tls ? 'Production' : 'Development');
      parts.push(site, service);
      return { site, service, settings: all };
    });
    for (const part of parts) await part.stop();
  },
  /** Opens a tab on the shop. */
  tab: async ({ context, site }, use) => {
    await use(() => open(context, site));
  },
  /** A person with an account. */
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
/** Opens a tab on the shop of a site. */
export async function open(context, site) {
  const tab = await context.newPage();
  await tab.goto(`${site.url}/shop`);
  await tab.waitForFunction('window.handstamp');
  return tab;
}

export const register = (tab, person) => tab.evaluate((person) => handstamp.register(person), person);
export const call = (tab) => tab.evaluate(async () => (await handstamp.fetch('/me')).status);
export const changes = (tab) => tab.evaluate(() => changes);
/** The code with which a call fails. */
export const failure = (tab, call) => tab.evaluate(`${call}.then(() => null, (error) => error.code)`);
