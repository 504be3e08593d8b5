// oidc-provider with its adapter in memory: the refresh grant of a public client, rotated at each
// use, opaque access tokens. Its adapter of its own keeps a thousand entries; this one keeps all.
import Provider from 'oidc-provider'
import { accountId, eachInTurn, listen, openPlan, role } from './announce.mjs'

const everything = new Map()
const grants = new Map()

function createAdapter(model) {
  const keyOf = (id) => `${model}:${id}`
  return {
    async upsert(id, payload) {
      everything.set(keyOf(id), payload)
      if (payload.grantId)
        grants.set(payload.grantId, [...(grants.get(payload.grantId) ?? []), keyOf(id)].slice(-20))
    },
    find: async (id) => everything.get(keyOf(id)),
    findByUid: async () => undefined,
    findByUserCode: async () => undefined,
    async consume(id) {
      everything.get(keyOf(id)).consumed = Math.floor(Date.now() / 1000)
    },
    async destroy(id) {
      everything.delete(keyOf(id))
    },
    async revokeByGrantId(id) {
      for (const key of grants.get(id) ?? []) everything.delete(key)
    },
  }
}

const clientId = 'bench'
const provider = new Provider('http://127.0.0.1', {
  adapter: createAdapter,
  clients: [
    {
      client_id: clientId,
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code', 'refresh_token'],
      redirect_uris: ['https://app.example/callback'],
    },
  ],
  scopes: ['openid', 'offline_access'],
  rotateRefreshToken: true,
  ttl: { AccessToken: 900, Grant: 7 * 86_400, IdToken: 900, RefreshToken: 7 * 86_400 },
  features: { devInteractions: { enabled: false } },
  findAccount: (_context, sub) => ({ accountId: sub, claims: async () => ({ sub }) }),
  cookies: { keys: ['a cookie key for the bench'] },
})

async function issue(index) {
  const accountIdOfClient = accountId(index)
  const client = await provider.Client.find(clientId)
  const grant = new provider.Grant({ accountId: accountIdOfClient, clientId })
  grant.addOIDCScope('openid offline_access')
  const grantId = await grant.save()
  const token = new provider.RefreshToken({
    ...{ accountId: accountIdOfClient, client, grantId, gty: 'authorization_code' },
    ...{ scope: 'openid offline_access', iiat: Math.floor(Date.now() / 1000), rotations: 0 },
  })
  return token.save()
}

const tokens = role === 'start' ? [] : await eachInTurn(issue)
const plan =
  role === 'start'
    ? openPlan('/.well-known/openid-configuration')
    : {
        request: {
          method: 'POST',
          path: '/token',
          headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
          body: `grant_type=refresh_token&client_id=${clientId}&refresh_token=$TOKEN`,
        },
        tokens,
        next: '"refresh_token":"([^"]+)"',
      }
listen(provider, plan)
