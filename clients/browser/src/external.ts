import { own, pathOf, post } from './index.js';
import type { Handstamp } from './types.js';
import type { Recovery } from './visitor.js';

export type { Recovery } from './visitor.js';

/** Where a visit to another service leads. */
export interface ExternalVisit {
  /** The operator's name for the provider, such as `google`. */
  provider: string;
  /** The page to which the provider sends the browser back. The service's settings list it for this provider. */
  redirectUri: string;
  /** The version of the terms of use that the person accepts, if the service has terms and the login adds an account. */
  terms?: string;
}

/** What a page has that its provider has sent the browser back to. */
export interface ExternalAnswer {
  /** The page's whole address. If omitted, the one of the current page. */
  address?: string;
  /** The session's name in the device list. */
  deviceName?: string;
  /** Whether the person wants to be remembered, as by default. */
  remember?: boolean;
}

/** A person at a provider by whom the account can be logged in to. */
export interface ExternalLogin {
  readonly id: string;
  readonly provider: string;
  /** An address or a user name at the provider. It need not be verified. */
  readonly label?: string;
  readonly created_at: string;
  readonly last_used_at: string;
}

/** What the service answers to the beginning of a visit. */
interface Started {
  readonly ceremony: string;
  readonly url: string;
}

const place = 'handstamp external';

/**
 * Begins a login at another service: send the browser to the address that this returns. The tab keeps what the answer
 * needs, so that an answer that somebody else has begun is of no use in it.
 */
export const startExternalLogin = async (service: Recovery, visit: ExternalVisit): Promise<string> =>
  keep(await post<Started>(service, 'login/external/start', bodyOf(visit)));

/** Logs in with the answer, on the page to which the provider has sent the browser. Call it once for each answer. */
export const finishExternalLogin = (
  handstamp: Handstamp,
  { address, deviceName, remember }: ExternalAnswer = {},
): Promise<void> => handstamp.loginWith('login/external', { ...answerOf(address), device_name: deviceName, remember });

/** Begins to add a provider to the account that is logged in, as `startExternalLogin`. It needs a recent login. */
export const startExternalLink = async (handstamp: Handstamp, visit: ExternalVisit): Promise<string> =>
  keep(await handstamp.call<Started>('external-logins/start', 'POST', bodyOf(visit)));

/** Adds the provider, on the page to which it has sent the browser. */
export const finishExternalLink = (handstamp: Handstamp, { address }: ExternalAnswer = {}): Promise<ExternalLogin> =>
  handstamp.call('external-logins', 'POST', answerOf(address));

/** The providers by which the account can be logged in to. */
export const listExternalLogins = async (handstamp: Handstamp): Promise<readonly ExternalLogin[]> =>
  (await handstamp.call<{ external_logins: ExternalLogin[] }>('external-logins')).external_logins;

/** Removes one, unless it is the last way to log in (`last_login_method`). It needs a recent login. */
export const removeExternalLogin = async (handstamp: Handstamp, id: string): Promise<void> =>
  handstamp.call(pathOf('external-logins', id), 'DELETE');

function bodyOf(visit: ExternalVisit): object {
  const { provider, redirectUri, terms } = own(visit);
  return { provider, redirect_uri: redirectUri, terms };
}

function keep({ ceremony, url }: Started): string {
  sessionStorage.setItem(place, ceremony);
  return url;
}

function answerOf(address = location.href): object {
  const ceremony = sessionStorage.getItem(place) ?? '';
  sessionStorage.removeItem(place);
  return { ceremony, callback_url: address };
}
