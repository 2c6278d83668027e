export { HandstampError, type HandstampErrorCode, type ServiceCode } from './errors.js';
export {
  type Change,
  createHandstamp,
  type Credentials,
  type Device,
  type Devices,
  type Handstamp,
  type HandstampOptions,
  type TokenStorage,
  type User,
} from './handstamp.js';
