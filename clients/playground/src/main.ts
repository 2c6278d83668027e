import { type Change, createHandstamp, type HandstampError } from '@handstamp/browser';
import { call } from './acts/call.js';
import { crowd } from './acts/crowd.js';
import { expire } from './acts/expire.js';
import { leave, leaveEverywhere } from './acts/leave.js';
import { lose } from './acts/lose.js';
import { steal } from './acts/steal.js';
import { byId, pause } from './dom.js';
import { Door } from './door.js';
import { Mails } from './mails.js';
import { type Answer, type Exchange, Network, thisTab } from './network.js';
import { resource } from './resource.js';
import type { World } from './scene.js';
import { refreshByCookie } from './service.js';
import { Stage } from './stage.js';
import { Stream } from './stream.js';
import { type Message, Tabs } from './tabs.js';
import { Tokens } from './tokens.js';
import { Watch } from './watch.js';

const base = document.baseURI;
const isSecond = location.hash === '#second';
const stream = new Stream();
const network = new Network(base, heard);
const watch = new Watch(base, () => tokens.draw());
const tokens = new Tokens(watch);
const tabs = new Tabs(base, told);
const handstamp = createHandstamp({ url: base, fetch: network.as(thisTab), ...(resource && { resource }) });
const world: World = { base, handstamp, network, watch, tabs, person: undefined };
const stage = new Stage(world, [call, expire, lose, crowd, steal, leave, leaveEverywhere]);
const door = new Door(world);
new Mails(base);

handstamp.onChange(changed);
await findSession();

/** After a reload the cookie may still be there. */
async function findSession(): Promise<void> {
  try {
    await handstamp.getAccessToken();
    if (isSecond) tabs.tell({ kind: 'here' });
  } catch (fault) {
    const { definitive, message } = fault as HandstampError;
    // Nobody is logged in: that has been told to whoever listens for changes.
    if (definitive) return;
    byId('refused').textContent = message;
    door.open(undefined);
  }
}

async function changed({ sessionId, code }: Change): Promise<void> {
  for (const id of ['tokens', 'pulse', 'who']) byId(id).hidden = !sessionId;
  stage.open = sessionId !== null;
  if (!sessionId) {
    watch.forget();
    world.person = undefined;
    door.open(code);
    return;
  }
  byId('door').hidden = true;
  await watch.look(await handstamp.getAccessToken());
  const user = await handstamp.user();
  byId('who').textContent = `${isSecond ? 'The second tab of ' : ''}${user?.email ?? ''}`;
}

async function heard(exchange: Exchange, answer?: Answer): Promise<void> {
  stream.draw(exchange);
  await watch.follow(exchange, answer);
  stream.draw(exchange);
  if (answer?.access_token && exchange.from === thisTab) tabs.tell({ kind: 'row' });
}

async function told(message: Message): Promise<void> {
  // The client has been handed the ticket by then.
  if (message.kind === 'row' && watch.ticket) await watch.look(await handstamp.getAccessToken());
  if (message.kind !== 'refresh') return;
  await pause(message.at - Date.now());
  const { status } = await refreshByCookie(network.as(thisTab), base);
  await watch.look();
  tabs.tell({ kind: 'refreshed', status, last: watch.row?.last });
}
