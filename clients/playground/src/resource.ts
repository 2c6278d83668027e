import { byId } from './dom.js';

/**
 * What a ticket has to be for to open the service itself, which is all that this page calls. The service says it here
 * if its tickets are for the APIs that it declares (`Audiences`), unless one asks for others.
 */
export const resource = document.querySelector<HTMLMetaElement>('meta[name=resource]')!.content || undefined;

byId('declared').hidden = !resource;
