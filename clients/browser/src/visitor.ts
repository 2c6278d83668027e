import { own } from './own.js';
import { createAsk, placeOf } from './service.js';

/** The service, for a page on which nobody is logged in. */
export interface Recovery {
  /** The address of the service, or a path on the page's own host. */
  url: string | URL;
  /** Sends the requests instead of the global `fetch`. */
  fetch?: typeof fetch;
}

export function post<T = void>(service: Recovery, path: string, body?: object): Promise<T> {
  const { url, fetch } = own(service);
  return createAsk(placeOf(url), 'omit', fetch)<T>(path, 'POST', body);
}
