export { HandstampError, type HandstampErrorCode, type ServiceCode } from './errors.js';
export { createHandstamp } from './handstamp.js';
export type * from './types.js';
