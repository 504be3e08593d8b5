/** A server whose own key signs what a test says: for faults that are not in the signature. */

import type { Auth } from '../../src/auth.ts'
import { createKeyRing } from '../../src/crypto/key-rings.ts'
import { openMemoryStores } from '../../src/stores/memory/open.ts'
import { openStoredKey } from '../../src/tokens/stored-keys.ts'
import { type Client, loggedIn } from '../support/client.ts'
import { send } from '../support/send.ts'
import { createTestAuth, serveNode, testSecret } from '../support/test-server.ts'
import { partsOf, type TokenParts } from './forged-access-token.ts'

export interface SigningServer {
  readonly auth: Auth
  readonly base: string
  readonly client: Client
  /** Of the client's genuine access token. */
  readonly genuine: TokenParts
  /** Signs claims, text and bytes as they are, under the header of genuine tokens and the changes. */
  sign(claims: object | string | Uint8Array, header?: object | string): Promise<string>
  /** Status and code of a guarded request with the token. */
  verdict(token: string): Promise<string>
}

export async function serverThatSigns(): Promise<SigningServer> {
  const stores = await openMemoryStores({
    clock: () => Date.now(),
    accessLifetime: 900_000,
    inactivityTimeout: 604_800_000,
    absoluteLifetime: 2_592_000_000,
  })
  const { auth } = await createTestAuth({ stores })
  const base = await serveNode(auth)
  const client = await loggedIn(base, 'ada')
  const genuine = partsOf(client.held().accessToken)
  const [stored] = await stores.keys.listKeys()
  const opened =
    stored && (await openStoredKey(createKeyRing([testSecret], 'signing key seal'), stored))
  if (typeof opened !== 'object') throw new Error('the server has no key')
  const { signer } = opened

  return {
    auth,
    base,
    client,
    genuine,
    async sign(claims, header = {}) {
      const raw = typeof claims === 'string' || claims instanceof Uint8Array
      const payload = Buffer.from(raw ? claims : JSON.stringify(claims))
      const text =
        typeof header === 'string' ? header : JSON.stringify({ ...genuine.header, ...header })
      const signed = `${Buffer.from(text).toString('base64url')}.${payload.toString('base64url')}`
      const signature = await signer(Buffer.from(signed))
      return `${signed}.${signature.toString('base64url')}`
    },
    async verdict(token) {
      const headers = { Authorization: `Bearer ${token}` }
      const { status, body } = await send(`${base}/guarded`, 'GET', { headers })
      return `${status} ${body.code ?? ''}`.trim()
    },
  }
}
