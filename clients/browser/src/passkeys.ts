import type { HandstampError } from './errors.js';
import { own, pathOf, post } from './index.js';
import type { Handstamp } from './types.js';

/** Where the service is. A page on which nobody is logged in has to say it. */
export interface PasskeyService {
  /** The address of the service, or a path on the page's own host. */
  url: string | URL;
  /** Sends the requests instead of the global `fetch`. */
  fetch?: typeof fetch;
  /** Ends the waiting: the promise rejects with the signal's reason. */
  signal?: AbortSignal;
}

export interface PasskeyLogin extends PasskeyService {
  /** The name of this device in the list of devices. */
  deviceName?: string;
  /** Offers the passkeys in the suggestions of a field with `autocomplete="username webauthn"`, and waits for a choice. */
  autofill?: boolean;
}

export interface PasskeyConfirmation extends PasskeyService {
  /** From the error `mfa_required`: `error.problem.mfa_token`. */
  mfaToken: string;
}

export interface PasskeyAgain {
  /** In the second step: from the error `mfa_required`. */
  mfaToken?: string;
  /** Ends the waiting: the promise rejects with the signal's reason. */
  signal?: AbortSignal;
}

export interface NewPasskey {
  name?: string;
  /**
   * Lets the browser make the passkey without asking, after a login with a password that its password manager has filled
   * in. It rejects with a DOMException where the browser does not want to.
   */
  conditional?: boolean;
}

/** A passkey of the account, as `GET /passkeys` returns it. */
export interface Passkey {
  readonly id: string;
  readonly name: string | null;
  /** Whether it can be on several devices. If not, it is bound to one. */
  readonly synced: boolean;
  readonly backed_up: boolean;
  /** Whether a login with the password also needs a passkey of the account. */
  readonly second_factor: boolean;
  readonly transports: readonly string[];
  /** The model of the authenticator, if it says so. */
  readonly aaguid: string | null;
  readonly created_at: string;
  readonly last_used_at: string | null;
}

interface Ceremony<Options> {
  ceremony: string;
  options: Options;
}

/** What the types of TypeScript do not have yet. */
interface Signals {
  signalUnknownCredential?(known: { rpId: string; credentialId: string }): Promise<void>;
  signalAllAcceptedCredentials?(known: object): Promise<void>;
}

type RequestCeremony = Ceremony<PublicKeyCredentialRequestOptionsJSON>;

/** Whether this browser can use passkeys. */
export const hasPasskeys = (): boolean => !!globalThis.PublicKeyCredential?.parseRequestOptionsFromJSON;

/** Logs in with a passkey alone. */
export async function loginWithPasskey(handstamp: Handstamp, login: PasskeyLogin): Promise<void> {
  const { deviceName, autofill, signal } = own(login);
  const begin = () => post<RequestCeremony>(login, 'login/passkey/options');
  const [{ ceremony, options }, credential] = await (autofill ? choice(begin, signal) : answer(await begin(), signal));
  try {
    await handstamp.loginWith('login/passkey', { ceremony, credential, device_name: deviceName });
  } catch (error) {
    // The browser then no longer offers it.
    if ((error as HandstampError).code === 'passkey_unknown')
      await tell((signals) => signals.signalUnknownCredential?.({ rpId: options.rpId!, credentialId: credential.id }));
    throw error;
  }
}

/** Gives a passkey as the second factor of a login that was answered with `mfa_required`. */
export async function confirmWithPasskey(handstamp: Handstamp, confirmation: PasskeyConfirmation): Promise<void> {
  const { mfaToken: mfa_token, signal } = own(confirmation);
  const begun = await post<RequestCeremony>(confirmation, 'login/mfa/options', { mfa_token });
  const [{ ceremony }, credential] = await answer(begun, signal);
  await handstamp.loginWith('login/mfa', { mfa_token, method: 'passkey', ceremony, credential });
}

/**
 * Authenticates the person who is logged in again, with a passkey alone or as the second factor. Use it in the function
 * that `withStepUp` of `@handstamp/browser/stepup` calls.
 */
export async function reauthenticateWithPasskey(handstamp: Handstamp, again: PasskeyAgain = {}): Promise<void> {
  const { mfaToken: mfa_token, signal } = own(again);
  const route = mfa_token ? 'login/mfa/options' : 'login/passkey/options';
  const begun = await handstamp.call<RequestCeremony>(route, 'POST', mfa_token ? { mfa_token } : undefined);
  const [{ ceremony }, credential] = await answer(begun, signal);
  await handstamp.renewWith('reauthenticate', { mfa_token, method: 'passkey', ceremony, credential });
}

/** Adds a passkey to the account that is logged in. */
export async function addPasskey(handstamp: Handstamp, { name, conditional }: NewPasskey = {}): Promise<Passkey> {
  const { ceremony, options } = await handstamp.call<Ceremony<PublicKeyCredentialCreationOptionsJSON>>(
    'passkeys/options',
    'POST',
    { conditional },
  );
  const credential = (await navigator.credentials.create({
    publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options),
    ...(conditional && { mediation: 'conditional' }),
  } as CredentialCreationOptions)) as PublicKeyCredential;
  return handstamp.call('passkeys', 'POST', { ceremony, credential, name });
}

/** The passkeys of the account. The browser learns which are still accepted. */
export async function listPasskeys(handstamp: Handstamp): Promise<readonly Passkey[]> {
  const { passkeys, signal } = await handstamp.call<{ passkeys: Passkey[]; signal: object }>('passkeys');
  // Always as the service has written it, and so the whole list: a password manager deletes what is missing.
  await tell((signals) => signals.signalAllAcceptedCredentials?.(signal));
  return passkeys;
}

/** Names a passkey. `null` removes the name. */
export const renamePasskey = async (handstamp: Handstamp, id: string, name: string | null): Promise<void> =>
  handstamp.call(pathOf('passkeys', id), 'PATCH', { name });

/** Removes a passkey. Returns the others. */
export async function removePasskey(handstamp: Handstamp, id: string): Promise<readonly Passkey[]> {
  await handstamp.call(pathOf('passkeys', id), 'DELETE');
  return listPasskeys(handstamp);
}

async function answer(begun: RequestCeremony, signal?: AbortSignal, more?: CredentialRequestOptions) {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(begun.options);
  const wanted = { publicKey, ...(signal && { signal }), ...more };
  return [begun, (await navigator.credentials.get(wanted)) as PublicKeyCredential] as const;
}

/** A challenge is good for five minutes, and a login page may be open for hours. */
async function choice(begin: () => Promise<RequestCeremony>, signal?: AbortSignal) {
  for (;;) {
    const old = AbortSignal.timeout(240_000);
    try {
      const until = signal ? AbortSignal.any([signal, old]) : old;
      return await answer(await begin(), until, { mediation: 'conditional' });
    } catch (error) {
      if (!old.aborted || signal?.aborted) throw error;
    }
  }
}

/** The signals are hints: a browser may not know them, and nothing depends on them. */
async function tell(signal: (signals: Signals) => Promise<void> | undefined): Promise<void> {
  await signal((globalThis.PublicKeyCredential ?? {}) as Signals)?.catch(() => {});
}
