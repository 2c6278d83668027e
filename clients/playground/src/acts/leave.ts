import type { Act } from '../scene.js';
import { thisTab } from '../network.js';
import { callApi, Device, refreshByCookie } from '../service.js';

export const leave: Act = {
  id: 'leave',
  title: 'End this device',
  about: 'An ordinary logout, in all tabs of this browser.',
  async play({ handstamp, network, base, say }) {
    const ticket = await handstamp.getAccessToken();
    await handstamp.logout();
    say('The service has ended the session and removed the cookie.');
    const call = await callApi(network.as(thisTab), base, ticket);
    say(`The old ticket, which had not expired: ${call.status} ${call.code}.`);
    const refresh = await refreshByCookie(network.as(thisTab), base);
    say(`A refresh: ${refresh.status} ${refresh.code}. There is no cookie to send.`);
    return 'This device is logged out at once. APIs that follow the service’s feed know within a second.';
  },
};

export const leaveEverywhere: Act = {
  id: 'everywhere',
  title: 'Log out everywhere',
  about: 'Logs out all devices of the account. A phone logs in first, so that there are two.',
  async play({ handstamp, network, base, person, say }) {
    const ticket = await handstamp.getAccessToken();
    const phone = new Device('a phone', network.as('the phone'), base);
    if (person) await phone.login(person);
    const devices = await handstamp.sessions.list();
    say(`Logged in: ${devices.map((device) => device.device_name ?? 'a device without a name').join(', ')}.`);

    await handstamp.logoutEverywhere();
    const mine = await callApi(network.as(thisTab), base, ticket);
    say(`This tab’s old ticket: ${mine.status} ${mine.code}.`);
    if (!phone.stamp) return 'All devices are logged out at once.';
    const theirs = await phone.refresh();
    say(`sends its stamp: ${theirs.status} ${theirs.code}.`, 'the phone');
    return 'All devices are logged out at once, wherever they are.';
  },
};
