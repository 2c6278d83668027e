import { HandstampError } from './index.js';
import type { KeyBinding, KeyStorage } from './types.js';

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

type Send = typeof fetch;

/**
 * Binds the session to a key (DPoP, RFC 9449). The key is P-256. By default nothing can take it out of the browser, and
 * IndexedDB keeps it for all tabs of the origin.
 */
export function dpop(keys: KeyStorage = inIndexedDb()): KeyBinding {
  return new Dpop(keys);
}

class Dpop implements KeyBinding {
  readonly #keys: KeyStorage;
  /** The newest nonce of each origin. */
  readonly #nonces = new Map<string, string>();
  #key: Promise<CryptoKeyPair> | undefined;
  isNew = false;

  constructor(keys: KeyStorage) {
    this.#keys = keys;
  }

  async send(request: Request, send: Send, accessToken?: string, again?: () => Request): Promise<Response> {
    const answer = await this.#sendOnce(request, send, accessToken);
    // Only once: the answer contains the nonce.
    return again && asksForNonce(answer) ? this.#sendOnce(again(), send, accessToken) : answer;
  }

  async #sendOnce(request: Request, send: Send, accessToken?: string): Promise<Response> {
    const { origin, pathname } = new URL(request.url);
    const proof = await this.#prove({
      jti: crypto.randomUUID(),
      htm: request.method,
      htu: origin + pathname,
      iat: Math.floor(Date.now() / 1000),
      ath: accessToken && encode(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(accessToken))),
      nonce: this.#nonces.get(origin),
    });
    request.headers.set('dpop', proof);
    if (accessToken) request.headers.set('authorization', `DPoP ${accessToken}`);
    // Node: a request without a reference does not receive an abort.
    const answer = await send(request).finally(() => request);
    const nonce = answer.headers.get('dpop-nonce');
    if (nonce) this.#nonces.set(origin, nonce);
    return answer;
  }

  async #prove(claims: object): Promise<string> {
    this.#key ??= this.#findKey();
    // If a storage fails, it may work the next time.
    this.#key.catch(() => (this.#key = undefined));
    const { privateKey, publicKey } = await this.#key;
    const { kty, crv, x, y } = await crypto.subtle.exportKey('jwk', publicKey);
    const signed = [{ typ: 'dpop+jwt', alg: 'ES256', jwk: { kty, crv, x, y } }, claims]
      .map((part) => encode(new TextEncoder().encode(JSON.stringify(part))))
      .join('.');
    return `${signed}.${encode(await crypto.subtle.sign(algorithm, privateKey, new TextEncoder().encode(signed)))}`;
  }

  async #findKey(): Promise<CryptoKeyPair> {
    try {
      const kept = await this.#keys.get();
      if (kept) return kept;
      this.isNew = true;
      return await this.#keys.add(await crypto.subtle.generateKey(algorithm, false, ['sign', 'verify']));
    } catch (cause) {
      throw Object.assign(new HandstampError('no_key', 'No key can be kept here.', false), { cause });
    }
  }
}

const encode = (bytes: ArrayBuffer | Uint8Array): string =>
  btoa(String.fromCharCode(...new Uint8Array(bytes)))
    .replace(/\+/g, '-')
    .replace(/\//g, '_')
    .replace(/=/g, '');

// RFC 9449 §8, §9.
const asksForNonce = (answer: Response): boolean =>
  answer.status === 401 && /use_dpop_nonce/.test(answer.headers.get('www-authenticate') ?? '');

function inIndexedDb(): KeyStorage {
  const inStore = async <T>(work: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> => {
    const opening = indexedDB.open('handstamp');
    opening.onupgradeneeded = () => opening.result.createObjectStore('keys');
    const database = await done(opening);
    try {
      return await done(work(database.transaction('keys', 'readwrite').objectStore('keys')));
    } finally {
      database.close();
    }
  };
  const get = () => inStore<CryptoKeyPair | undefined>((store) => store.get('dpop'));
  return {
    get,
    async add(key) {
      // Another tab may have been quicker: both use its key.
      await inStore((store) => store.add(key, 'dpop')).catch((error) => {
        if (error?.name !== 'ConstraintError') throw error;
      });
      return (await get()) ?? key;
    },
  };
}

const done = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
