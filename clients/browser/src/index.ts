export { HandstampError, type HandstampErrorCode, type ServiceCode } from './errors.js';
export { createHandstamp } from './handstamp.js';
export type * from './types.js';

/** @internal For the package's other modules: what they need of this one, so that no page loads it twice. */
export { own } from './own.js';
/** @internal */
export { draft, isStream, orAborted } from './requests.js';
/** @internal */
export { pathOf } from './service.js';
/** @internal */
export { post } from './visitor.js';
