export { HandstampError, type HandstampErrorCode, type ServiceCode } from './errors.js';
export { createHandstamp } from './handstamp.js';
export type {
  Change,
  Credentials,
  Device,
  Devices,
  Handstamp,
  HandstampOptions,
  LoginRequest,
  TokenStorage,
  User,
} from './types.js';
