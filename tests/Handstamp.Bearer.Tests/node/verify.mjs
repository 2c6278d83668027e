// How an API in Node handles an access token: node verify.mjs ISSUER TOKEN. Prints one line of JSON.
import { createRemoteJWKSet, jwtVerify } from 'jose'

const [issuer, token] = process.argv.slice(2)
const discovery = await (await fetch(`${issuer}/.well-known/openid-configuration`)).json()
const keys = createRemoteJWKSet(new URL(discovery.jwks_uri))

try {
  const { payload } = await jwtVerify(token, keys, { issuer, audience: issuer, typ: 'at+jwt', algorithms: ['ES256', 'RS256'] })
  console.log(JSON.stringify({ sub: payload.sub }))
} catch (error) {
  console.log(JSON.stringify({ code: error.code }))
}
